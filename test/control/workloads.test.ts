import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isActive, type Pod } from '../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../src/cluster/processes.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { convergedRun, deletePod, edit, service, theDeployment } from '../support/converged.ts'
import { setReady } from '../support/fake-kubelet.ts'
import { deployment, podTemplate, processOf } from '../support/world.ts'

const FULL = process.env.RECONVERGE_FULL === '1'
const uniform = (most: number) => ({ mean: most / 2, sample: (u: () => number) => u() * most })

const step = fc.record({
  do: fc.constantFrom('scale', 'template', 'delete', 'fail', 'flap', 'restart', 'pause', 'resume'),
  n: fc.nat(7),
  wait: fc.integer({ min: 0, max: 900_000 }),
})

/** Carries out one step of a random history. */
function act(run: Simulation<World>, what: string, n: number): void {
  const pods = [...run.world.store.pods]
  const pod = pods[n % Math.max(1, pods.length)]
  const manager = processOf(run, 'kube-controller-manager')
  if (what === 'scale') edit(run, { replicas: n })
  if (what === 'template') edit(run, { template: podTemplate({ app: 'web' }, { priority: n }) })
  if (what === 'pause' || what === 'resume') edit(run, { paused: what === 'pause' })
  if (what === 'delete' && pod !== undefined) deletePod(run, pod)
  if (what === 'fail' && pod !== undefined) run.world.store.update(run, pod, { phase: 'Failed', ready: false })
  if (what === 'flap' && pod !== undefined && pod.podIP !== '') setReady(run, pod, !pod.ready)
  if (what === 'restart') {
    stopProcess(run, manager)
    startProcess(run, manager)
  }
}

/** Makes every Pod that runs Ready again, ends every pause, and waits until nothing can be under way: longer than a progress deadline. */
function settle(run: Simulation<World>): void {
  run.runUntil((run.now + 1e6) as never, 1e7)
  edit(run, { paused: false })
  run.runUntil((run.now + 1e6) as never, 1e7)
  for (const pod of run.world.store.pods) if (pod.phase === 'Running' && pod.deletionTimestamp === null) setReady(run, pod, true)
  run.runUntil((run.now + 1300e6) as never, 1e7)
}

test.each(['RollingUpdate', 'Recreate'] as const)(
  'Whatever happens to a Deployment (%s), in the end it has what it asks for, and its Service knows',
  (strategy) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const run = convergedRun({
          workloads: [deployment('web', 4, { strategy, revisionHistoryLimit: 3 }), service('web')],
          latency: { watch: uniform(20_000), 'api-request': uniform(20_000), 'controller-sync': uniform(2_000) },
          startup: 300_000,
          shutdown: 700_000,
        })
        let most = 0
        run.world.observers.add({
          changed(_run, { after }) {
            if (after?.kind === 'Pod') most = Math.max(most, [...run.world.store.pods].filter(isActive).length)
          },
        })
        for (const { do: what, n, wait } of steps) {
          act(run, what, n)
          run.runUntil((run.now + wait) as never, 1e7)
        }
        settle(run)
        check(run)
        expect(most).toBeLessThanOrEqual(7 + 2 + 7)
        const before = run.world.store.resourceVersion
        run.runUntil((run.now + 3600e6) as never, 1e7)
        expect(run.world.store.resourceVersion, 'nothing is written any more').toBe(before)
      }),
      { seed: 1, numRuns: FULL ? 300 : 25 },
    )
  },
)

function check(run: Simulation<World>): void {
  const { store } = run.world
  const { replicas, status, template } = theDeployment(run)
  const active = [...store.pods].filter(isActive)
  expect(active.length).toBe(replicas)
  expect(active.every((pod) => pod.spec.priority === template.spec.priority && pod.ready)).toBe(true)
  expect(status).toMatchObject({ replicas, updatedReplicas: replicas, readyReplicas: replicas, availableReplicas: replicas })
  expect(status.progressing).toBe('NewReplicaSetAvailable')
  const sets = [...store.tables.ReplicaSet]
  expect(sets.map((set) => set.replicas).filter((n) => n > 0)).toEqual(replicas === 0 ? [] : [replicas])
  expect(sets.length).toBeLessThanOrEqual(4)
  const ready = active.filter((pod: Pod) => pod.ready).map(({ id }) => id)
  expect([...store.tables.Endpoints].map((one) => one.ready)).toEqual([ready])
  const slices = [...store.tables.EndpointSlice].flatMap(({ endpoints }) => endpoints.filter((one) => one.ready).map(({ pod }) => pod))
  expect(slices.sort((a, b) => a - b)).toEqual(ready)
}
