import type { ContainerSpec, PodSpec } from '../../scenario/specs.ts'
import type { ContainerView, PodView } from './view.ts'

/** What one sync of a Pod has to do, in this order. Containers by index in spec order. */
export interface PodActions {
  /** End every container and the sandbox. */
  readonly killPod: boolean
  readonly createSandbox: boolean
  /** Containers whose probe failed: ended one after the other. */
  readonly kill: readonly number[]
  /** The init container to start, −1 for none; when there is one, no app container starts in this sync. */
  readonly init: number
  /** Sidecars to start again. */
  readonly sidecars: readonly number[]
  readonly start: readonly number[]
}

/** App containers that failed their liveness or startup probe, by index. */
export type Unhealthy = ReadonlySet<number>

const NOTHING: PodActions = { killPod: false, createSandbox: false, kill: [], init: -1, sidecars: [], start: [] }

const succeeded = (view: ContainerView | undefined): boolean => view !== undefined && !view.running && view.container.exitCode === 0
const failed = (view: ContainerView | undefined): boolean => view !== undefined && !view.running && view.container.exitCode !== 0
const indexes = (list: readonly unknown[]): number[] => list.map((_, index) => index)

/** An init container that keeps running beside the app containers (≥ 1.29). */
export const isSidecar = (spec: ContainerSpec | undefined, minor: number): boolean => minor >= 29 && spec?.restartPolicy === 'Always'

/** Which init containers are sidecars, by index. */
export const sidecarsOf = (spec: Pick<PodSpec, 'initContainers'>, minor: number): readonly number[] =>
  indexes(spec.initContainers).filter((index) => isSidecar(spec.initContainers[index], minor))

/**
 * kuberuntime_manager.go:computePodActions (1.20 … 1.36): what a sync does, given what the runtime cache shows. `attempt` is that of the
 * next sandbox.
 */
export function podActions(spec: PodSpec, view: PodView, attempt: number, unhealthy: Unhealthy, minor: number): PodActions {
  if (view.sandboxReady !== true) return sandboxActions(spec, view, attempt)
  const init = initActions(spec, view, minor)
  if (init !== null) return init
  const restarts = spec.restartPolicy !== 'Never'
  const kill = indexes(spec.containers).filter((index) => unhealthy.has(index) && view.containers[index]?.running === true)
  const start = indexes(spec.containers).filter((index) => {
    const container = view.containers[index]
    if (container?.running === true) return restarts && unhealthy.has(index)
    return shouldRestart(spec, container)
  })
  const sidecars = indexes(spec.initContainers).filter(
    (index) => isSidecar(spec.initContainers[index], minor) && view.initContainers[index]?.running !== true,
  )
  const keeps = indexes(spec.containers).some((index) => view.containers[index]?.running === true && !kill.includes(index))
  if (!keeps && start.length === 0) return { ...NOTHING, killPod: true }
  return { ...NOTHING, kill, start, sidecars }
}

/** There is no sandbox, or it is dead: everything starts anew, unless nothing may. */
function sandboxActions(spec: PodSpec, view: PodView, attempt: number): PodActions {
  const known = view.containers.some((container) => container !== undefined)
  if (spec.restartPolicy === 'Never' && attempt !== 0 && known) return { ...NOTHING, killPod: true }
  const start = indexes(spec.containers).filter((index) => spec.restartPolicy !== 'OnFailure' || !succeeded(view.containers[index]))
  const initialized = spec.initContainers.length === 0 || known
  if (start.length === 0 && initialized) return { ...NOTHING, killPod: true }
  if (spec.initContainers.length > 0) return { ...NOTHING, killPod: true, createSandbox: true, init: 0 }
  return { ...NOTHING, killPod: true, createSandbox: true, start }
}

/** What initialization needs; null when it is over. findNextInitContainerToRun, and from 1.29 computeInitContainerActions. */
function initActions(spec: PodSpec, view: PodView, minor: number): PodActions | null {
  const { initContainers } = spec
  if (initContainers.length === 0) return null
  const current = view.containers.some((container) => container?.running === true)
  for (let index = initContainers.length - 1; index >= 0; index--) {
    const container = view.initContainers[index]
    const sidecar = isSidecar(initContainers[index], minor)
    if (container === undefined) continue
    if (failed(container) && !sidecar) {
      return spec.restartPolicy === 'Never' ? { ...NOTHING, killPod: true } : { ...NOTHING, init: index }
    }
    if (container.running && !sidecar) return NOTHING
    if (!container.running && sidecar) return current || index === initContainers.length - 1 ? null : { ...NOTHING, init: index }
    return index === initContainers.length - 1 ? null : { ...NOTHING, init: index + 1 }
  }
  return current ? null : { ...NOTHING, init: 0 }
}

/** kubecontainer.ShouldContainerBeRestarted (pkg/kubelet/container/helpers.go). */
export function shouldRestart(spec: PodSpec, view: ContainerView | undefined): boolean {
  if (view === undefined) return true
  if (view.running || spec.restartPolicy === 'Never') return false
  return spec.restartPolicy === 'Always' || view.container.exitCode !== 0
}
