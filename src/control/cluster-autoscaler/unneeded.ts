import type { MachineId, Node } from '../../cluster/objects.ts'
import type { AutoscalerFlags } from './flags.ts'
import { isDeletionCandidate, isToBeDeleted } from './node-taints.ts'
import type { ScaleDown, Unneeded } from './scale-down-state.ts'

type Times = Pick<AutoscalerFlags, 'scale-down-unneeded-time' | 'scale-down-unready-time'>

/** How long a Node must have been unneeded before its machine goes [µs]. */
export const patience = (node: Pick<Node, 'ready'>, flags: Times): number =>
  node.ready === 'True' ? flags['scale-down-unneeded-time'] : flags['scale-down-unready-time']

/** Machines of a group beyond its minimum, those that are going already left out. */
export type Spare = Map<number, number>

/** A Node that is unneeded, and what decides whether its machine may go now. */
export interface Candidate {
  readonly node: Node
  readonly group: number
  readonly unneeded: Unneeded
}

/** Machines that may go now. */
export interface Removable {
  readonly empty: readonly Candidate[]
  readonly drained: readonly Candidate[]
}

/**
 * Which of the unneeded Nodes have been so for longer than it takes, as far as their groups have machines to spare; empty Nodes first,
 * those whose eviction budgets may hold up last. autoscaler core/scaledown/unneeded/nodes.go:RemovableAt, planner.go:sortByRisk.
 */
export function removable(candidates: readonly Candidate[], spare: Spare, now: number, flags: Times): Removable {
  const left = new Map(spare)
  const take = ({ node, group, unneeded }: Candidate): boolean => {
    const count = left.get(group) ?? 0
    if (unneeded.since + patience(node, flags) >= now || count <= 0) return false
    left.set(group, count - 1)
    return true
  }
  const empty = candidates.filter(({ unneeded }) => unneeded.pods.length === 0).filter(take)
  const drained = candidates.filter(({ unneeded }) => unneeded.pods.length > 0).filter(take)
  const isRisky = ({ unneeded }: Candidate): boolean => unneeded.risky
  return { empty, drained: [...drained.filter((each) => !isRisky(each)), ...drained.filter(isRisky)] }
}

type Limits = Pick<AutoscalerFlags, 'max-scale-down-parallelism' | 'max-drain-parallelism'>

/** As many of them as may go beside those that are going. core/scaledown/budgets/budgets.go:CropNodes. */
export function cropped(
  { empty, drained }: Removable,
  going: { readonly empty: number; readonly drained: number },
  flags: Limits,
): Removable {
  const room = flags['max-scale-down-parallelism'] - going.empty - going.drained
  const first = empty.slice(0, Math.max(0, room))
  const drains = Math.min(room - first.length, flags['max-drain-parallelism'] - going.drained)
  return { empty: first, drained: drained.slice(0, Math.max(0, drains)) }
}

type Delays = Pick<AutoscalerFlags, 'scale-down-delay-after-add' | 'scale-down-delay-after-delete' | 'scale-down-delay-after-failure'>

/** Until when no removal may begin [µs]. static_autoscaler.go:isScaleDownInCooldown. */
export const cooldownEnd = (
  { lastAdd, lastDelete, lastFailure }: Pick<ScaleDown, 'lastAdd' | 'lastDelete' | 'lastFailure'>,
  flags: Delays,
): number =>
  Math.max(
    lastAdd + flags['scale-down-delay-after-add'],
    lastDelete + flags['scale-down-delay-after-delete'],
    lastFailure + flags['scale-down-delay-after-failure'],
  )

/** How many Nodes are looked for at most: more could not go in time. planner.go:unneededNodesLimit. */
export function unneededLimit(known: number, flags: Limits & Times & Pick<AutoscalerFlags, 'scan-interval'>): number {
  const each = flags['max-scale-down-parallelism']
  const interval = flags['scan-interval']
  const scans = Math.floor(Math.max(flags['scale-down-unneeded-time'], interval) / interval)
  return Math.min(each * scans + each, known + 2 * each)
}

/**
 * Nodes whose taint DeletionCandidateOfClusterAutoscaler is wrong, those that are going left out: first those that lose it.
 * softtaint.go:UpdateSoftDeletionTaints.
 */
export function softTaintSteps(
  nodes: readonly Node[],
  unneeded: ReadonlyMap<MachineId, Unneeded>,
): { readonly node: Node; readonly step: 'mark candidate' | 'unmark candidate' }[] {
  const staying = nodes.filter((node) => !isToBeDeleted(node))
  const needed = staying.filter((node) => !unneeded.has(node.id) && isDeletionCandidate(node))
  const idle = staying.filter((node) => unneeded.has(node.id) && !isDeletionCandidate(node))
  return [
    ...needed.map((node) => ({ node, step: 'unmark candidate' as const })),
    ...idle.map((node) => ({ node, step: 'mark candidate' as const })),
  ]
}
