import type { Change } from '../../cluster/change-log.ts'
import type { Pod, ReplicaSet } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import type { Run } from '../../cluster/world.ts'
import { seconds } from '../../kernel/time.ts'
import { matcherOf } from './matchers.ts'
import type { State } from './state.ts'

type Kind = ReplicaSet['kind']

/** A ReplicaSet was written or is gone. */
export function setChanged(run: Run, state: State, change: Change<ReplicaSet>): void {
  const id = (change.after ?? (change.before as ReplicaSet)).id
  if (change.after === undefined) state.expectations.forget(id)
  state.queue.add(run, id)
}

/** A Pod was created, written or is gone: `addPod`, `updatePod`, `deletePod` (pkg/controller/replicaset/replica_set.go, 1.20 … 1.36). */
export function podChanged(run: Run, process: Process, state: State, kind: Kind, change: Change<Pod>): void {
  const { before, after } = change
  if (after === undefined || after.deletionTimestamp !== null) {
    const pod = after ?? before
    if (pod !== undefined) podDeleted(run, process, state, kind, pod)
    return
  }
  const wasOwned = before?.owner
  if (wasOwned?.kind === kind && before?.owner !== after.owner) enqueue(run, process, state, kind, wasOwned.id)
  if (after.owner === null) {
    if (before === undefined || before.labels !== after.labels || before.owner !== null) enqueueMatching(run, process, state, kind, after)
    return
  }
  if (after.owner.kind !== kind) return
  const set = process.cache.get(kind, after.owner.id)
  if (set === undefined) return
  if (before === undefined) state.expectations.created(set.id)
  state.queue.add(run, set.id)
  if (before !== undefined && !before.ready && after.ready && set.minReadySeconds > 0) {
    state.queue.addAfter(run, set.id, seconds(set.minReadySeconds + 1))
  }
}

function podDeleted(run: Run, process: Process, state: State, kind: Kind, pod: Pod): void {
  if (pod.owner?.kind !== kind || process.cache.get(kind, pod.owner.id) === undefined) return
  state.expectations.deleted(pod.owner.id, pod.id)
  state.queue.add(run, pod.owner.id)
}

function enqueue(run: Run, process: Process, state: State, kind: Kind, id: number): void {
  if (process.cache.get(kind, id) !== undefined) state.queue.add(run, id)
}

function enqueueMatching(run: Run, process: Process, state: State, kind: Kind, pod: Pod): void {
  for (const set of process.cache.all(kind)) {
    if (set.namespace === pod.namespace && matcherOf(state, set)(pod.labels)) state.queue.add(run, set.id)
  }
}
