import type { Change } from '../cluster/change-log.ts'
import { type Deployment, isActive, type Pod, type PodId, type ReplicaSet } from '../cluster/objects.ts'
import type { Observer, Occurrence } from '../cluster/observers.ts'
import type { Run } from '../cluster/world.ts'
import { limitsOf } from '../control/deployment/limits.ts'
import { seconds } from '../kernel/time.ts'
import { BrokenInvariant } from './invariants.ts'

/**
 * Longer than any controller waits for a watch to show what it has done (ExpectationsTimeout, 5 min: pkg/controller/controller_utils.go,
 * 1.20 … 1.36).
 */
const PATIENCE_US = seconds(360)

const keyOf = ({ kind, id }: { readonly kind: string; readonly id: number }): string => `${kind}/${id}`

/**
 * Checks at the end what holds once the responsible controller has caught up: no more active Pods than desired + surge, and no Endpoints
 * without a Pod. A controller has had the time when it was left alone, and so was what it looks after, for longer than it ever waits.
 */
export class CaughtUp implements Observer {
  /** When the control plane was last disturbed, and the faults that still do. */
  private disturbed = Number.NEGATIVE_INFINITY
  private readonly lasting = new Set<number>()
  /** When the number of Pods that an owner wants or has last changed. */
  private readonly moved = new Map<string, number>()
  private readonly gone = new Map<PodId, number>()

  controlPlane({ now }: Run): void {
    this.disturbed = now
  }

  fault({ now }: Run, { id, everywhere, lasting }: Occurrence, event: 'begin' | 'end'): void {
    if (!everywhere) return
    this.disturbed = now
    if (event === 'end') this.lasting.delete(id)
    else if (lasting) this.lasting.add(id)
  }

  changed({ now }: Run, { before, after }: Change): void {
    const object = after ?? before
    if (object?.kind === 'Pod') this.pod(now, before as Pod | undefined, after as Pod | undefined)
    else if (object !== undefined && (before as ReplicaSet | undefined)?.replicas !== (after as ReplicaSet | undefined)?.replicas) {
      this.moved.set(keyOf(object), now)
    }
  }

  /** To be called when the run is over. Throws BrokenInvariant. */
  finish(run: Run): void {
    const { store, processes, controlPlane } = run.world
    const works = processes.some(
      (process) =>
        process.program === 'kube-controller-manager' && process.up && process.connected && controlPlane.pathOf(run, process) === 'serving',
    )
    if (!works || this.lasting.size > 0 || !this.isOld(run, this.disturbed)) return
    const active = new Map<string, number>()
    for (const pod of store.pods) if (pod.owner !== null && isActive(pod)) count(active, keyOf(pod.owner), 1)
    for (const set of [...store.tables.ReplicaSet, ...store.tables.ReplicationController]) {
      const pods = active.get(keyOf(set)) ?? 0
      if (set.owner !== null) count(active, keyOf(set.owner), pods)
      this.atMost(run, set, pods, set.replicas)
      if (set.owner !== null && !this.isOld(run, this.moved.get(keyOf(set)))) this.moved.set(keyOf(set.owner), run.now)
    }
    for (const one of store.tables.Deployment) this.atMost(run, one, active.get(keyOf(one)) ?? 0, one.replicas + limitsOf(one).surge)
    for (const endpoints of store.tables.Endpoints) {
      const lost = [...endpoints.ready, ...endpoints.notReady].find(
        (pod) => store.pods.get(pod) === undefined && this.isOld(run, this.gone.get(pod)),
      )
      if (lost !== undefined) throw new BrokenInvariant(run.now, `${endpoints.key} still has Pod ${lost}, which is gone`)
    }
  }

  private pod(now: number, before: Pod | undefined, after: Pod | undefined): void {
    if (after === undefined) this.gone.set(before?.id as PodId, now)
    const owner = (after ?? before)?.owner ?? null
    const same = before !== undefined && after !== undefined && isActive(before) === isActive(after) && before.owner === after.owner
    if (owner !== null && !same) this.moved.set(keyOf(owner), now)
  }

  private atMost(run: Run, owner: Deployment | ReplicaSet, pods: number, most: number): void {
    if (pods <= most || !this.isOld(run, this.moved.get(keyOf(owner)))) return
    throw new BrokenInvariant(run.now, `${owner.key} has ${pods} active Pods, ${most} is the most it may have`)
  }

  private isOld({ now }: Run, time = Number.NEGATIVE_INFINITY): boolean {
    return now - time > PATIENCE_US
  }
}

function count(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}
