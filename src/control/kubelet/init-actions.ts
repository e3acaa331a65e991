import type { ContainerSpec, PodSpec } from '../../scenario/specs.ts'
import type { Verdicts } from './actions.ts'
import type { ContainerView, PodView } from './view.ts'

/** What initialization, and from 1.29 the sidecars, need of a sync. Init containers by index in spec order. */
export interface InitActions {
  /** The app containers may start. */
  readonly initialized: boolean
  /** An init container has failed for good: the Pod ends. */
  readonly killPod: boolean
  /** Sidecars whose probe failed. */
  readonly kill: readonly number[]
  /** The next init container, and sidecars to start again. */
  readonly start: readonly number[]
}

const waits: InitActions = { initialized: false, killPod: false, kill: [], start: [] }
const done: InitActions = { ...waits, initialized: true }
const dead: InitActions = { ...waits, killPod: true }

const failed = ({ running, container }: ContainerView): boolean => !running && container.exitCode !== 0

/** An init container that keeps running beside the app containers (≥ 1.29). */
export const isSidecar = (spec: ContainerSpec | undefined, minor: number): boolean => minor >= 29 && spec?.restartPolicy === 'Always'

/** A running app container says that every init container has ended once, though the runtime may have forgotten it. */
const appRuns = ({ containers }: PodView): boolean => containers.some((container) => container?.running === true)

/** kuberuntime_container.go:findNextInitContainerToRun (1.20 … 1.28): one after the other, the one that failed again. */
export function nextInitContainer({ initContainers, restartPolicy }: PodSpec, view: PodView): InitActions {
  if (initContainers.length === 0 || appRuns(view)) return done
  for (let index = initContainers.length - 1; index >= 0; index--) {
    const container = view.initContainers[index]
    if (container === undefined) continue
    if (container.running) return waits
    if (failed(container)) return restartPolicy === 'Never' ? dead : { ...waits, start: [index] }
    return index === initContainers.length - 1 ? done : { ...waits, start: [index + 1] }
  }
  return { ...waits, start: [0] }
}

/**
 * kuberuntime_container.go:computeInitContainerActions (1.29 … 1.36): as before, but a sidecar lets the next one begin as soon as it has
 * started up, and is kept running from then on. A liveness probe of it plays no part in that.
 */
export function initActions({ initContainers, restartPolicy }: PodSpec, view: PodView, { sidecars, starting }: Verdicts): InitActions {
  if (initContainers.length === 0) return done
  const last = initContainers.length - 1
  const kill: number[] = []
  const start: number[] = []
  let initialized = appRuns(view)
  let begun = initialized
  const proceed = (index: number): void => {
    if (index === last) initialized = true
    else if (!begun) start.push(index + 1)
  }
  for (let index = last; index >= 0; index--) {
    const container = view.initContainers[index]
    const sidecar = initContainers[index]?.restartPolicy === 'Always'
    if (container === undefined || (begun && !sidecar)) {
      if (begun && sidecar) start.push(index)
      continue
    }
    if (container.running) {
      if (sidecar && !starting.has(index)) proceed(index)
      if (sidecars.has(index)) {
        kill.push(index)
        start.push(index)
      }
    } else if (sidecar) start.push(index)
    else if (!failed(container)) proceed(index)
    else if (restartPolicy === 'Never') return dead
    else start.push(index)
    begun = true
  }
  if (!begun) start.push(0)
  return { initialized, killPod: false, kill: kill.toReversed(), start: start.toReversed() }
}
