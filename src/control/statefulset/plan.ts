import type { Phase } from '../../cluster/objects.ts'
import { seconds } from '../../kernel/time.ts'

/** A Pod of a StatefulSet as a pass sees it. */
export interface Replica {
  readonly ordinal: number
  readonly phase: Phase
  readonly ready: boolean
  /** Ready for `minReadySeconds`; before 1.22, ready. */
  readonly available: boolean
  /** Until it will be available [µs]; 0 when it is, or is not ready. */
  readonly availableIn: number
  readonly terminating: boolean
  /** Name of its ControllerRevision. */
  readonly revision: string
}

/** What a pass decides from. */
export interface PassInput {
  readonly replicas: number
  /** `spec.ordinals.start`. */
  readonly start: number
  /** podManagementPolicy OrderedReady: `monotonic` in the source. */
  readonly ordered: boolean
  readonly updateStrategy: 'RollingUpdate' | 'OnDelete'
  readonly partition: number | null
  readonly currentRevision: string
  readonly updateRevision: string
  /** `status.currentReplicas` as last written. */
  readonly currentReplicas: number
  readonly pods: readonly Replica[]
  readonly minor: number
}

/** One call a pass makes for one ordinal; `revision` is that of the Pod to be created, or of the one that goes. */
export interface Call {
  readonly verb: 'create' | 'delete'
  readonly ordinal: number
  readonly revision: string
  /** `replace`: of a Pod that has ended; `update`: of one with another revision. */
  readonly why: 'missing' | 'replace' | 'surplus' | 'update'
}

/** The calls for each Pod of one step, in order; those of different Pods are made in slow-start batches, or one after the other. */
export interface Step {
  readonly tasks: readonly (readonly Call[])[]
  readonly parallel: boolean
}

/** Pods that have ended are replaced whatever their exit code (PR #120398, 1.29 and patches of 1.27). */
const SUCCEEDED_SINCE = 27
/** A Pod that has ended must be gone before it is created anew (PR #123809). */
const GONE_FIRST_SINCE = 31
/** A rollout waits for Pods to be available rather than ready (PR #130909). */
const AVAILABLE_SINCE = 34
/** In Parallel mode the calls of one step are made in slow-start batches (PR #112744 and later; seen here from 1.27). */
const BATCHES_SINCE = 27

const runningAndReady = ({ phase, ready }: Replica): boolean => phase === 'Running' && ready
const healthy = (pod: Replica, minor: number): boolean =>
  runningAndReady(pod) && !pod.terminating && (minor < AVAILABLE_SINCE || pod.available)
const ended = ({ phase }: Replica, minor: number): boolean => phase === 'Failed' || (phase === 'Succeeded' && minor >= SUCCEEDED_SINCE)

/**
 * The revision of a Pod that is to be created: the current one below the partition, or, without `rollingUpdate`, as many as there are of it.
 * stateful_set_utils.go:newVersionedStatefulSetPod (1.20 … 1.36).
 */
export function revisionFor(ordinal: number, input: PassInput): string {
  const { updateStrategy, partition, start, currentReplicas, currentRevision, updateRevision } = input
  const below = start + (partition ?? currentReplicas)
  return updateStrategy === 'RollingUpdate' && ordinal < below ? currentRevision : updateRevision
}

/** What to do for one ordinal, and whether an ordered pass ends here. processReplica (stateful_set_control.go). */
export function planReplica(ordinal: number, pod: Replica | undefined, input: PassInput): { calls: readonly Call[]; stop: boolean } {
  const { minor } = input
  const create = (why: Call['why']): Call => ({ verb: 'create', ordinal, revision: revisionFor(ordinal, input), why })
  if (pod === undefined) return { calls: [create('missing')], stop: true }
  if (ended(pod, minor)) {
    const remove: Call = { verb: 'delete', ordinal, revision: pod.revision, why: 'replace' }
    if (minor < GONE_FIRST_SINCE) return { calls: [remove, create('replace')], stop: true }
    return { calls: pod.terminating ? [] : [remove], stop: true }
  }
  return { calls: [], stop: pod.terminating || !runningAndReady(pod) || !pod.available }
}

/**
 * What to do for one Pod beyond the wanted ordinals, and whether an ordered pass ends here: such Pods go one by one, and only the first unhealthy Pod of the
 * set may go unhealthy. processCondemned.
 */
export function planCondemned(pod: Replica, firstUnhealthy: number, ordered: boolean): { calls: readonly Call[]; stop: boolean } {
  if (pod.terminating) return { calls: [], stop: true }
  const fit = runningAndReady(pod) && pod.available
  if (ordered && !fit && pod.ordinal !== firstUnhealthy) return { calls: [], stop: true }
  return { calls: [{ verb: 'delete', ordinal: pod.ordinal, revision: pod.revision, why: 'surplus' }], stop: true }
}

/** The Pod that a rollout deletes next: the one of the greatest ordinal with another revision, unless one above it is unhealthy; null: none. */
export function planUpdate(input: PassInput, replicas: readonly (Replica | undefined)[]): Call | null {
  const { partition, updateRevision, minor, start } = input
  for (let target = replicas.length - 1; target >= (partition ?? 0); target--) {
    const pod = replicas[target]
    const revision = pod?.revision ?? revisionFor(start + target, input)
    if (revision !== updateRevision && pod?.terminating === false) return { verb: 'delete', ordinal: pod.ordinal, revision, why: 'update' }
    if (pod === undefined || !healthy(pod, minor)) return null
  }
  return null
}

/** Looks for availability are made when the next Pod becomes available (gate StatefulSetAvailabilityCheck; seen here from 1.35). */
const TIMED_LOOK_SINCE = 35

/**
 * How long after a pass the set is looked at again while some of its Pods are not available [µs]; null: not before something changes. Up to 1.34 that is
 * minReadySeconds, however long the Pods have been ready. stateful_set.go:syncStatefulSet.
 */
export function nextLook(pods: readonly Replica[], minReadySeconds: number, minor: number): number | null {
  if (minor < TIMED_LOOK_SINCE) return seconds(minReadySeconds)
  const waits = pods.filter(({ availableIn }) => availableIn > 0).map(({ availableIn }) => availableIn)
  return waits.length === 0 ? null : Math.min(...waits)
}

/** The lowest ordinal whose Pod is missing or unhealthy, those within `spec.replicas` before all others; Infinity for none. */
function firstUnhealthy(input: PassInput, replicas: readonly (Replica | undefined)[], condemned: readonly Replica[]): number {
  const index = replicas.findIndex((pod) => pod === undefined || !healthy(pod, input.minor))
  if (index >= 0) return input.start + index
  return condemned.findLast((pod) => !healthy(pod, input.minor))?.ordinal ?? Number.POSITIVE_INFINITY
}

/**
 * One pass over a StatefulSet: Pods that are missing are created and ended ones replaced in order of ordinals, then surplus ones go from the greatest on, then at most
 * one Pod is deleted for a rollout. OrderedReady ends the pass at the first Pod for which something is done, that is terminating or not available.
 * stateful_set_control.go:updateStatefulSet (1.20 … 1.36; kubernetes-semantics §6.1).
 */
export function planPass(input: PassInput): readonly Step[] {
  const { ordered, minor, start, pods } = input
  const parallel = !ordered && minor >= BATCHES_SINCE
  const inRange = ({ ordinal }: Replica): boolean => ordinal >= start && ordinal < start + input.replicas
  const replicas = Array.from({ length: input.replicas }, (_, i) => pods.find(({ ordinal }) => ordinal === start + i))
  const condemned = pods.filter((pod) => !inRange(pod) && pod.ordinal >= 0).toSorted((a, b) => b.ordinal - a.ordinal)
  const steps: Step[] = []
  const run = (plans: Iterable<{ calls: readonly Call[]; stop: boolean }>): boolean => {
    const tasks: (readonly Call[])[] = []
    let stopped = false
    for (const { calls, stop } of plans) {
      tasks.push(calls)
      stopped = ordered && stop
      if (stopped) break
    }
    steps.push({ tasks, parallel })
    return stopped
  }
  if (run(replicas.map((pod, i) => planReplica(start + i, pod, input)))) return steps
  const lowest = firstUnhealthy(input, replicas, condemned)
  if (run(condemned.map((pod) => planCondemned(pod, lowest, ordered)))) return steps
  if (input.updateStrategy === 'OnDelete') return steps
  const present = replicas.map((pod) => (pod !== undefined && ended(pod, minor) && minor < GONE_FIRST_SINCE ? undefined : pod))
  const update = planUpdate(input, present)
  if (update !== null) steps.push({ tasks: [[update]], parallel: false })
  return steps
}
