import { describe, expect, test } from 'vitest'
import { scenarioFiles } from '../src/cli/scenario-files.ts'
import { sourceOf } from '../src/cli/scenarios.ts'
import type { QueueName } from '../src/kernel/queues.ts'
import type { ReplicationResult } from '../src/measure/record.ts'
import { simulate, vocabulary } from '../src/model.ts'
import { eventsCsv } from '../src/report/events-csv.ts'
import { occurrencesCsv } from '../src/report/occurrences-csv.ts'
import { summaryCsv } from '../src/report/summary-csv.ts'
import { timelineCsv } from '../src/report/timeline-csv.ts'
import { formatProblem } from '../src/scenario/problem.ts'
import { read } from '../src/scenario/read.ts'
import type { Scenario } from '../src/scenario/scenario.ts'
import { replicate } from '../src/study/replicate.ts'
import { studyOf } from '../src/study/study.ts'

const full = process.env.RECONVERGE_FULL === '1'
const options = { recording: { timeline: true, events: true }, elision: 'elided', eventLimit: 1e9 } as const

/** Scenarios whose replications take seconds. */
const LARGE = new Set(['scenarios/rack-loss.yaml'])

/** Scenarios whose answer is that nothing recovers by itself. */
const NEVER = new Set(['scenarios/statefulset-node-crash.yaml'])

const paths = scenarioFiles(['scenarios'])

function load(path: string): Scenario {
  const answer = read(sourceOf(path), vocabulary, {})
  if (!answer.ok) throw new Error(answer.problems.map(formatProblem).join('\n'))
  return answer.scenario
}

function results(scenario: Scenario, replications: number, queue: QueueName): readonly ReplicationResult[] {
  const outcome = replicate(simulate, scenario, 1, replications, { ...options, queue })
  if (outcome.failure !== null) throw new Error(`replication ${outcome.failure.replication}: ${outcome.failure.stack}`)
  return outcome.results
}

function study(scenario: Scenario, replications: number, queue: QueueName) {
  return studyOf(scenario, results(scenario, replications, queue), vocabulary.measures, false)
}

/** Everything that `run` would write. */
function written(answer: ReturnType<typeof study>): string {
  return [occurrencesCsv, summaryCsv, timelineCsv, eventsCsv].flatMap((csv) => [...csv(answer)]).join('')
}

test('Every scenario reads without a problem or a warning', () => {
  const said = paths.flatMap((path) => {
    const answer = read(sourceOf(path), vocabulary, {})
    return (answer.ok ? answer.warnings : answer.problems).map(formatProblem)
  })
  expect(said).toEqual([])
})

describe.each(paths)('%s', (path) => {
  const scenario = load(path)
  const replications = full ? scenario.replications : LARGE.has(path) ? 1 : 3

  test('injects its faults, converges, meets its expectations, and answers the same again with the other event queue', {
    timeout: full ? 3_600_000 : 60_000,
  }, () => {
    const answer = study(scenario, replications, 'columns')
    const occurrences = answer.results.flatMap(({ rows }) => rows.filter(({ workload }) => workload === '*'))
    expect(occurrences.length, 'one occurrence of each fault in each replication').toBe(scenario.faults.length * replications)
    expect(occurrences.filter(({ targets }) => targets.length === 0)).toEqual([])
    // The control plane may be away without a workload that suffers from that alone.
    const spared = ({ faultKind, outcome }: (typeof occurrences)[number]): boolean =>
      faultKind.startsWith('component-') && outcome === 'unaffected'
    const expected = NEVER.has(path) ? 'censored' : 'converged'
    expect(occurrences.filter((row) => row.outcome !== expected && !spared(row))).toEqual([])
    expect(answer.results.flatMap(({ remarks }) => remarks)).toEqual([])
    const failed = answer.verdicts.filter(({ decision }) => decision === 'fail' || (full && decision !== 'pass'))
    expect(failed).toEqual([])
    expect(written(study(scenario, replications, 'heap'))).toBe(written(answer))
  })
})
