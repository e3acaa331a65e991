import type { ProcessName } from '../scenario/scenario.ts'
import type { Cache } from './cache.ts'
import type { Watch } from './change-log.ts'
import type { Client } from './client.ts'
import type { ApiObject, MachineId } from './objects.ts'

/** A running program of the control plane, or a kubelet: what has memory, a cache and clients, and loses them when it dies. */
export interface Process {
  /** Dense index into `world.processes`. */
  readonly id: number
  /** `kube-controller-manager`, `kube-scheduler`, `kubelet/worker-1`, `operator`. */
  readonly name: string
  /** Which components it runs: those whose `process` this is; `operator` runs none. */
  readonly program: ProcessName | 'operator'
  /** The machine whose death is its death; UNBOUND for the control plane. */
  readonly machine: MachineId
  /** Which machine of the control plane it runs on, hence which API server it talks to; BALANCED: whichever serves. */
  member: number
  up: boolean
  /** It reaches the API server; its calls wait while it does not. */
  connected: boolean
  /** Counts starts; what was asked for by an earlier incarnation is answered to nobody. */
  incarnation: number
  /** Its copy of the API, one per kind, shared by all its controllers. */
  cache: Cache
  readonly clients: Map<string, Client>
  /** Its open watches; all of them end with it. */
  readonly watches: Watch<ApiObject>[]
}
