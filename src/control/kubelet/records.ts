import type { Run } from '../../cluster/world.ts'
import type { Instant } from '../../kernel/time.ts'
import { type Kubelet, kubeletsOf, type Worker } from './state.ts'
import { reclaim } from './termination.ts'

/**
 * Relists from the end of a Pod until the runtime cache has no record of it: the first sees that it has ended, whereupon its containers are
 * removed; the second that they are gone, whereupon its sandbox is; the third sees nothing any more. That those three are what the object
 * of a deleted Pod waits for shows in the observations: p05's 300 objects go with the first batch of statuses at least two relists after
 * the one that saw the end. pkg/kubelet/{pod_container_deletor,pod_sandbox_deleter}.go, kubelet_pods.go:PodResourcesAreReclaimed (1.20).
 */
const RELISTS = 3

/** A Pod that has ended, and whose records the runtime cache still holds. */
export interface Leaving {
  readonly since: Instant
  relists: number
}

/** Before 1.27 the object of a deleted Pod waits until relists have seen its records go. */
export function awaitRecords(run: Run, worker: Worker): void {
  worker.kubelet.leaving.set(worker, { since: run.now, relists: RELISTS })
  kubeletsOf(run.world).relist.want(run, worker.kubelet.machine)
}

/** A relist that began then has seen what is left of the Pods that had ended. */
export function relistRecords(run: Run, kubelet: Kubelet, began: number): void {
  for (const [worker, leaving] of kubelet.leaving) {
    if (leaving.since > began) continue
    leaving.relists--
    if (leaving.relists > 0) continue
    kubelet.leaving.delete(worker)
    reclaim(run, worker)
  }
}
