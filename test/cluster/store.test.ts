import { describe, expect, test } from 'vitest'
import { Cache } from '../../src/cluster/cache.ts'
import { podDraft } from '../../src/cluster/drafts.ts'
import type { MachineId, OwnerReference, Pod } from '../../src/cluster/objects.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { podTemplate, testRun } from '../support/world.ts'

const create = (run: Simulation<World>, name: string, owner: OwnerReference | null = null): Pod =>
  run.world.store.create(run, 'Pod', podDraft(name, 'default', `pod/default/${name}`, podTemplate(), owner))

describe('The store', () => {
  test('makes a new value with every write, and leaves the old one as it was', () => {
    const run = testRun()
    const first = create(run, 'a')
    const second = run.world.store.update<'Pod'>(run, first, { phase: 'Running' })
    expect([first.phase, second.phase]).toEqual(['Pending', 'Running'])
    expect(second).not.toBe(first)
    expect(run.world.store.pods.get(first.id)).toBe(second)
  })

  test('counts resourceVersions over all objects, versions and generations of each', () => {
    const run = testRun()
    const a = create(run, 'a')
    const b = create(run, 'b')
    const status = run.world.store.update(run, a, { phase: 'Running' })
    const spec = run.world.store.update(run, a, { node: 0 as MachineId }, true)
    expect(b.resourceVersion).toBe(a.resourceVersion + 1)
    expect([status.resourceVersion, spec.resourceVersion]).toEqual([b.resourceVersion + 1, b.resourceVersion + 2])
    expect([a, status, spec].map(({ version, generation }) => [version, generation])).toEqual([
      [1, 1],
      [2, 1],
      [3, 2],
    ])
  })

  test('writes fields over the newest version, not over the one it is handed', () => {
    const run = testRun()
    const stale = create(run, 'a')
    run.world.store.update(run, stale, { phase: 'Running' })
    expect(run.world.store.update(run, stale, { ready: true })).toMatchObject({ phase: 'Running', ready: true })
  })

  test('frees the name of a removed object, and never gives its id again', () => {
    const run = testRun()
    const a = create(run, 'a')
    run.world.store.remove(run, a)
    expect(run.world.store.pods.find('default', 'a')).toBeUndefined()
    const again = create(run, 'a')
    expect(again.id).not.toBe(a.id)
    expect([run.world.store.pods.size, run.world.store.pods.end]).toEqual([1, 2])
  })

  test('knows the Pods of a machine from their binding to their end', () => {
    const run = testRun()
    const [a, b] = [create(run, 'a'), create(run, 'b')]
    const machine = 1 as MachineId
    run.world.store.update(run, b, { node: machine })
    run.world.store.update(run, a, { node: machine })
    expect(run.world.store.podsOn(machine).map(({ name }) => name)).toEqual(['a', 'b'])
    run.world.store.remove(run, a)
    expect(run.world.store.podsOn(machine).map(({ name }) => name)).toEqual(['b'])
    expect(run.world.store.podsOn(0 as MachineId)).toEqual([])
  })
})

describe('A cache', () => {
  const set: OwnerReference = { kind: 'ReplicaSet', id: 7 }

  test('finds Pods by controller, Node and label, as last delivered', () => {
    const run = testRun()
    const cache = new Cache()
    const pod = create(run, 'a', set)
    cache.put(pod)
    const bound = run.world.store.update(run, pod, { node: 0 as MachineId, labels: { app: 'db' } })
    expect([...cache.podsOfNode(0)]).toEqual([])
    expect(cache.put(bound)).toBe(pod)
    expect([[...cache.podsOfNode(0)], [...cache.podsOfOwner('ReplicaSet', 7)]]).toEqual([[pod.id], [pod.id]])
    expect([[...cache.podsWithLabel('default', 'app', 'web')], [...cache.podsWithLabel('default', 'app', 'db')]]).toEqual([[], [pod.id]])
    expect(cache.remove(bound)).toBe(bound)
    expect([cache.podsOfNode(0).size, cache.podsOfOwner('ReplicaSet', 7).size, cache.podsWithLabel('default', 'app', 'db').size]).toEqual([
      0, 0, 0,
    ])
  })

  test('finds Pods without a controller until one takes them', () => {
    const run = testRun()
    const cache = new Cache()
    const pod = create(run, 'a')
    cache.put(pod)
    expect([...cache.podsWithoutOwner('default')]).toEqual([pod.id])
    cache.put(run.world.store.update(run, pod, { owner: set }))
    expect(cache.podsWithoutOwner('default').size).toBe(0)
    expect([...cache.podsOfOwner('ReplicaSet', 7)]).toEqual([pod.id])
  })

  test('does not mind the end of what it never held', () => {
    const run = testRun()
    expect(new Cache().remove(create(run, 'a'))).toBeUndefined()
  })
})
