import { describe, expect, test } from 'vitest'
import type { Node, Pod, ReplicaSet } from '../../src/cluster/objects.ts'
import { convergedRun, deletePod, edit, replicas, service } from '../support/converged.ts'
import { refuse } from '../support/failing.ts'
import { setReady } from '../support/fake-kubelet.ts'
import { at, crash, nodeOf, outage, until } from '../support/outage.ts'
import { follow, podLine, podOf, runUntil } from '../support/timeline.ts'
import { deployment, podTemplate } from '../support/world.ts'

/** The kind of the object that a call is about: of its draft or of itself. */
const kindOf = (...args: unknown[]): string => (typeof args[2] === 'string' ? args[2] : (args[2] as Pod).kind)

const gapsOf = (times: readonly number[]): number[] => times.slice(1).map((time, i) => Math.round((time - (times[i] as number)) * 1000))

describe('When calls fail', () => {
  /** pkg/controller/replicaset/replica_set.go:slowStartBatch (1.20 … 1.36); kubernetes-semantics §0.6. */
  test('a slow start ends with the batch in which one did, and begins again at one when what was created is seen', () => {
    const run = convergedRun({ workloads: [replicas('web', 1)] })
    const created = follow<Pod>(run, 'Pod', (after, before) => (before === undefined ? (after?.key ?? null) : null))
    let calls = 0
    const refused = refuse(run, 'create', 500, (...args) => kindOf(...args) === 'Pod' && ++calls === 3)
    runUntil(run, 1)
    const [set] = [...run.world.store.tables.ReplicaSet]
    if (set !== undefined) run.world.store.update(run, set, { replicas: 8 }, true)
    runUntil(run, 1.006)
    // One alone, then two, of which the second fails: two of seven are there.
    expect(refused).toHaveLength(1)
    expect(created).toHaveLength(2)
    runUntil(run, 5)
    expect(created).toHaveLength(7)
    const times = created.map((line) => Number(line.split(' ')[0]))
    expect(gapsOf(times)).toEqual([1, 3, 1, 0, 1, 0])
  })

  /** pkg/controller/deployment/deployment_controller.go:maxRetries (1.20 … 1.36). */
  test('a Deployment is tried 16 times, 5 ms, 10 ms, 20 ms … apart, and then left alone until it changes', () => {
    const run = convergedRun({ workloads: [deployment('web', 3)] })
    const refused = refuse(run, 'create', 500, (...args) => kindOf(...args) === 'ReplicaSet')
    runUntil(run, 1)
    edit(run, { template: podTemplate({ app: 'web' }, { priority: 1 }) })
    runUntil(run, 500)
    expect(refused).toHaveLength(16)
    // Each try takes 1 ms of computation and 1 ms for the call.
    expect(gapsOf(refused.map(({ at: time }) => time))).toEqual(Array.from({ length: 15 }, (_, n) => 5 * 2 ** n + 2))
    edit(run, { replicas: 4 })
    runUntil(run, 502)
    expect(refused.length).toBeGreaterThan(16)
  })

  /** pkg/controller/endpoint/endpoints_controller.go and pkg/controller/endpointslice: maxRetries (1.20 … 1.36). */
  test.each(['Endpoints', 'EndpointSlice'])('%s are tried 16 times', (kind) => {
    const run = convergedRun({ workloads: [replicas('web', 2), service('web')] })
    const refused = refuse(run, 'update', 500, (...args) => kindOf(...args) === kind)
    runUntil(run, 1)
    setReady(run, podOf(run, 'web/1.1'), false)
    runUntil(run, 2_000)
    expect(refused).toHaveLength(16)
  })

  /** pkg/controller/tainteviction/taint_eviction.go: retries = 5, 10 ms apart (1.20 … 1.36); kubernetes-semantics §3.7. */
  test('an eviction by taint is tried five times 10 ms apart', () => {
    const { run, story } = outage({ profile: '1.20', zones: { x: 2 }, pods: 1 })
    const refused = refuse(run, 'delete', 500, (...args) => kindOf(...args) === 'Pod')
    at(run, 10, (now) => {
      const taints = [{ key: 'example.com/broken', value: '', effect: 'NoExecute', timeAdded: now.now } as const]
      now.world.store.update(now, nodeOf(now, 'x0'), { taints })
    })
    until(run, 100)
    expect(gapsOf(refused.map(({ at: time }) => time))).toEqual([11, 11, 11, 11])
    expect(story.deleted.size).toBe(0)
  })

  /** node_lifecycle_controller.go: NodeHealthUpdateRetry = 5, retrySleepTime = 20 ms (1.20 … 1.36); kubernetes-semantics §3.3. */
  test('the status of a silent Node is tried five times 20 ms apart in each tick', () => {
    const { run, story } = outage({ profile: '1.34', zones: { x: 2 }, pods: 1 })
    const silences = (...args: unknown[]): boolean => kindOf(...args) === 'Node' && (args[3] as Partial<Node>).ready === 'Unknown'
    const refused = refuse(run, 'update', 500, silences)
    crash(run, 0, ['x0'])
    until(run, 100)
    const gaps = gapsOf(refused.map(({ at: time }) => time))
    // A refused PUT and a GET take 1 ms each; the next tick follows 5 s after the end of the last.
    expect(gaps.slice(0, 4)).toEqual([22, 22, 22, 22])
    expect(gaps[4]).toBeGreaterThan(5_000)
    expect(story.unknown.size).toBe(0)
    expect(story.notReady.size).toBe(0)
  })
})

/** pkg/controller/controller_utils.go:SatisfiedExpectations (1.20 … 1.36); kubernetes-semantics §0.5. */
test('A ReplicaSet that has not yet seen what it created says what it sees, and creates nothing more', () => {
  const run = convergedRun({ workloads: [replicas('web', 3)], latency: { watch: 1_000_000 } })
  const pods = follow<Pod>(run, 'Pod', podLine)
  const status: string[] = []
  run.world.observers.add({
    changed: (now, { after }) => {
      if (after?.kind === 'ReplicaSet') status.push(`${now.now / 1e6} ${(after as ReplicaSet).status.replicas}`)
    },
  })
  runUntil(run, 1)
  deletePod(run, podOf(run, 'web/1.1'))
  runUntil(run, 1.5)
  deletePod(run, podOf(run, 'web/2.1'))
  runUntil(run, 4.5)
  // Seen a second later each: the first loss makes a Pod at 2.003, the second only what is seen at 3.003 lets the controller make one.
  expect(pods.filter((line) => line.includes('created'))).toEqual(['2.003 1.2 created', '3.005 2.2 created'])
  expect(status).toContain('2.505 1')
})
