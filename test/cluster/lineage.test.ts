import { describe, expect, test } from 'vitest'
import { podDraft } from '../../src/cluster/drafts.ts'
import { fnv1a, nameSuffix } from '../../src/cluster/lineage.ts'
import type { OwnerReference, Pod, PodId } from '../../src/cluster/objects.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { podTemplate, testRun } from '../support/world.ts'

const owner: OwnerReference = { kind: 'ReplicaSet', id: 3 }

/** Creates the owner's next Pod; answers it. */
function next(run: Simulation<World>): Pod {
  const place = run.world.lineages.take(owner)
  const key = `pod/default/web/${place.slot}.${place.generation}`
  const pod = run.world.store.create(run, 'Pod', podDraft(key, 'default', key, podTemplate(), owner))
  run.world.lineages.settle(pod.id as PodId, place)
  return pod
}
const places = (run: Simulation<World>, count: number): string[] =>
  Array.from({ length: count }, () => next(run).key.split('/').at(-1) as string)

describe('Places', () => {
  test('are numbered from 1 and taken again in the order in which their Pods were lost', () => {
    const run = testRun()
    const [first, second, third] = [next(run), next(run), next(run)]
    run.world.store.update(run, third, { deletionTimestamp: 1 as never })
    run.world.store.update(run, first, { phase: 'Failed' })
    expect(places(run, 3)).toEqual(['3.2', '1.2', '4.1'])
    run.world.store.remove(run, second)
    expect(places(run, 1)).toEqual(['2.2'])
  })

  test('are vacated once, when the Pod is no longer active', () => {
    const run = testRun()
    const pod = next(run)
    run.world.store.update(run, pod, { deletionTimestamp: 1 as never })
    run.world.store.remove(run, pod)
    expect(places(run, 2)).toEqual(['1.2', '2.1'])
  })

  test('that are given back are taken next', () => {
    const run = testRun()
    const place = run.world.lineages.take(owner)
    run.world.lineages.take(owner)
    run.world.lineages.giveBack(owner, place)
    expect(places(run, 2)).toEqual(['1.1', '3.1'])
  })

  test('of different owners have nothing to do with each other', () => {
    const run = testRun()
    next(run)
    expect(run.world.lineages.take({ kind: 'ReplicationController', id: 3 })).toEqual({ slot: 1, generation: 1 })
  })

  test('stay known after their Pod', () => {
    const run = testRun()
    const pod = next(run)
    run.world.store.remove(run, pod)
    expect(run.world.lineages.placeOf(pod.id)).toEqual({ slot: 1, generation: 1 })
  })
})

test('A name suffix is five of Kubernetes’ characters, the same for the same identity, and seldom that of another', () => {
  const suffixes = Array.from({ length: 3000 }, (_, n) => nameSuffix(`pod/default/web/${n}.1`))
  expect(suffixes.every((one) => /^[bcdfghjklmnpqrstvwxz2456789]{5}$/.test(one))).toBe(true)
  expect(nameSuffix('pod/default/web/7.1')).toBe(suffixes[7])
  expect(new Set(suffixes).size).toBeGreaterThan(2990)
})

test('The hash is FNV-1a', () => {
  expect([fnv1a(''), fnv1a('a'), fnv1a('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968])
})
