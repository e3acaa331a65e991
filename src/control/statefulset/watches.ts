import type { Change } from '../../cluster/change-log.ts'
import type { Pod, StatefulSet } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { selectorMatches } from '../../cluster/selectors.ts'
import type { Run } from '../../cluster/world.ts'
import { seconds } from '../../kernel/time.ts'
import type { State } from './state.ts'

/** A StatefulSet was written or is gone. */
export const setChanged = (run: Run, { queue }: State, set: StatefulSet): void => queue.add(run, set.id)

/** A Pod was created, written or is gone: addPod, updatePod, deletePod (pkg/controller/statefulset/stateful_set.go, 1.20 … 1.36). */
export function podChanged(run: Run, process: Process, { queue }: State, { before, after }: Change<Pod>): void {
  const { owner, labels, namespace } = after ?? (before as Pod)
  if (before?.owner?.kind === 'StatefulSet' && before.owner !== owner) enqueue(run, process, queue, before.owner.id)
  if (owner?.kind === 'StatefulSet') {
    const set = process.cache.get('StatefulSet', owner.id)
    if (set === undefined) return
    queue.add(run, set.id)
    const gotReady = before?.ready === false && after?.ready === true
    if (gotReady && set.minReadySeconds > 0) queue.addAfter(run, set.id, seconds(set.minReadySeconds + 1))
    return
  }
  if (owner !== null || after === undefined || (before !== undefined && before.labels === labels && before.owner === null)) return
  for (const set of process.cache.all('StatefulSet')) {
    if (set.namespace === namespace && selectorMatches(set.selector, labels)) queue.add(run, set.id)
  }
}

function enqueue(run: Run, process: Process, queue: State['queue'], id: number): void {
  if (process.cache.get('StatefulSet', id) !== undefined) queue.add(run, id)
}
