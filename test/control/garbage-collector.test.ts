import { describe, expect, test } from 'vitest'
import { podDraft } from '../../src/cluster/drafts.ts'
import type { OwnerReference, ReplicaSet } from '../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../src/cluster/processes.ts'
import type { World } from '../../src/cluster/world.ts'
import { garbageCollector } from '../../src/control/garbage-collector.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import type { ProfileName } from '../../src/scenario/profile.ts'
import { at, nodeOf, outage, until } from '../support/outage.ts'
import { podTemplate, processOf } from '../support/world.ts'

const template = podTemplate()

function replicaSet(run: Simulation<World>, name: string, pods: number, owner: OwnerReference | null = null): ReplicaSet {
  const set = run.world.store.create(run, 'ReplicaSet', {
    kind: 'ReplicaSet',
    namespace: 'default',
    name,
    key: `rs/${name}`,
    labels: {},
    owner,
    template,
  } as never)
  for (let i = 0; i < pods; i++) orphan(run, `${name}-${i}`, { kind: 'ReplicaSet', id: set.id })
  return set
}

const orphan = (run: Simulation<World>, name: string, owner: OwnerReference): void =>
  void run.world.store.create(run, 'Pod', podDraft(name, 'default', `pod/${name}`, template, owner))

const play = (profile: ProfileName = '1.34') => outage({ profile, zones: { x: 1 }, components: [garbageCollector] })

// kubernetes-semantics §1.7; pkg/controller/garbagecollector/garbagecollector.go
describe('dependents of a deleted owner', () => {
  test('are deleted by GET and DELETE each, 20 at a time', () => {
    const { run, story } = play()
    at(run, 0, (now) => {
      const web = replicaSet(now, 'web', 10)
      replicaSet(now, 'db', 3)
      at(now, 10, (later) => void later.world.store.remove(later, web))
    })
    until(run, 20)
    // A watch, a sync, GET and DELETE of 1 ms each; unbound Pods vanish with their DELETE.
    expect([...story.gone.keys()].filter((key) => key.startsWith('pod'))).toHaveLength(10)
    expect(story.gone.get('pod/web-9')).toBeCloseTo(10.004, 6)
  })

  test.each([
    ['1.20', 20],
    ['1.34', 40],
  ] as const)('Kubernetes %s: go at half of %i calls a second after the burst of 30', (profile, qps) => {
    const { run, story } = play(profile)
    at(run, 0, (now) => {
      const web = replicaSet(now, 'web', 100)
      at(now, 10, (later) => void later.world.store.remove(later, web))
    })
    until(run, 60)
    const gone = [...story.gone].filter(([key]) => key.startsWith('pod')).map(([, time]) => time)
    expect(gone).toHaveLength(100)
    expect(Math.max(...gone) - 10).toBeCloseTo(170 / qps, 0)
  })

  test('go down the line: Deployment, ReplicaSet, Pods', () => {
    const { run, story } = play()
    at(run, 0, (now) => {
      const deployment = now.world.store.create(now, 'Deployment', {
        kind: 'Deployment',
        namespace: 'default',
        name: 'web',
        key: 'deployment/web',
        labels: {},
        owner: null,
      } as never)
      replicaSet(now, 'web-1', 2, { kind: 'Deployment', id: deployment.id })
      at(now, 10, (later) => void later.world.store.remove(later, deployment))
    })
    until(run, 20)
    expect(story.gone.get('rs/web-1')).toBeCloseTo(10.004, 6)
    expect(story.gone.get('pod/web-1-1')).toBeCloseTo(10.008, 6)
  })

  test('go too when they are created after their owner, and when the controller manager starts after it', () => {
    const { run, story } = play()
    const kcm = processOf(run, 'kube-controller-manager')
    at(run, 10, (now) => orphan(now, 'late', { kind: 'ReplicaSet', id: 77 }))
    at(run, 20, (now) => stopProcess(now, kcm))
    at(run, 21, (now) => orphan(now, 'meanwhile', { kind: 'ReplicaSet', id: 78 }))
    at(run, 30, (now) => startProcess(now, kcm))
    until(run, 40)
    // The owner is looked up first.
    expect(story.gone.get('pod/late')).toBeCloseTo(10.005, 6)
    expect(story.gone.get('pod/meanwhile')).toBeCloseTo(30.004, 6)
  })

  test('a mirror Pod goes with its Node', () => {
    const { run, story } = play()
    at(run, 0, (now) => orphan(now, 'etcd-x0', { kind: 'Node', id: nodeOf(now, 'x0').id }))
    at(run, 10, (now) => void now.world.store.remove(now, nodeOf(now, 'x0')))
    until(run, 20)
    expect(story.gone.has('pod/etcd-x0')).toBe(true)
  })
})
