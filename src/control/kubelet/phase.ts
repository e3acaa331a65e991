import type { Phase } from '../../cluster/objects.ts'
import type { PodSpec } from '../../scenario/specs.ts'
import { isSidecar } from './init-actions.ts'

/** What the phase of a Pod depends on, for each container. */
export interface ContainerState {
  readonly state: 'waiting' | 'running' | 'terminated'
  /** Exit code: of this state when terminated, of the instance before when waiting; null: there is none. */
  readonly exitCode: number | null
}

/**
 * The phase of a Pod from the states of its containers: getPhase (pkg/kubelet/kubelet_pods.go, 1.20 … 1.36; kubernetes-semantics §1.1).
 * `terminal`: the Pod is being terminated and all its containers have stopped (≥ 1.27). An absent state is a container that the runtime
 * does not know.
 */
export function podPhase(
  spec: PodSpec,
  init: readonly (ContainerState | undefined)[],
  containers: readonly (ContainerState | undefined)[],
  terminal: boolean,
  minor: number,
): Phase {
  const { pending, failed } = initProgress(spec, init, minor)
  if (failed > 0 && spec.restartPolicy === 'Never') return 'Failed'
  const states = spec.containers.map((_, index) => containers[index])
  const count = (is: (state: ContainerState) => boolean): number => states.filter((state) => state !== undefined && is(state)).length
  const unknown = states.filter((state) => state === undefined).length
  const waiting = count(({ state, exitCode }) => state === 'waiting' && exitCode === null)
  if (terminal) {
    const allSucceeded = count(({ state, exitCode }) => state === 'terminated' && exitCode === 0) === states.length
    return allSucceeded && pending === 0 && failed === 0 ? 'Succeeded' : 'Failed'
  }
  if (pending > 0 || waiting > 0) return 'Pending'
  const running = count(({ state }) => state === 'running')
  if (running > 0 && unknown === 0) return 'Running'
  const stopped = count(({ state, exitCode }) => state !== 'running' && exitCode !== null)
  if (running > 0 || stopped === 0 || unknown > 0) return 'Pending'
  if (spec.restartPolicy === 'Always') return 'Running'
  if (stopped === count(({ state, exitCode }) => state === 'terminated' && exitCode === 0)) return 'Succeeded'
  return spec.restartPolicy === 'Never' ? 'Failed' : 'Running'
}

/** Init containers that hold the Pod back, and those that failed. A sidecar holds it back only until it has started once. */
function initProgress(spec: PodSpec, init: readonly (ContainerState | undefined)[], minor: number): { pending: number; failed: number } {
  let pending = 0
  let failed = 0
  spec.initContainers.forEach((container, index) => {
    const state = init[index]
    if (isSidecar(container, minor)) {
      if (state === undefined || (state.state === 'waiting' && state.exitCode === null)) pending++
    } else if (state === undefined || state.state === 'running' || state.exitCode === null) pending++
    else if (state.exitCode !== 0) failed++
  })
  return { pending, failed }
}
