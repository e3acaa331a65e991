import type { Container, Sandbox } from '../../cluster/truth.ts'
import { NEVER } from '../../kernel/time.ts'

/** A container as the runtime reported it at the last relist. */
export interface ContainerView {
  readonly container: Container
  readonly running: boolean
}

/** A Pod as the kubelet's runtime cache has it: what PLEG saw at its last relist, not what is. */
export interface PodView {
  /** The newest sandbox is ready; null: there has been none. */
  readonly sandboxReady: boolean | null
  readonly ip: string
  readonly containers: readonly (ContainerView | undefined)[]
  /** Init containers of the newest sandbox; those of earlier ones have been purged. */
  readonly initContainers: readonly (ContainerView | undefined)[]
}

const EMPTY: PodView = { sandboxReady: null, ip: '', containers: [], initContainers: [] }

/**
 * The Pod's sandbox and containers as seen by a relist that began at `seen`: what ended later still ran. The address of a dead sandbox is
 * remembered by a kubelet that has seen it alive: one born before it died (pkg/kubelet/pleg/generic.go:getPodIPs, 1.20 … 1.36).
 */
export function viewOf(sandbox: Sandbox | undefined, seen: number, born: number): PodView {
  if (sandbox === undefined) return EMPTY
  const view = (container: Container | undefined): ContainerView | undefined =>
    container === undefined ? undefined : { container, running: container.state === 'running' || container.finishedAt > seen }
  const current = (container: Container | undefined): Container | undefined =>
    container?.sandbox === sandbox.attempt ? container : undefined
  const sandboxReady = sandbox.up || sandbox.stoppedAt > seen
  return {
    sandboxReady,
    ip: sandboxReady || sandbox.stoppedAt > born ? sandbox.ip : '',
    containers: sandbox.containers.map(view),
    initContainers: sandbox.initContainers.map((container) => view(current(container))),
  }
}

/** The Pod as it is, to a kubelet born then. */
export const viewNow = (sandbox: Sandbox | undefined, born: number): PodView => viewOf(sandbox, NEVER, born)
