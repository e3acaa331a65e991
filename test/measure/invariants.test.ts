import { describe, expect, test } from 'vitest'
import { createWorkloads } from '../../src/cluster/build.ts'
import type { Change } from '../../src/cluster/change-log.ts'
import { podDraft } from '../../src/cluster/drafts.ts'
import type { ApiObject, MachineId, Pod, PodId } from '../../src/cluster/objects.ts'
import { stateOf } from '../../src/cluster/world.ts'
import { schedulerState } from '../../src/control/scheduler/state.ts'
import { scheduler } from '../../src/control/scheduler.ts'
import { Invariants } from '../../src/measure/invariants.ts'
import { containerSpec, podTemplate, startAll, testRun } from '../support/world.ts'

const pod = {
  kind: 'Pod',
  id: 7,
  key: 'pod/default/a',
  namespace: 'default',
  name: 'a',
  node: 0,
  phase: 'Running',
  deletionTimestamp: null,
}
const service = { kind: 'Service', id: 3, key: 'service/default/s', namespace: 'default', name: 's', clusterIP: '10.96.0.7' }

/** A write that replaces `before` by the same with other fields. */
const written = (before: object, fields: object, resourceVersion = 5): Change =>
  ({ before, after: { ...before, ...fields }, resourceVersion, time: 0 }) as unknown as Change

const created = (after: object, resourceVersion: number): Change =>
  ({ before: undefined, after, resourceVersion, time: 0 }) as unknown as Change

describe('A run stops when', () => {
  test.each<[string, Change, RegExp]>([
    ['a Pod moves to another machine', written(pod, { node: 1 }), /moved from one machine/],
    ['a Pod is taken off its machine', written(pod, { node: -1 }), /moved from one machine/],
    ['a Pod is no longer being deleted', written({ ...pod, deletionTimestamp: 9 }, { deletionTimestamp: null }), /no longer being deleted/],
    ['a Pod that has failed runs again', written({ ...pod, phase: 'Failed' }, { phase: 'Running' }), /from Failed to Running/],
    ['a Pod that has succeeded fails', written({ ...pod, phase: 'Succeeded' }, { phase: 'Failed' }), /from Succeeded to Failed/],
    ['an object is renamed', written(pod, { name: 'b' }), /renamed/],
    ['an object moves to another namespace', written(pod, { namespace: 'other' }), /renamed/],
    ['a ClusterIP changes', written(service, { clusterIP: '10.96.0.8' }), /ClusterIP/],
  ])('%s', (_name, change, message) => {
    expect(() => new Invariants().changed(testRun(), change)).toThrow(message)
  })

  test('two objects of a kind have one name at once', () => {
    const invariants = new Invariants()
    const run = testRun()
    invariants.changed(run, created(pod, 1))
    invariants.changed(run, { before: pod, after: undefined, resourceVersion: 2, time: 0 } as unknown as Change)
    invariants.changed(run, created({ ...pod, id: 8 }, 3))
    invariants.changed(run, created({ ...service, name: 'a' }, 4))
    expect(() => invariants.changed(run, created({ ...pod, id: 9 }, 5))).toThrow(/two objects of the name/)
  })

  test('resourceVersions do not grow', () => {
    const invariants = new Invariants()
    invariants.changed(testRun(), written(pod, {}, 5))
    expect(() => invariants.changed(testRun(), written(pod, {}, 5))).toThrow('resourceVersion 5 after 5')
  })

  test('time runs backwards', () => {
    const invariants = new Invariants()
    const later = testRun()
    later.runUntil(9e6 as never, 1e6)
    invariants.changed(later, written(pod, {}, 5))
    expect(() => invariants.changed(testRun(), written(pod, {}, 6))).toThrow(/time runs backwards, from 9/)
  })

  test('a volume is attached to two machines', () => {
    const run = testRun()
    const attachment = { claim: 4, attached: true, labels: {}, annotations: {}, owner: null }
    const make = (name: string) =>
      run.world.store.create(run, 'VolumeAttachment', {
        kind: 'VolumeAttachment',
        ...attachment,
        namespace: '',
        name,
        key: `volumeattachment/${name}`,
      } as never) as ApiObject
    const [first, second] = [make('one'), make('two')]
    expect(() => new Invariants().changed(run, written(first, {}, 9))).toThrow(`${first.key} and ${second.key} are attached at once`)
  })

  test('a Pod serves without a sandbox, on a machine that is down, or on one that it is not bound to', () => {
    const run = testRun()
    const { store, truth } = run.world
    const made = store.create(run, 'Pod', podDraft('a', 'default', 'pod/default/a', podTemplate(), null))
    const id = made.id as PodId
    const bound = store.update(run, made, { node: 1 as MachineId }) as Pod
    const serving = () => new Invariants().serving(run, id, true)
    expect(serving).toThrow(/without a sandbox/)
    truth.createSandbox(bound, 0 as MachineId, '10.244.0.9')
    expect(serving).toThrow(/not bound to/)
    truth.machine(0 as MachineId).up = false
    expect(serving).toThrow(/machine that is down/)
    expect(() => new Invariants().serving(run, id, false)).not.toThrow()
  })

  test.each([
    ['CPU', { cpu: 3000 }],
    ['memory', { memory: 12 * 2 ** 30 }],
    ['an extended resource', { 'example.com/gpu': 1 }],
  ])('the scheduler gives a node Pods that together request more %s than it has', (_name, requests) => {
    const run = testRun({ components: [scheduler] })
    createWorkloads(run)
    startAll(run)
    const { cluster } = stateOf(run.world, schedulerState)
    const template = podTemplate({}, { containers: [containerSpec({ requests })] })
    const invariants = new Invariants()
    const assume = (name: string): void => {
      const one: Pod = run.world.store.create(run, 'Pod', podDraft(name, 'default', `pod/default/${name}`, template, null))
      cluster.place(one, 0)
      invariants.assumed(run, one.id as PodId, 0 as MachineId)
    }
    if ('example.com/gpu' in requests) expect(() => assume('a')).toThrow(/was given more than worker-1 has left/)
    else {
      assume('a')
      expect(() => assume('b')).toThrow(/was given more than worker-1 has left/)
    }
  })
})
