import { describe, expect, test } from 'vitest'
import { createWorkloads } from '../../src/cluster/build.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import { operations } from '../../src/operations/index.ts'
import { scheduleOperations } from '../../src/operations/timetable.ts'
import type { OperationSpec } from '../../src/scenario/scenario.ts'
import { deployment, podTemplate, testRun } from '../support/world.ts'

const at = (s: number): Instant => seconds(s) as number as Instant

/** A world with the Deployment `web` and nobody to act on it, under some operations; API calls take 1 ms. */
function play(specs: readonly Partial<OperationSpec>[]): { run: Simulation<World>; remarks: string[] } {
  const filled = specs.map((spec) => ({ do: 'scale', when: { at: at(60) }, of: 'deployment/default/web', parameters: {}, ...spec }))
  const run = testRun({ workloads: [deployment('web', 3)], fields: { operations: filled } })
  createWorkloads(run)
  const remarks: string[] = []
  run.world.observers.add({ remark: (_run, text) => remarks.push(text) })
  scheduleOperations(run, operations)
  return { run, remarks }
}

const web = (run: Simulation<World>) => run.world.store.tables.Deployment.find('default', 'web')

describe('an operation', () => {
  test('reaches the store one API call after it is due, not before', () => {
    const { run } = play([{ do: 'scale', parameters: { replicas: 5 } }])
    run.runUntil(at(60), 1e6)
    expect(web(run)?.replicas).toBe(3)
    run.runUntil((at(60) + 1000) as Instant, 1e6)
    expect(web(run)).toMatchObject({ replicas: 5, generation: 2 })
  })

  test('on an object that is not there is remarked on, and the run goes on', () => {
    const { run, remarks } = play([
      { of: 'deployment/default/gone', parameters: { replicas: 5 } },
      { when: { at: at(70) }, parameters: { replicas: 4 } },
    ])
    run.runUntil(at(100), 1e6)
    expect(remarks).toEqual(['scale at 60 s: there is no deployment/default/gone'])
    expect(web(run)?.replicas).toBe(4)
  })

  test('with a repeated timetable is sent again and again', () => {
    const every = { every: { constant: seconds(10), mean: seconds(10), sample: () => seconds(10) }, from: at(0), count: 3 }
    const sent: number[] = []
    const { run } = play([{ when: every, parameters: { replicas: 5 } }])
    run.world.observers.add({ operation: (now) => sent.push(now.now / 1e6) })
    run.runUntil(at(100), 1e6)
    expect(sent).toEqual([10, 20, 30])
  })

  test('with a repeated timetable is not sent at the horizon itself', () => {
    const every = { every: { constant: seconds(400), mean: seconds(400), sample: () => seconds(400) }, from: at(0) }
    const sent: number[] = []
    const { run } = play([{ when: every, parameters: { replicas: 5 } }])
    run.world.observers.add({ operation: (now) => sent.push(now.now / 1e6) })
    run.runUntil(run.world.scenario.horizon, 1e6)
    expect(sent).toEqual([400, 800])
  })
})

describe('set-image', () => {
  test('changes the template of every container, or of the one that is named, and nothing else', () => {
    const { run } = play([{ do: 'set-image', parameters: { to: 'web:v2', container: 'app' } }])
    run.runUntil(at(61), 1e6)
    const template = web(run)?.template
    expect(template?.spec.containers.map(({ image }) => image)).toEqual(['web:v2'])
    expect(template?.labels).toEqual({ app: 'web' })
    expect(web(run)).toMatchObject({ replicas: 3, generation: 2 })
  })
})

describe('delete', () => {
  test('removes an object that is not a Pod at once', () => {
    const { run } = play([{ do: 'delete' }])
    run.runUntil(at(61), 1e6)
    expect(web(run)).toBeUndefined()
  })
})

describe('apply', () => {
  test('creates what is not there and updates what is, keeping its status', () => {
    const changed = deployment('web', 7, { template: podTemplate({ app: 'web' }, { terminationGracePeriodSeconds: 5 }) })
    const { run } = play([{ do: 'apply', of: '', parameters: { manifests: [changed, deployment('new', 2)] } }])
    const status = web(run)?.status
    run.runUntil(at(61), 1e6)
    expect(web(run)).toMatchObject({ replicas: 7, generation: 2, status })
    expect(web(run)?.template.spec.terminationGracePeriodSeconds).toBe(5)
    expect(run.world.store.tables.Deployment.find('default', 'new')?.replicas).toBe(2)
  })
})
