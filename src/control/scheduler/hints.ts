import type { Pod } from '../../cluster/objects.ts'
import type { FilterPlugin } from '../filters/plugin.ts'
import { type ClusterEvent, NODE_ADD, NODE_LABEL, NODE_TAINT, WILDCARD } from './cluster-event.ts'
import type { PodView } from './pod-info.ts'
import type { QueueEntry } from './queue-entry.ts'

/** The filters of a release, which decide what wakes whom. */
export interface Rules {
  readonly minor: number
  readonly filters: readonly FilterPlugin[]
  readonly viewOf: (pod: Pod) => PodView
}

/** Up to 1.31 a pre-check may hide a Node's addition; so who waits for Nodes hears of new labels and taints too (issue #109437). */
const NODE_EVENTS_BEFORE_HINTS = NODE_LABEL | NODE_TAINT

/**
 * Whether an event sends an unschedulable Pod back to be tried: always up to 1.21; if one of its rejectors registered for the event up to 1.31; if
 * one of them also says so (QueueingHints) from 1.32 on. Errors are always tried again.
 * pkg/scheduler/internal/queue/scheduling_queue.go:podMatchesEvent, backend/queue/scheduling_queue.go:isPodWorthRequeuing.
 */
export function mayRequeue({ minor, filters, viewOf }: Rules, entry: Pick<QueueEntry, 'pod' | 'rejectors'>, event: ClusterEvent): boolean {
  if (minor < 22 || entry.rejectors === 0 || (event.action & WILDCARD) !== 0) return true
  return filters.some((plugin, index) => {
    if ((entry.rejectors & (1 << index)) === 0) return false
    const waitsForNodes = minor < 32 && (plugin.events & NODE_ADD) !== 0
    const events = waitsForNodes ? plugin.events | NODE_EVENTS_BEFORE_HINTS : plugin.events
    return (event.action & events) !== 0 && (minor < 32 || plugin.mayFit(viewOf(entry.pod), event))
  })
}
