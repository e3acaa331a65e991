import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../src/cli/commands.ts'
import type { Model, Shell } from '../../src/cli/shell.ts'
import type { Instant } from '../../src/kernel/time.ts'
import type { Inspection } from '../../src/measure/inspection.ts'
import { PLAIN } from '../../src/report/text.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { fakeResult, fakeScenario, measures } from '../study/fakes.ts'

/** What a fake scenario file says: JSON, with `problem` for one that cannot be read. */
export interface FakeFile extends Partial<Scenario> {
  readonly problem?: string
}

const empty: Inspection = {
  now: 0 as Instant,
  pods: [],
  nodes: [],
  deployments: [],
  replicaSets: [],
  statefulSets: [],
  claims: [],
  daemonSets: [],
  jobs: [],
  cronJobs: [],
  services: [],
  endpoints: [],
  machines: [],
}

/** A model whose scenarios are JSON and whose replications are drawn by seed alone. */
export function fakeModel(over: Partial<Model> = {}): Model {
  return {
    vocabulary: { components: [], faults: [], operations: [], measures, distributions: [] },
    read: ({ path, text }, { seed, replications }) => {
      const { problem, ...file } = JSON.parse(Buffer.from(text).toString()) as FakeFile
      if (problem !== undefined) {
        return {
          ok: false,
          problems: [{ code: 'unknown-field', severity: 'error', file: path, line: 3, column: 5, path: 'faults', message: problem }],
        }
      }
      const given = { ...(seed === undefined ? {} : { seed }), ...(replications === undefined ? {} : { replications }) }
      const cluster = { machines: [{}, {}] } as unknown as Scenario['cluster']
      return { ok: true, scenario: fakeScenario({ path, cluster, ...file, ...given }), warnings: [] }
    },
    simulate: fakeResult,
    place: () => {
      throw new Error('a fake scenario has no Nodes')
    },
    inspect: (_scenario, _replication, now) => ({
      ...empty,
      now,
      machines: [{ name: 'n01', zone: 'a', state: 'off', kubelet: 'stopped', network: 'reachable', sandboxes: 0 }],
    }),
    jsonSchema: () => ({ title: 'a scenario' }),
    ...over,
  }
}

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command line against a fake model. */
export async function command(words: readonly string[], model = fakeModel(), over: Partial<Shell> = {}): Promise<Ran> {
  let out = ''
  let err = ''
  const shell: Shell = {
    out: (text) => {
      out += text
    },
    err: (text) => {
      err += text
    },
    ...{ paint: PLAIN, errPaint: PLAIN, interactive: false, env: {}, processors: 2, v8: '11.3', modelId: () => 'abcdef0123456789' },
    model: async () => model,
    worker: new URL('../study/fake-worker.ts', import.meta.url),
    onInterrupt: () => () => {},
    ...over,
  }
  return { code: await main(words, shell), out, err }
}

/** A new folder that holds the given fake scenario files. */
export function folderOf(files: Readonly<Record<string, FakeFile>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'reconverge-cli-'))
  for (const [name, file] of Object.entries(files)) writeFileSync(join(folder, name), JSON.stringify(file))
  return folder
}
