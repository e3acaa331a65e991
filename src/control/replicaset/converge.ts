import { admitPod } from '../../cluster/admission.ts'
import { isActive, type Pod, type PodId, type ReplicaSet } from '../../cluster/objects.ts'
import { forbiddenByQuota } from '../../cluster/quota.ts'
import { compileSelector } from '../../cluster/selectors.ts'
import type { Run } from '../../cluster/world.ts'
import { ownerOf, replicaDraft } from './pods.ts'
import { statusDiffers, statusOf } from './status.ts'

const KINDS = ['ReplicaSet', 'ReplicationController'] as const

/** Active Pods by `kind/id` of their controller. */
function activeByOwner(run: Run): Map<string, Pod[]> {
  const owned = new Map<string, Pod[]>()
  for (const pod of run.world.store.pods) {
    if (pod.owner === null || !isActive(pod)) continue
    const name = `${pod.owner.kind}/${pod.owner.id}`
    const pods = owned.get(name)
    if (pods === undefined) owned.set(name, [pod])
    else pods.push(pod)
  }
  return owned
}

/** The Pods without a controller that a ReplicaSet would adopt. */
function adopt(run: Run, set: ReplicaSet, orphans: readonly Pod[]): number {
  const matches = compileSelector(set.selector)
  let adopted = 0
  for (const orphan of orphans) {
    const pod = run.world.store.pods.get(orphan.id)
    if (pod === undefined || pod.owner !== null || pod.namespace !== set.namespace || !isActive(pod) || !matches(pod.labels)) continue
    run.world.store.update(run, pod, { owner: ownerOf(set) })
    run.world.lineages.settle(pod.id as PodId, run.world.lineages.take(ownerOf(set)))
    adopted++
  }
  return adopted
}

/** Every ReplicaSet and ReplicationController has created its Pods, in order of id; none is bound yet. Before any process has started. */
export function convergeReplicaSets(run: Run): void {
  const { store, lineages } = run.world
  const owned = activeByOwner(run)
  const orphans = [...store.pods].filter((pod) => pod.owner === null)
  for (const kind of KINDS) {
    for (const set of store.tables[kind]) {
      const there = (owned.get(`${kind}/${set.id}`)?.length ?? 0) + adopt(run, set, orphans)
      for (let n = there; n < set.replicas; n++) {
        const place = lineages.take(ownerOf(set))
        const draft = admitPod(run, replicaDraft(set, place))
        if (forbiddenByQuota(run, draft)) {
          lineages.giveBack(ownerOf(set), place)
          break
        }
        const pod = store.create(run, 'Pod', draft)
        lineages.settle(pod.id as PodId, place)
      }
    }
  }
}

/** Every ReplicaSet and ReplicationController reports the Pods it has. */
export function convergeReplicaSetStatus(run: Run): void {
  const { store } = run.world
  const owned = activeByOwner(run)
  for (const kind of KINDS) {
    for (const set of store.tables[kind]) {
      const status = statusOf(set, owned.get(`${kind}/${set.id}`) ?? [], run.now)
      if (statusDiffers(set, status)) store.update(run, set, { status })
    }
  }
}
