import { describe, expect, test } from 'vitest'
import { admitPod, commitCreate, withDefaultTolerations } from '../../src/cluster/admission.ts'
import { draftOf, podDraft } from '../../src/cluster/drafts.ts'
import type { Pod, Service } from '../../src/cluster/objects.ts'
import { CONFLICT, SERVER_ERROR } from '../../src/cluster/status.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import type { PodSpec, PriorityClassManifest, Toleration } from '../../src/scenario/specs.ts'
import { operator, service } from '../support/converged.ts'
import { podTemplate, testRun } from '../support/world.ts'

const flags = { 'default-not-ready-toleration-seconds': 300, 'default-unreachable-toleration-seconds': 200 }
const toleration = (fields: Partial<Toleration>): Toleration => ({ key: '', operator: 'Exists', value: '', effect: '', ...fields })
const added = (tolerations: readonly Toleration[]): (number | undefined)[] =>
  withDefaultTolerations(tolerations, flags)
    .slice(tolerations.length)
    .map(({ tolerationSeconds }) => tolerationSeconds)

/** plugin/pkg/admission/defaulttolerationseconds/admission_test.go:TestForgivenessAdmission. */
describe('A Pod gets the tolerations', () => {
  test.each<[string, Toleration[], number[]]>([
    ['of both taints when it has none', [], [300, 200]],
    ['of both taints beside others', [toleration({ key: 'gpu', effect: 'NoSchedule' })], [300, 200]],
    ['of the other taint when it tolerates one', [toleration({ key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' })], [200]],
    ['of the other taint when it tolerates every effect of one', [toleration({ key: 'node.kubernetes.io/unreachable' })], [300]],
    ['of none when it tolerates every key', [toleration({ effect: 'NoExecute' })], []],
    [
      'of both when what it tolerates is NoSchedule',
      [toleration({ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' })],
      [300, 200],
    ],
  ])('%s', (_name, has, seconds) => {
    expect(added(has)).toEqual(seconds)
  })
})

describe('A Pod’s priority', () => {
  const priorityClass = (name: string, value: number, globalDefault = false): PriorityClassManifest => ({
    kind: 'PriorityClass',
    name,
    namespace: '',
    labels: {},
    annotations: {},
    value,
    globalDefault,
    preemptionPolicy: name === 'meek' ? 'Never' : 'PreemptLowerPriority',
  })
  const admitted = (spec: Partial<PodSpec>, ...classes: PriorityClassManifest[]): PodSpec => {
    const run = testRun()
    for (const one of classes) run.world.store.create(run, 'PriorityClass', draftOf(one) as never)
    return admitPod(run, podDraft('a', 'default', 'pod/default/a', podTemplate({}, spec), null)).spec
  }

  test('is that of its class, else of the default class, else 0', () => {
    const classes = [priorityClass('high', 1000), priorityClass('usual', 10, true)]
    expect(admitted({ priorityClassName: 'high' }, ...classes).priority).toBe(1000)
    expect(admitted({}, ...classes).priority).toBe(10)
    expect(admitted({}).priority).toBe(0)
  })

  test('is built in for the two system classes', () => {
    expect(admitted({ priorityClassName: 'system-cluster-critical' }).priority).toBe(2_000_000_000)
    expect(admitted({ priorityClassName: 'system-node-critical' }).priority).toBe(2_000_001_000)
  })

  test('comes with the preemption policy of its class', () => {
    expect(admitted({ priorityClassName: 'meek' }, priorityClass('meek', 5)).preemptionPolicy).toBe('Never')
  })
})

test('Pods of one template share one admitted spec', () => {
  const run = testRun()
  const template = podTemplate()
  const spec = (name: string): PodSpec => admitPod(run, podDraft(name, 'default', `pod/default/${name}`, template, null)).spec
  expect(spec('a')).toBe(spec('b'))
})

describe('Names', () => {
  const owner = { kind: 'ReplicaSet' as const, id: 0 }
  const replica = (run: Simulation<World>, name: string, key: string, owned = true): number =>
    commitCreate(run, 'Pod', podDraft(name, 'default', key, podTemplate(), owned ? owner : null))

  test('of replicas give way to the next suffix when they are taken, always to the same', () => {
    const run = testRun()
    replica(run, 'web-abcde', 'pod/default/web/1.1')
    const id = replica(run, 'web-abcde', 'pod/default/web/2.1')
    const { name } = run.world.store.pods.get(id) as Pod
    expect(name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    const again = testRun()
    replica(again, 'web-abcde', 'pod/default/web/7.1')
    expect(again.world.store.pods.get(replica(again, 'web-abcde', 'pod/default/web/2.1'))?.name).toBe(name)
  })

  test('of bare Pods do not', () => {
    const run = testRun()
    replica(run, 'web', 'pod/default/web', false)
    expect(replica(run, 'web', 'pod/default/web', false)).toBe(CONFLICT)
  })
})

describe('A Service', () => {
  const add = (run: Simulation<World>, name: string, clusterIP?: string): number =>
    commitCreate(run, 'Service', draftOf(service(name, clusterIP === undefined ? {} : { clusterIP })) as never)
  const ip = (run: Simulation<World>, id: number): string => (run.world.store.tables.Service.get(id) as Service).clusterIP

  test('gets a ClusterIP of its own, or the one it asks for while that is free', () => {
    const run = testRun()
    const [a, b] = [add(run, 'a'), add(run, 'b')]
    expect(ip(run, a)).toMatch(/^10\.96\./)
    expect(ip(run, b)).not.toBe(ip(run, a))
    expect(ip(run, add(run, 'c', '10.96.0.77'))).toBe('10.96.0.77')
    expect(add(run, 'd', '10.96.0.77')).toBe(SERVER_ERROR)
    expect(add(run, 'e', '10.97.0.1')).toBe(SERVER_ERROR)
  })

  test('gives its address back when it is deleted', () => {
    const run = testRun()
    const id = add(run, 'a', '10.96.0.77')
    run.world.api.delete(run, operator(run), run.world.store.tables.Service.get(id) as Service, null, 0)
    run.runUntil(1e6 as never, 100)
    expect(ip(run, add(run, 'b', '10.96.0.77'))).toBe('10.96.0.77')
  })

  test('without address (headless) takes none', () => {
    const run = testRun()
    expect(ip(run, add(run, 'a', 'None'))).toBe('None')
  })
})
