import { describe, expect, test } from 'vitest'
import { place, vocabulary } from '../../src/model.ts'
import { read } from '../../src/scenario/read.ts'
import { lossPlan, unitsOf } from '../../src/study/losses.ts'
import { type LossStudy, runLosses } from '../../src/study/pool-losses.ts'
import type { ScenarioInputs } from '../../src/study/scenario-inputs.ts'

const deployment = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
  spec: {
    ...{ replicas: 30, selector: { matchLabels: { app: 'web' } } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'app', image: 'x', resources: { requests: { cpu: '1' } } }] },
    },
  },
}
const scenario = {
  ...{ apiVersion: 'reconverge/v1', kind: 'Scenario', metadata: { name: 'x' }, horizon: '20m' },
  cluster: {
    nodes: [
      { name: 'big', count: 6, allocatable: { cpu: '6', memory: '64Gi', pods: 110 } },
      { name: 'small', count: 6, allocatable: { cpu: '2', memory: '64Gi', pods: 110 } },
    ],
  },
  workloads: [{ objects: [deployment] }],
}
const inputs: ScenarioInputs = {
  path: 'x.yaml',
  text: JSON.stringify(scenario),
  files: new Map(),
  overrides: { set: [], allowUnknownFields: false },
}

function study(over: Partial<LossStudy>): LossStudy {
  const source = { path: inputs.path, text: inputs.text, load: () => ({ problem: 'file-not-found', message: '' }) as const }
  const outcome = read(source, vocabulary)
  if (!outcome.ok) throw new Error(outcome.problems[0]?.message)
  const placement = place(outcome.scenario)
  const units = unitsOf(placement.machines, 'node')
  return { placement, inputs, units, plan: lossPlan(units.length, 4, 1000), seed: '1', workers: 1, ...over }
}

describe('Losses', { timeout: 60_000 }, () => {
  test('answer the same from this thread and from several', async () => {
    const alone = await runLosses(study({}))
    const seen: number[] = []
    const pooled = await runLosses(study({ workers: 2, patience: 0, progress: (done) => seen.push(done) }))
    expect(pooled).toEqual(alone)
    expect(alone).toMatchObject({ k: 4, total: 495, examined: 495, exhaustive: true })
    expect(alone?.survived).toBeGreaterThan(0)
    expect(alone?.survived).toBeLessThan(495)
    expect(seen.at(-1)).toBe(495)
  })

  test('are null when they are interrupted', async () => {
    const control = new AbortController()
    expect(await runLosses(study({ signal: control.signal, progress: () => control.abort() }))).toBeNull()
    const later = new AbortController()
    const progress = (done: number) => done > 130 && later.abort()
    expect(await runLosses(study({ workers: 2, patience: 0, signal: later.signal, progress }))).toBeNull()
  })
})
