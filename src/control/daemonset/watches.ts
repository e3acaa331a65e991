import type { Change } from '../../cluster/change-log.ts'
import type { DaemonSet, DaemonSetId, Node, Pod } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { selectorMatches } from '../../cluster/selectors.ts'
import type { Run } from '../../cluster/world.ts'
import { seconds } from '../../kernel/time.ts'
import { at, fitFor } from './state.ts'

/** A DaemonSet was written or is gone. */
export function setChanged(run: Run, change: Change<DaemonSet>): void {
  const { expectations, fits, queue } = at(run)
  const id = (change.after ?? (change.before as DaemonSet)).id as DaemonSetId
  if (change.after === undefined) {
    expectations.forget(id)
    fits.delete(id)
  }
  queue.add(run, id)
}

/**
 * A Node came, or changed in what decides where Pods belong: every DaemonSet that it concerns looks. One that goes is nobody's trigger.
 * addNode, updateNode (pkg/controller/daemon/daemon_controller.go, 1.20 … 1.36).
 */
export function nodeChanged(run: Run, process: Process, { before, after }: Change<Node>): void {
  if (after === undefined) return
  if (before !== undefined && before.taints === after.taints && before.labels === after.labels) return
  const state = at(run)
  for (const set of process.cache.all('DaemonSet')) {
    const was = before === undefined ? { shouldRun: false, shouldContinue: false } : { ...fitFor(state, set, before) }
    const is = fitFor(state, set, after)
    const concerns = before === undefined ? is.shouldRun : was.shouldRun !== is.shouldRun || was.shouldContinue !== is.shouldContinue
    if (concerns) state.queue.add(run, set.id as DaemonSetId)
  }
}

/**
 * A Pod was created, written or is gone: addPod, updatePod, deletePod. One without a controller concerns every DaemonSet that selects it,
 * one that was let go the DaemonSet that it had.
 */
export function podChanged(run: Run, process: Process, { before, after }: Change<Pod>): void {
  const pod = after ?? (before as Pod)
  const { owner } = pod
  const left = before?.owner ?? null
  if (left?.kind === 'DaemonSet' && left !== owner) enqueue(run, process, left.id)
  if (owner === null) {
    if (after !== undefined && (before === undefined || before.labels !== after.labels || left !== null))
      enqueueMatching(run, process, after)
    return
  }
  const set = owner.kind === 'DaemonSet' ? process.cache.get('DaemonSet', owner.id) : undefined
  if (set === undefined) return
  const { expectations, queue } = at(run)
  const id = set.id as DaemonSetId
  const goes = after === undefined || after.deletionTimestamp !== null
  if (goes) expectations.deleted(id, pod.id)
  else if (before === undefined) expectations.created(id)
  queue.add(run, id)
  const { minReadySeconds } = set
  if (!goes && before !== undefined && !before.ready && pod.ready && minReadySeconds > 0) {
    queue.addAfter(run, id, seconds(minReadySeconds + 1))
  }
}

function enqueue(run: Run, process: Process, id: number): void {
  if (process.cache.get('DaemonSet', id) !== undefined) at(run).queue.add(run, id as DaemonSetId)
}

function enqueueMatching(run: Run, process: Process, { namespace, labels }: Pod): void {
  for (const set of process.cache.all('DaemonSet')) {
    if (set.namespace === namespace && selectorMatches(set.selector, labels)) at(run).queue.add(run, set.id as DaemonSetId)
  }
}
