import type { PodSpec } from '../../scenario/specs.ts'
import { initActions, isSidecar, nextInitContainer } from './init-actions.ts'
import type { ContainerView, PodView } from './view.ts'

/** What one sync of a Pod has to do, in this order. Containers by index in spec order. */
export interface PodActions {
  /** End every container and the sandbox. */
  readonly killPod: boolean
  readonly createSandbox: boolean
  /** Sidecars, then app containers, whose probe failed: ended one after the other. */
  readonly killSidecars: readonly number[]
  readonly kill: readonly number[]
  /** Init containers to start, sidecars among them. */
  readonly init: readonly number[]
  readonly start: readonly number[]
}

/** What the probes say, by index: app containers and sidecars to be ended, and sidecars that have not started up. */
export interface Verdicts {
  readonly containers: ReadonlySet<number>
  readonly sidecars: ReadonlySet<number>
  readonly starting: ReadonlySet<number>
}

const NOTHING: PodActions = { killPod: false, createSandbox: false, killSidecars: [], kill: [], init: [], start: [] }

const succeeded = (view: ContainerView | undefined): boolean => view !== undefined && !view.running && view.container.exitCode === 0
const indexes = (list: readonly unknown[]): number[] => list.map((_, index) => index)

/** Which init containers are sidecars, by index. */
export const sidecarsOf = (spec: Pick<PodSpec, 'initContainers'>, minor: number): readonly number[] =>
  indexes(spec.initContainers).filter((index) => isSidecar(spec.initContainers[index], minor))

/**
 * kuberuntime_manager.go:computePodActions (1.20 … 1.36): what a sync does, given what the runtime cache shows. `attempt` is that of the
 * next sandbox.
 */
export function podActions(spec: PodSpec, view: PodView, attempt: number, verdicts: Verdicts, minor: number): PodActions {
  if (view.sandboxReady !== true) return sandboxActions(spec, view, attempt)
  const init = minor >= 29 ? initActions(spec, view, verdicts) : nextInitContainer(spec, view)
  const started: PodActions = { ...NOTHING, killSidecars: init.kill, init: init.start }
  if (init.killPod || !init.initialized) return { ...started, killPod: init.killPod }
  const restarts = spec.restartPolicy !== 'Never'
  const unhealthy = verdicts.containers
  const kill = indexes(spec.containers).filter((index) => unhealthy.has(index) && view.containers[index]?.running === true)
  const start = indexes(spec.containers).filter((index) => {
    const container = view.containers[index]
    if (container?.running === true) return restarts && unhealthy.has(index)
    return shouldRestart(spec, container)
  })
  const keeps = indexes(spec.containers).some((index) => view.containers[index]?.running === true && !kill.includes(index))
  if (!keeps && start.length === 0) return { ...NOTHING, killPod: true }
  return { ...started, kill, start }
}

/** There is no sandbox, or it is dead: everything starts anew, unless nothing may. */
function sandboxActions(spec: PodSpec, view: PodView, attempt: number): PodActions {
  const known = view.containers.some((container) => container !== undefined)
  if (spec.restartPolicy === 'Never' && attempt !== 0 && known) return { ...NOTHING, killPod: true }
  const start = indexes(spec.containers).filter((index) => spec.restartPolicy !== 'OnFailure' || !succeeded(view.containers[index]))
  const initialized = spec.initContainers.length === 0 || known
  if (start.length === 0 && initialized) return { ...NOTHING, killPod: true }
  if (spec.initContainers.length > 0) return { ...NOTHING, killPod: true, createSandbox: true, init: [0] }
  return { ...NOTHING, killPod: true, createSandbox: true, start }
}

/** kubecontainer.ShouldContainerBeRestarted (pkg/kubelet/container/helpers.go). */
export function shouldRestart(spec: PodSpec, view: ContainerView | undefined): boolean {
  if (view === undefined) return true
  if (view.running || spec.restartPolicy === 'Never') return false
  return spec.restartPolicy === 'Always' || view.container.exitCode !== 0
}
