import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { globSync } from 'tinyglobby'
import type { ReplicationResult } from '../../src/measure/record.ts'
import { type SimulateOptions, simulate, vocabulary } from '../../src/model.ts'
import { occurrencesCsv } from '../../src/report/occurrences-csv.ts'
import { timelineCsv } from '../../src/report/timeline-csv.ts'
import { formatProblem } from '../../src/scenario/problem.ts'
import { type ReadOptions, read } from '../../src/scenario/read.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import type { Source } from '../../src/scenario/sources.ts'
import { studyOf } from '../../src/study/study.ts'

/** Whether the full counts were asked for. */
export const FULL = process.env.RECONVERGE_FULL === '1'

/** The options of a plain run. */
export const PLAIN: SimulateOptions = {
  recording: { timeline: false, events: false },
  queue: 'columns',
  elision: 'elided',
  eventLimit: 50_000_000,
}

/** A scenario from text; files it names are looked for below `folder`. */
export function scenarioOf(text: string, options: ReadOptions = {}, folder = 'scenarios'): Scenario {
  return readOrThrow(sourceOf('test.yaml', text, folder), options)
}

/** A scenario from a file. */
export function scenarioFrom(path: string, options: ReadOptions = {}): Scenario {
  return readOrThrow(sourceOf(path, readFileSync(path, 'utf8'), dirname(path)), options)
}

function sourceOf(path: string, text: string, folder: string): Source {
  return {
    path,
    text,
    load: (pattern) => {
      const files = globSync(pattern, { cwd: folder }).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
      if (files.length === 0) return { problem: 'no-file-matches', message: `no file matches ${pattern}` }
      return files.map((file) => ({ path: join(folder, file), bytes: readFileSync(join(folder, file)) }))
    },
  }
}

function readOrThrow(source: Source, options: ReadOptions): Scenario {
  const result = read(source, vocabulary, options)
  if (result.ok) return result.scenario
  throw new Error(result.problems.map((problem) => formatProblem(problem)).join('\n'))
}

/** Replications 1 … n of a scenario. */
export function play(scenario: Scenario, replications: number, options: Partial<SimulateOptions> = {}): ReplicationResult[] {
  return Array.from({ length: replications }, (_, i) => simulate(scenario, i + 1, { ...PLAIN, ...options }))
}

/** The occurrence and timeline files of some results, as one text. */
export function csvOf(scenario: Scenario, results: readonly ReplicationResult[]): string {
  const study = studyOf(scenario, results, vocabulary.measures, false)
  return [...occurrencesCsv(study), ...timelineCsv(study)].join('')
}

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
