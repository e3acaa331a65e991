import type { Node, Pod } from '../../cluster/objects.ts'
import type { IntOrPercent } from '../../scenario/specs.ts'
import { isAvailable } from '../replicaset/status.ts'
import type { DaemonPlan, NodeRow, PlanRules } from './plan.ts'
import { isUpdated } from './template.ts'

/** maxSurge or maxUnavailable as a number of Nodes: percentages round up (GetScaledValueFromIntOrPercent, roundUp). */
export const scaledUp = (value: IntOrPercent, nodes: number): number =>
  'count' in value ? value.count : Math.ceil((value.percent * nodes) / 100)

/** From 1.21 a rollout goes by Nodes that have a Pod, with room for a surge (alpha; on from 1.22); before that by Pods. */
const BY_NODE_SINCE = 21
/** From 1.29 a surge leaves out Nodes where the Pod should not run (PR #119317). */
const SURGE_FITS_SINCE = 29
/** From 1.31 old Pods that are not available count against maxUnavailable (issue #123232). */
const OLD_COUNT_SINCE = 31

const NOTHING: DaemonPlan = { create: [], remove: [] }

/**
 * One step of a rolling update: which old Pods go, and with surge which Nodes get a second one.
 * pkg/controller/daemon/update.go:rollingUpdate (1.20; rewritten in 1.21 … 1.36).
 */
export function rollingUpdate(rows: readonly NodeRow[], rules: PlanRules): DaemonPlan {
  if (rules.minor < BY_NODE_SINCE) return { ...NOTHING, remove: byPods(rows, rules) }
  return rules.maxSurge === 0 ? { ...NOTHING, remove: inPlace(rows, rules) } : surging(rows, rules)
}

/** 1.20: every old Pod that is not available goes; of the others as many as keep within maxUnavailable of the Nodes where it should run. */
function byPods(rows: readonly NodeRow[], { hash, maxUnavailable, minReadySeconds, now }: PlanRules): Pod[] {
  const available = (pod: Pod): boolean => isAvailable(pod, minReadySeconds, now)
  const serves = (pod: Pod): boolean => available(pod) && pod.deletionTimestamp === null
  const unavailable = rows.filter(({ shouldRun, pods }) => shouldRun && !pods.some(serves)).length
  const old = rows.flatMap(({ node, pods }) => (node === undefined ? [] : pods.filter((pod) => !isUpdated(pod, hash))))
  const broken = old.filter((pod) => !available(pod) && pod.deletionTimestamp === null)
  const room = Math.max(0, maxUnavailable - unavailable)
  return [...broken, ...old.filter(available).slice(0, room)]
}

/** The old and the new Pod of a Node that are not terminating; null: there are several of one. `findUpdatedPodsOnNode`. */
function pairOf(pods: readonly Pod[], hash: string): { readonly fresh: Pod | undefined; readonly old: Pod | undefined } | null {
  const alive = pods.filter((pod) => pod.deletionTimestamp === null)
  const fresh = alive.filter((pod) => isUpdated(pod, hash))
  const old = alive.filter((pod) => !isUpdated(pod, hash))
  return fresh.length > 1 || old.length > 1 ? null : { fresh: fresh[0], old: old[0] }
}

/** Nodes that take part: those with Pods, wherever they should run, and those that should have one. */
const taking = (rows: readonly NodeRow[]): NodeRow[] => rows.filter(({ pods, shouldRun }) => pods.length > 0 || shouldRun)

/** Old Pods that are not available go at once; others while fewer Nodes than maxUnavailable lack an available Pod, dead Nodes included. */
function inPlace(rows: readonly NodeRow[], { hash, maxUnavailable, minReadySeconds, minor, now }: PlanRules): Pod[] {
  let unavailable = 0
  const broken: Pod[] = []
  const candidates: Pod[] = []
  for (const { pods } of taking(rows)) {
    const pair = pairOf(pods, hash)
    if (pair === null || (pair.fresh === undefined) === (pair.old === undefined)) unavailable++
    else if (pair.fresh !== undefined) unavailable += isAvailable(pair.fresh, minReadySeconds, now) ? 0 : 1
    else if (pair.old !== undefined && isAvailable(pair.old, minReadySeconds, now)) {
      if (unavailable < maxUnavailable) candidates.push(pair.old)
    } else if (pair.old !== undefined) {
      broken.push(pair.old)
      if (minor >= OLD_COUNT_SINCE) unavailable++
    }
  }
  return [...broken, ...candidates.slice(0, Math.max(0, maxUnavailable - unavailable))]
}

/** A second Pod comes to Nodes whose old one is not available, and to as many others as maxSurge allows; old ones go when it is available. */
function surging(rows: readonly NodeRow[], { hash, maxSurge, minReadySeconds, minor, now }: PlanRules): DaemonPlan {
  let surges = 0
  const remove: Pod[] = []
  const broken: Node[] = []
  const candidates: Node[] = []
  for (const { node, pods, shouldRun } of taking(rows)) {
    const pair = pairOf(pods, hash)
    if (pair === null) surges++
    if (pair === null || pair.old === undefined || node === undefined) continue
    const fits = shouldRun || minor < SURGE_FITS_SINCE
    if (pair.fresh !== undefined) {
      if (isAvailable(pair.fresh, minReadySeconds, now)) remove.push(pair.old)
      else surges++
    } else if (!isAvailable(pair.old, minReadySeconds, now)) {
      if (fits) broken.push(node)
    } else if (fits && surges < maxSurge) candidates.push(node)
  }
  return { create: [...broken, ...candidates.slice(0, Math.max(0, maxSurge - surges))], remove }
}
