import { describe, expect, test } from 'vitest'
import { podDraft } from '../../src/cluster/drafts.ts'
import type { PodId } from '../../src/cluster/objects.ts'
import type { World } from '../../src/cluster/world.ts'
import { prepareKubelets } from '../../src/control/kubelet/memory.ts'
import { faults } from '../../src/faults/index.ts'
import { scheduleFaults } from '../../src/faults/timetable.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import { constant, podTemplate, testRun } from '../support/world.ts'

const at = (s: number): Instant => seconds(s) as number as Instant

/** Faults that let containers serve on, at first or throughout; their own tests show what they do. */
const SERVING_ON: ReadonlySet<string> = new Set([
  'component-down',
  'component-slow',
  'kubelet-stop',
  'pod-kill',
  'registry-outage',
  'registry-slow',
  'spot-reclaim',
  'node-slow',
  'node-pressure',
  'runtime-hang',
])

/** What scenarios must say of some faults. */
const PARAMETERS: Readonly<Record<string, object>> = {
  'container-crash': { 'exit-code': 1 },
  'component-down': { component: 'kube-apiserver', role: 'any', exit: 'killed' },
  'component-slow': { component: 'kube-apiserver', factor: 10 },
}

/** A Pod on each of three machines, run by nobody, and one fault at 60 s that hits everything. */
function hit(fault: string, lasts: number | null): { run: Simulation<World>; pods: PodId[] } {
  const parameters = PARAMETERS[fault] ?? {}
  const spec = { name: 'f', fault, when: { at: at(60) }, who: { target: { all: true } }, parameters } as const
  const run = testRun({ fields: { faults: [lasts === null ? spec : { ...spec, for: constant(seconds(lasts)) }] } })
  prepareKubelets(run)
  const pods = run.world.truth.machines.map(({ id }, i) => {
    const pod = run.world.store.create(run, 'Pod', { ...podDraft(`p${i}`, 'default', `pod/default/p${i}`, podTemplate(), null), node: id })
    run.world.truth.startContainer(run, run.world.truth.createSandbox(pod, id, `10.0.0.${i}`), 'containers', 0, 'app', 0)
    return pod.id as PodId
  })
  scheduleFaults(run, faults)
  return { run, pods }
}

const machines = (run: Simulation<World>) =>
  run.world.truth.machines.map(({ up, reachable, outages, stops, cuts, terminations, hangs, slowness, pressures }) =>
    structuredClone({ up, reachable, outages, stops, cuts, terminations, hangs, slowness, pressures }),
  )

describe.each(faults.map(({ name, lasting, victim }) => ({ name, lasting, victim })))('the fault $name', ({ name, lasting, victim }) => {
  test.skipIf(SERVING_ON.has(name))('is really injected: something that served no longer does, and no sooner than it fires', () => {
    const { run, pods } = hit(name, null)
    const serving = (): number => pods.filter((pod) => run.world.truth.sandbox(pod)?.serves === true).length
    run.runUntil(at(59.999999), 1e6)
    expect(serving()).toBe(3)
    run.runUntil(at(60), 1e6)
    expect(serving()).toBeLessThan(3)
  })

  test('names its targets, in an order that does not change from run to run', () => {
    const targets = (): readonly string[] => {
      const seen: string[] = []
      const { run } = hit(name, null)
      run.world.observers.add({ fault: (_run, occurrence, event) => seen.push(...(event === 'begin' ? occurrence.targets : [])) })
      run.runUntil(at(61), 1e6)
      return seen
    }
    expect(targets()).toHaveLength(victim === 'cluster' || victim === 'component' ? 1 : 3)
    expect(targets()).toEqual(targets())
  })

  test.runIf(lasting)('leaves the machines as they were once it has ended and they have booted', () => {
    const { run } = hit(name, 30)
    const before = machines(run)
    run.runUntil(at(300), 1e6)
    expect(machines(run)).toEqual(before)
  })

  test('writes nothing to the store by itself', () => {
    const { run } = hit(name, null)
    const version = run.world.store.resourceVersion
    run.runUntil(at(60), 1e6)
    expect(run.world.store.resourceVersion).toBe(version)
  })
})
