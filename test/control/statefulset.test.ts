import { describe, expect, test } from 'vitest'
import type { Pod, StatefulSet } from '../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../src/cluster/processes.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { seconds } from '../../src/kernel/time.ts'
import type { StatefulSetManifest } from '../../src/scenario/specs.ts'
import { type ConvergedOptions, convergedRun, deletePod, operator, stateful } from '../support/converged.ts'
import { killKubelet, setReady } from '../support/fake-kubelet.ts'
import { follow, podLine, podOf, runUntil } from '../support/timeline.ts'
import { podTemplate, processOf } from '../support/world.ts'

// Constant latencies: 1 ms for a call, a watch and a sync; 0.5 s from binding to Ready, 1 s from the deletionTimestamp to gone.
function ran(fields: Partial<StatefulSetManifest> = {}, replicas = 3, options: ConvergedOptions = {}) {
  const run = convergedRun({ ...options, workloads: [stateful('db', replicas, fields)] })
  return { run, lines: follow<Pod>(run, 'Pod', podLine) }
}

const theSet = (run: Simulation<World>): StatefulSet => [...run.world.store.tables.StatefulSet][0] as StatefulSet

/** Writes the StatefulSet's spec as `kubectl` would. */
function edit(run: Simulation<World>, fields: Partial<StatefulSet>): void {
  run.world.api.update(run, operator(run), theSet(run), fields, 0, null, 0, true)
}

const names = (run: Simulation<World>): string[] => [...run.world.store.pods].map(({ name }) => name).sort()
const revisions = (run: Simulation<World>): (string | undefined)[] =>
  [...run.world.store.pods].map(({ name, labels }) => `${name} ${labels['controller-revision-hash']}`).sort()
const image = (tag: string) => {
  const template = podTemplate({ app: 'db' })
  const [container] = template.spec.containers
  return { ...template, spec: { ...template.spec, containers: [{ ...(container as NonNullable<typeof container>), image: tag }] } }
}

describe('a converged StatefulSet', () => {
  test('has Pods named by their ordinals, from spec.ordinals.start on, and says so', () => {
    const { run, lines } = ran({ startOrdinal: 2 })
    runUntil(run, 60)
    expect(names(run)).toEqual(['db-2', 'db-3', 'db-4'])
    expect(lines).toEqual([])
    const { currentRevision, ...counts } = theSet(run).status
    expect(counts).toEqual({
      replicas: 3,
      readyReplicas: 3,
      availableReplicas: 3,
      currentReplicas: 3,
      updatedReplicas: 3,
      updateRevision: currentRevision,
      observedGeneration: 1,
    })
  })

  test.each([
    ['1.27', undefined],
    ['1.28', '1'],
  ] as const)('labels its Pods with name and revision, from 1.28 on with their index (%s: %s)', (profile, index) => {
    const { labels } = podOf(ran({}, 3, { profile }).run, 'db/1.1')
    expect(labels['statefulset.kubernetes.io/pod-name']).toBe('db-1')
    expect(labels['apps.kubernetes.io/pod-index']).toBe(index)
  })
})

describe('a Pod of a StatefulSet that is deleted', () => {
  test('is created again under its name as soon as it is gone, not before', () => {
    const { run, lines } = ran()
    deletePod(run, podOf(run, 'db/1.1'))
    runUntil(run, 10)
    expect(lines).toEqual(['0.001 1.1 terminating', '1.002 1.1 gone', '1.005 1.2 created', '1.508 1.2 ready'])
    expect(names(run)).toEqual(['db-0', 'db-1', 'db-2'])
  })

  test('is never replaced while its kubelet is silent (kubernetes-semantics §6.1)', () => {
    const { run, lines } = ran()
    const pod = podOf(run, 'db/1.1')
    killKubelet(run, pod.node)
    deletePod(run, pod)
    runUntil(run, 1000)
    expect(lines).toEqual(['0.001 1.1 terminating'])
  })

  test.each([
    ['OrderedReady', ['db-0', 'db-1', 'db-2']],
    ['Parallel', ['db-0', 'db-1', 'db-2', 'db-3', 'db-4']],
  ] as const)('and stays there keeps an ordered set from growing (%s)', (podManagementPolicy, expected) => {
    const { run } = ran({ podManagementPolicy })
    const pod = podOf(run, 'db/1.1')
    killKubelet(run, pod.node)
    deletePod(run, pod)
    edit(run, { replicas: 5 })
    runUntil(run, 1000)
    expect(names(run)).toEqual(expected)
  })
})

describe('scaling', () => {
  test('creates Pods one by one, each when the one below is Ready', () => {
    const { run, lines } = ran({}, 1)
    edit(run, { replicas: 3 })
    runUntil(run, 10)
    expect(lines.map((line) => line.slice(6))).toEqual(['1.1 created', '1.1 ready', '2.1 created', '2.1 ready'])
    const [created, ready, next] = lines.map((line) => Number(line.split(' ')[0]))
    expect((ready as number) - (created as number)).toBeCloseTo(0.503, 3)
    expect((next as number) - (ready as number)).toBeCloseTo(0.003, 3)
  })

  test.each([
    ['1.34', 19.501],
    ['1.35', 9.695],
  ] as const)(
    'waits for minReadySeconds; up to 1.34 it looks minReadySeconds after its last pass, which may be too early and then is twice (%s)',
    (profile, wait) => {
      const { run, lines } = ran({ minReadySeconds: 10 }, 1, { profile })
      runUntil(run, 1.8)
      edit(run, { replicas: 3 })
      runUntil(run, 60)
      const times = lines.map((line) => Number(line.split(' ')[0]))
      expect((times[2] as number) - (times[1] as number)).toBeCloseTo(wait, 3)
    },
  )

  test('before 1.22 knows no minReadySeconds', () => {
    const { run, lines } = ran({ minReadySeconds: 10 }, 1, { profile: '1.20' })
    edit(run, { replicas: 2 })
    runUntil(run, 60)
    expect(lines.map((line) => line.slice(6))).toEqual(['1.1 created', '1.1 ready'])
    expect(theSet(run).status.availableReplicas).toBe(2)
  })

  test.each([
    ['1.20', ['0.003', '0.004', '0.005']],
    ['1.34', ['0.004', '0.004', '0.005']],
  ] as const)('with Parallel creates without waiting, in series in 1.20, in batches later (%s)', (profile, times) => {
    const { run, lines } = ran({ podManagementPolicy: 'Parallel' }, 1, { profile })
    edit(run, { replicas: 4 })
    runUntil(run, 10)
    const created = lines.filter((line) => line.endsWith('created'))
    expect(created).toHaveLength(3)
    const [first] = created.map((line) => Number(line.split(' ')[0]))
    const gaps = created.map((line) => Math.round((Number(line.split(' ')[0]) - (first as number)) * 1000))
    expect(gaps).toEqual(times.map((time) => Math.round((Number(time) - Number(times[0])) * 1000)))
  })

  test('down deletes from the greatest ordinal on, each when the one above is gone', () => {
    const { run, lines } = ran()
    edit(run, { replicas: 1 })
    runUntil(run, 10)
    expect(lines.map((line) => line.slice(6))).toEqual(['2.1 terminating', '2.1 gone', '1.1 terminating', '1.1 gone'])
  })

  test('up again gives the name again, to a Pod with a generation of its own', () => {
    const { run } = ran()
    edit(run, { replicas: 1 })
    runUntil(run, 10)
    edit(run, { replicas: 2 })
    runUntil(run, 20)
    expect(podOf(run, 'db/1.2').name).toBe('db-1')
  })
})

describe('a rollout', () => {
  test('replaces Pods one at a time from the greatest ordinal on, each when the one above is Ready', () => {
    const { run, lines } = ran({}, 2)
    edit(run, { template: image('db:v2') })
    runUntil(run, 30)
    expect(lines.map((line) => line.slice(6))).toEqual([
      ...['1.1 terminating', '1.1 gone', '1.2 created', '1.2 ready'],
      ...['0.1 terminating', '0.1 gone', '0.2 created', '0.2 ready'],
    ])
    const { status } = theSet(run)
    expect([status.currentRevision, status.updatedReplicas, status.currentReplicas]).toEqual([status.updateRevision, 2, 2])
  })

  test('stops at the partition; a Pod below it is made anew from the old template', () => {
    const { run } = ran({ partition: 2 })
    edit(run, { template: image('db:v2') })
    runUntil(run, 30)
    deletePod(run, podOf(run, 'db/0.1'))
    runUntil(run, 60)
    const { currentRevision, updateRevision, updatedReplicas } = theSet(run).status
    expect(updateRevision).not.toBe(currentRevision)
    expect(updatedReplicas).toBe(1)
    expect(revisions(run)).toEqual([`db-0 ${currentRevision}`, `db-1 ${currentRevision}`, `db-2 ${updateRevision}`])
    expect(podOf(run, 'db/0.2').spec.containers[0]?.image).toBe('app:v1')
  })

  test('with OnDelete touches no Pod; one that is deleted comes back with the new template', () => {
    const { run, lines } = ran({ updateStrategy: 'OnDelete' })
    edit(run, { template: image('db:v2') })
    runUntil(run, 30)
    expect(lines).toEqual([])
    deletePod(run, podOf(run, 'db/0.1'))
    runUntil(run, 60)
    expect(podOf(run, 'db/0.2').spec.containers[0]?.image).toBe('db:v2')
  })

  test('does not go on below a Pod that is not Ready', () => {
    const { run, lines } = ran()
    setReady(run, podOf(run, 'db/0.1'), false)
    runUntil(run, 1)
    edit(run, { template: image('db:v2') })
    runUntil(run, 30)
    expect(lines.map((line) => line.slice(6))).toEqual(['0.1 not ready'])
  })

  test('back to an earlier template finds its revision again; beyond the history limit old ones are deleted', () => {
    const { run } = ran({ revisionHistoryLimit: 1 }, 1)
    const tables = run.world.store.tables
    const first = theSet(run).status.currentRevision
    const step = (tag: string, time: number): void => {
      edit(run, { template: image(tag) })
      runUntil(run, time)
    }
    step('db:v2', 20)
    step('app:v1', 40)
    expect(theSet(run).status.currentRevision).toBe(first)
    expect([...tables.ControllerRevision].map(({ revision }) => revision)).toEqual([3, 2])
    step('db:v3', 60)
    expect([...tables.ControllerRevision].map(({ name, revision }) => [name === first, revision])).toEqual([
      [true, 3],
      [false, 4],
    ])
  })
})

test.each([
  ['1.20', '1.1 gone', '1.2 created', 1],
  ['1.34', '1.1 gone', '1.2 created', 3],
] as const)(
  'A Pod that has Failed is deleted and made anew: in one pass in 1.20, when it is seen to be gone from 1.31 (%s)',
  (profile, gone, created, apart) => {
    const { run, lines } = ran({}, 3, { profile })
    run.world.store.update(run, podOf(run, 'db/1.1'), { phase: 'Failed', ready: false })
    runUntil(run, 5)
    const at = (text: string): number => Number(lines.find((line) => line.endsWith(text))?.split(' ')[0]) * 1000
    expect(Math.round(at(created) - at(gone))).toBe(apart)
  },
)

test('A Pod of that name without a controller is adopted, not made again', () => {
  const pod = { ...podTemplate({ app: 'db' }), kind: 'Pod' as const, name: 'db-0', namespace: 'default' }
  const run = convergedRun({ workloads: [pod, stateful('db', 2)] })
  expect(names(run)).toEqual(['db-0', 'db-1'])
  expect([...run.world.store.pods].map(({ owner }) => owner?.kind)).toEqual(['StatefulSet', 'StatefulSet'])
})

/** controller_ref_manager.go:ClaimPods with stateful_set_utils.go:isMemberOf (1.20 … 1.36). */
describe('during a run', () => {
  /** That the name is taken is no event: stateful_pod_control.go:CreateStatefulPod, "sink already exists errors". */
  test('a Pod whose labels stop matching is let go; its name is given again when it is gone', () => {
    const { run, lines } = ran({}, 2)
    const notices: string[] = []
    run.world.observers.add({ notice: (_run, _source, _object, reason) => void notices.push(reason) })
    runUntil(run, 1)
    const pod = podOf(run, 'db/1.1')
    run.world.api.update(run, operator(run), pod, { labels: { app: 'other' } }, 0, null, 0)
    runUntil(run, 5)
    expect(podOf(run, 'db/1.1').owner).toBeNull()
    expect(notices).toEqual([])
    expect(lines).toEqual([])
    deletePod(run, pod)
    runUntil(run, 30)
    expect(lines.map((line) => line.split(' ').slice(1).join(' '))).toEqual(['1.1 terminating', '1.1 gone', '1.2 created', '1.2 ready'])
  })

  test('a Pod of its name whose labels begin to match is taken over', () => {
    const { run, lines } = ran({}, 2)
    runUntil(run, 1)
    const { labels } = podOf(run, 'db/1.1')
    run.world.api.update(run, operator(run), podOf(run, 'db/1.1'), { labels: { app: 'other' } }, 0, null, 0)
    runUntil(run, 5)
    run.world.api.update(run, operator(run), podOf(run, 'db/1.1'), { labels }, 0, null, 0)
    runUntil(run, 60)
    expect(podOf(run, 'db/1.1').owner?.kind).toBe('StatefulSet')
    expect(lines).toEqual([])
  })
})

test('A controller manager that starts again goes on where the objects say it was', () => {
  const { run, lines } = ran({}, 1)
  edit(run, { replicas: 3 })
  runUntil(run, 0.3)
  const manager = processOf(run, 'kube-controller-manager')
  stopProcess(run, manager)
  runUntil(run, 5)
  startProcess(run, manager)
  runUntil(run, 20)
  expect(lines.map((line) => line.slice(6))).toEqual(['1.1 created', '1.1 ready', '2.1 created', '2.1 ready'])
  expect(theSet(run).status.readyReplicas).toBe(3)
  expect(run.now).toBe(seconds(20))
})
