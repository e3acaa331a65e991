import type { Pod, PodDisruptionBudget } from '../../cluster/objects.ts'
import type { ClusterState } from './cluster-state.ts'
import { type Diagnosis, prepareFilters, type Scheduling } from './decide.ts'
import { splitByViolation } from './disruption-budgets.ts'
import { countReasons, notEligibleMessage, preemptionMessage } from './fit-error.ts'
import type { PodView } from './pod-info.ts'

/** A node that would have room without these Pods. */
export interface Candidate {
  readonly node: number
  /** The most important first. */
  readonly victims: readonly Pod[]
  /** Victims whose PodDisruptionBudget would be overdrawn. */
  readonly violations: number
}

/** What PostFilter found. `clear`: the Pod's nomination is void. */
export type Preemption =
  | { readonly found: false; readonly message: string; readonly clear: boolean }
  | { readonly found: true; readonly candidate: Candidate }

/** `minCandidateNodesPercentage` and `minCandidateNodesAbsolute` (apis/config/v1/defaults.go, 1.20 … 1.36). */
const MIN_CANDIDATES_PERCENTAGE = 10
const MIN_CANDIDATES = 100

const startOf = (pod: Pod): number => pod.startTime ?? Number.POSITIVE_INFINITY

/** Higher priority first, then the longer-running, then the older (pkg/scheduler/util/utils.go:MoreImportantPod, 1.20 … 1.36). */
export function moreImportant(a: Pod, b: Pod): number {
  if (a.spec.priority !== b.spec.priority) return b.spec.priority - a.spec.priority
  const started = startOf(a) === startOf(b) ? 0 : startOf(a) - startOf(b)
  return started === 0 ? a.id - b.id : started
}

/** How many candidates end the dry runs. defaultpreemption/default_preemption.go:calculateNumCandidates (1.20 … 1.36). */
export function numCandidates(nodes: number): number {
  return Math.min(nodes, Math.max(MIN_CANDIDATES, Math.trunc((nodes * MIN_CANDIDATES_PERCENTAGE) / 100)))
}

/** The candidates' merits, in order of weight, smaller is better. framework/preemption/preemption.go:pickOneNodeForPreemption (1.20 … 1.36). */
function merits({ victims, violations }: Candidate): readonly number[] {
  const highest = (victims[0] as Pod).spec.priority
  const sum = victims.reduce((total, pod) => total + pod.spec.priority + 2 ** 31, 0)
  const earliest = victims
    .filter((pod) => pod.spec.priority === highest)
    .reduce((first, pod) => Math.min(first, startOf(pod)), Number.POSITIVE_INFINITY)
  return [violations, highest, sum, victims.length, -earliest]
}

/** The best candidate: fewest violations, lowest highest priority, lowest sum of priorities, fewest victims, latest start; the first of equals. */
export function pickCandidate(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((best, candidate) => {
    const [old, other] = [merits(best), merits(candidate)]
    const decisive = old.findIndex((value, i) => value !== other[i])
    return decisive >= 0 && (other[decisive] as number) < (old[decisive] as number) ? candidate : best
  })
}

/** Why the Pod may not preempt; empty when it may. default_preemption.go:PodEligibleToPreemptOthers (1.20 … 1.36). */
export function notEligible({ cluster, nominator }: Scheduling, { pod }: PodView, unresolvable: ReadonlySet<number>): string {
  if (pod.spec.preemptionPolicy === 'Never') return 'not eligible due to preemptionPolicy=Never.'
  const nominated = nominator.nodeOf(pod.id)
  if (nominated < 0 || unresolvable.has(nominated)) return ''
  const waits = podsOn(cluster, nominated).some((held) => held.spec.priority < pod.spec.priority && held.deletionTimestamp !== null)
  return waits ? 'not eligible due to a terminating pod on the nominated node.' : ''
}

/**
 * PostFilter: looks for a node where Pods of lower priority could make way. Dry runs begin at a random node: `draw` is uniform in [0, 1).
 * defaultpreemption/default_preemption.go, framework/preemption/preemption.go (1.20 … 1.36).
 */
export function preempt(
  scheduling: Scheduling,
  view: PodView,
  diagnosis: Diagnosis,
  budgets: () => readonly PodDisruptionBudget[],
  draw: () => number,
): Preemption {
  const { cluster } = scheduling
  const { minor } = cluster.profile
  const why = notEligible(scheduling, view, diagnosis.unresolvable)
  if (why !== '') return { found: false, message: notEligibleMessage(why, minor), clear: false }
  const { resolvable, nodes } = diagnosis
  const failures: string[] = new Array<string>(nodes - resolvable.length).fill('Preemption is not helpful for scheduling')
  const candidates: Candidate[] = []
  if (cluster.hasLowerPriority(view.pod.spec.priority)) {
    const enough = numCandidates(resolvable.length)
    const known = budgets()
    const offset = Math.floor(draw() * resolvable.length)
    for (let i = 0; i < resolvable.length; i++) {
      const result = selectVictims(scheduling, view, resolvable[(offset + i) % resolvable.length] as number, known)
      if (typeof result === 'string') failures.push(result)
      else candidates.push(result)
      if (candidates.length >= enough && candidates.some(({ violations }) => violations === 0)) break
    }
  } else failures.push(...resolvable.map(() => NO_VICTIMS))
  if (candidates.length > 0) return { found: true, candidate: pickCandidate(candidates) }
  const message = preemptionMessage(nodes, countReasons(failures.map((reason) => [reason])), minor)
  return { found: false, message, clear: minor >= 22 }
}

const NO_VICTIMS = 'No preemption victims found for incoming pod'

const podsOn = (cluster: ClusterState, node: number): Pod[] =>
  [...(cluster.nodes.pods[node] ?? [])].flatMap((id) => cluster.placedPod(id)?.pod ?? [])

/**
 * The Pods that must go from a node, or why it does not help: takes all of lower priority away, and puts them back one by one while the Pod still
 * fits, those protected by a budget first. default_preemption.go:SelectVictimsOnNode (1.20 … 1.36).
 */
function selectVictims(scheduling: Scheduling, view: PodView, node: number, budgets: readonly PodDisruptionBudget[]): Candidate | string {
  const { cluster, nominator } = scheduling
  const lower = podsOn(cluster, node).filter((pod) => pod.spec.priority < view.pod.spec.priority)
  if (lower.length === 0) return NO_VICTIMS
  lower.sort(moreImportant)
  const { version } = cluster
  const rejector = () => nominator.rejectorWithNominated(cluster, view, node, prepareFilters(cluster, view))
  for (const pod of lower) cluster.remove(pod.id)
  const without = rejector()
  const failure = without === null ? '' : (without.filter.reasons(node)[0] as string)
  const { violating, others } = splitByViolation(lower, budgets)
  const victims: Pod[] = []
  let violations = 0
  for (const pod of without === null ? [...violating, ...others] : []) {
    cluster.place(pod, node)
    if (rejector() === null) continue
    cluster.remove(pod.id)
    victims.push(pod)
    if (violating.includes(pod)) violations++
  }
  for (const pod of lower) if (cluster.nodeOf(pod.id) < 0) cluster.place(pod, node)
  cluster.version = version
  if (failure !== '') return failure
  return { node, victims: victims.sort(moreImportant), violations }
}
