/** How many nodes gave each reason. */
export type ReasonCounts = ReadonlyMap<string, number>

/** Counts reasons. */
export function countReasons(reasons: Iterable<readonly string[]>): Map<string, number> {
  const counts = new Map<string, number>()
  for (const list of reasons) for (const reason of list) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return counts
}

const sorted = (counts: ReasonCounts): string =>
  [...counts]
    .map(([reason, count]) => `${count} ${reason}`)
    .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .join(', ')

/**
 * The message of PodScheduled=False: `0/6 nodes are available: 3 Insufficient cpu, 3 node(s) were unschedulable.`, reasons sorted as text, counts
 * first; followed by what preemption said. pkg/scheduler/framework/types.go:FitError.Error (1.20 … 1.36).
 */
export function fitError(nodes: number, counts: ReasonCounts, preemption = ''): string {
  if (nodes === 0) return 'no nodes available to schedule pods'
  const message = `0/${nodes} nodes are available: ${sorted(counts)}.`
  return preemption === '' ? message : `${message} ${preemption}`
}

/** What preemption says when it helps nowhere. framework/preemption/preemption.go (1.24 … 1.36); "no new claims …" with DRA on (1.34 on). */
export function preemptionMessage(nodes: number, counts: ReasonCounts, minor: number): string {
  if (minor < 24) return ''
  return `${minor >= 34 ? 'no new claims to deallocate, ' : ''}preemption: 0/${nodes} nodes are available: ${sorted(counts)}.`
}

/** What preemption says when the Pod may not preempt. */
export function notEligibleMessage(why: string, minor: number): string {
  if (minor < 24) return ''
  return `${minor >= 34 ? 'no new claims to deallocate, ' : ''}preemption: ${why}`
}
