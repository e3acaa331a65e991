import { type ContainerStatus, isTerminal, type Pod } from '../../cluster/objects.ts'
import type { Instant } from '../../kernel/time.ts'
import type { ContainerSpec, PodSpec } from '../../scenario/specs.ts'
import { shouldRestart } from './actions.ts'
import { isSidecar } from './init-actions.ts'
import { type ContainerState, podPhase } from './phase.ts'
import type { ContainerList, ContainerRef } from './state.ts'
import type { ContainerView, PodView } from './view.ts'

/** What a kubelet says about a Pod: the fields of its status that it owns. */
export type PodStatus = Pick<
  Pod,
  | 'phase'
  | 'reason'
  | 'initialized'
  | 'containersReady'
  | 'ready'
  | 'readyTransition'
  | 'podIP'
  | 'startTime'
  | 'containerStatuses'
  | 'initContainerStatuses'
>

/** The kubelet's fields of a Pod as the API has them. */
export const statusOf = (pod: PodStatus): PodStatus => ({
  phase: pod.phase,
  reason: pod.reason,
  initialized: pod.initialized,
  containersReady: pod.containersReady,
  ready: pod.ready,
  readyTransition: pod.readyTransition,
  podIP: pod.podIP,
  startTime: pod.startTime,
  containerStatuses: pod.containerStatuses,
  initContainerStatuses: pod.initContainerStatuses,
})

/** What a status is made from. */
export interface StatusFacts {
  readonly spec: PodSpec
  readonly view: PodView
  /** Why a container waits, as the last sync found it: CrashLoopBackOff, ImagePullBackOff … */
  readonly reasons: ReadonlyMap<string, string>
  /** Whether the probes let an app container or sidecar count as started and ready. */
  readonly probed: (ref: ContainerRef, view: ContainerView) => { readonly started: boolean; readonly ready: boolean }
  readonly previous: PodStatus
  /** The Pod is being terminated and all its containers have stopped. */
  readonly terminal: boolean
  /** The Pod has been deleted. */
  readonly deleted: boolean
  readonly now: Instant
  readonly minor: number
  readonly hostIP: string
}

/** generateAPIPodStatus (pkg/kubelet/kubelet_pods.go, 1.20 … 1.36). Readiness gates are taken to hold: who sets them is not modelled. */
export function podStatus(facts: StatusFacts): PodStatus {
  const { spec, view, previous, now, minor, terminal } = facts
  const inits = spec.initContainers.map((container, index) => initStatus(facts, container, index))
  const initialized = spec.initContainers.every((container, index) => hasInitialized(container, inits[index], minor))
  const waits = spec.initContainers.length > 0 && !initialized ? 'PodInitializing' : 'ContainerCreating'
  const containers = spec.containers.map((container, index) => containerStatus(facts, container, index, waits))
  const computed = podPhase(spec, inits.map(stateOf), containers.map(stateOf), terminal && minor >= 27, minor)
  const phase = isTerminal(previous) ? previous.phase : computed
  const sidecars = inits.filter((_, index) => isSidecar(spec.initContainers[index], minor))
  const containersReady = !isTerminal({ phase }) && [...containers, ...sidecars].every(({ ready }) => ready)
  const podIP = view.ip !== '' && spec.hostNetwork ? facts.hostIP : view.ip
  return {
    phase,
    reason: previous.reason,
    initialized: initialized || phase === 'Succeeded',
    containersReady,
    ready: containersReady,
    readyTransition: containersReady === previous.ready ? previous.readyTransition : now,
    podIP: podIP === '' && minor >= 22 ? previous.podIP : podIP,
    startTime: previous.startTime ?? now,
    containerStatuses: containers,
    initContainerStatuses: inits,
  }
}

/** A status with another readiness of one container, `sidecars` among the init containers: SetContainerReadiness, SetContainerStartup (status_manager.go). */
export function withProbed(
  status: PodStatus,
  { list, index }: ContainerRef,
  probed: { started: boolean; ready: boolean },
  now: Instant,
  sidecars: readonly number[] = [],
): PodStatus {
  const statuses = statusesOf(status, list).map((each, at) => (at === index ? { ...each, ...probed } : each))
  const changed = { ...status, [list === 'containers' ? 'containerStatuses' : 'initContainerStatuses']: statuses }
  const sidecarsReady = sidecars.every((at) => changed.initContainerStatuses[at]?.ready === true)
  const containersReady = !isTerminal(status) && sidecarsReady && changed.containerStatuses.every(({ ready }) => ready)
  const readyTransition = containersReady === status.ready ? status.readyTransition : now
  return { ...changed, containersReady, ready: containersReady, readyTransition }
}

/** The statuses of one list of containers. */
export const statusesOf = (status: PodStatus, list: ContainerList): readonly ContainerStatus[] =>
  list === 'containers' ? status.containerStatuses : status.initContainerStatuses

/** The status of a Pod that the kubelet has failed: refused (rejectPod, pkg/kubelet/kubelet.go), or past its deadline. */
export const endedStatus = (status: PodStatus, reason: string, now: Instant): PodStatus =>
  isTerminal(status)
    ? status
    : {
        ...status,
        phase: 'Failed',
        reason,
        ready: false,
        containersReady: false,
        readyTransition: status.ready ? now : status.readyTransition,
        startTime: status.startTime ?? now,
      }

const blank: ContainerStatus = {
  state: 'waiting',
  reason: '',
  exitCode: 0,
  startedAt: null,
  finishedAt: null,
  lastExitCode: null,
  ready: false,
  started: false,
  restartCount: 0,
}

/** convertToAPIContainerStatuses, for one container. */
function baseStatus(view: ContainerView | undefined, waits: string, waiting: string | undefined): ContainerStatus {
  if (view === undefined) return { ...blank, reason: waiting ?? waits }
  const { container, running } = view
  const { startedAt, exitCode, finishedAt, reason, lastExitCode, attempt } = container
  if (running) return { ...blank, state: 'running', startedAt, lastExitCode, restartCount: attempt }
  if (waiting !== undefined) return { ...blank, reason: waiting, lastExitCode: exitCode, restartCount: attempt }
  return { ...blank, state: 'terminated', reason, exitCode, startedAt, finishedAt, lastExitCode, restartCount: attempt }
}

/** Exit code of a container that ran when it was last seen, and of which the runtime knows nothing any more (ContainerStatusUnknown). */
const LOST = 137

/**
 * A container that the runtime knows nothing of, and that the API does: it waits to be created; one that ran has ended, where its Pod has
 * been deleted, and from 1.22 on in any case, which then counts as a restart. convertToAPIContainerStatuses (pkg/kubelet/kubelet_pods.go,
 * 1.20 … 1.36).
 */
function forgotten(before: ContainerStatus, waits: string, waiting: string | undefined, { deleted, minor }: StatusFacts): ContainerStatus {
  if (before.state === 'terminated') return before
  const { restartCount, lastExitCode } = before
  const status: ContainerStatus = { ...blank, reason: waiting ?? waits, restartCount, lastExitCode }
  if (before.state !== 'running' || waiting !== undefined || lastExitCode !== null || (!deleted && minor < 22)) return status
  return { ...status, lastExitCode: LOST, restartCount: deleted ? restartCount : restartCount + 1 }
}

function containerStatus(facts: StatusFacts, { name }: ContainerSpec, index: number, waits: string): ContainerStatus {
  const view = facts.view.containers[index]
  const reason = shouldRestart(facts.spec, view) && !facts.terminal ? facts.reasons.get(name) : undefined
  const before = view === undefined ? facts.previous.containerStatuses[index] : undefined
  const status = before === undefined ? baseStatus(view, waits, reason) : forgotten(before, waits, reason, facts)
  return view?.running === true ? { ...status, ...facts.probed({ list: 'containers', index }, view) } : status
}

function initStatus(facts: StatusFacts, spec: ContainerSpec, index: number): ContainerStatus {
  const view = facts.view.initContainers[index]
  const failed = view === undefined || (!view.running && view.container.exitCode !== 0)
  const status = baseStatus(view, 'PodInitializing', failed && !facts.terminal ? facts.reasons.get(spec.name) : undefined)
  if (view?.running === true && isSidecar(spec, facts.minor)) {
    return { ...status, ...facts.probed({ list: 'initContainers', index }, view) }
  }
  return { ...status, ready: status.state === 'terminated' && status.exitCode === 0, started: status.state === 'running' }
}

function hasInitialized(spec: ContainerSpec, status: ContainerStatus | undefined, minor: number): boolean {
  if (status === undefined) return false
  if (isSidecar(spec, minor)) return status.started || status.restartCount > 0
  return status.state === 'terminated' && status.exitCode === 0
}

function stateOf({ state, exitCode, lastExitCode }: ContainerStatus): ContainerState {
  return { state, exitCode: state === 'terminated' ? exitCode : state === 'waiting' ? lastExitCode : null }
}

/** Whether two statuses would be the same in the API. */
export function sameStatus(a: PodStatus, b: PodStatus): boolean {
  return (
    a.phase === b.phase &&
    a.reason === b.reason &&
    a.initialized === b.initialized &&
    a.containersReady === b.containersReady &&
    a.ready === b.ready &&
    a.readyTransition === b.readyTransition &&
    a.podIP === b.podIP &&
    a.startTime === b.startTime &&
    sameContainers(a.containerStatuses, b.containerStatuses) &&
    sameContainers(a.initContainerStatuses, b.initContainerStatuses)
  )
}

function sameContainers(a: readonly ContainerStatus[], b: readonly ContainerStatus[]): boolean {
  return a === b || (a.length === b.length && a.every((status, index) => sameContainer(status, b[index] as ContainerStatus)))
}

function sameContainer(a: ContainerStatus, b: ContainerStatus): boolean {
  return a === b || (Object.keys(a) as (keyof ContainerStatus)[]).every((field) => a[field] === b[field])
}
