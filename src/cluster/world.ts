import type { Distribution } from '../kernel/distribution.ts'
import type { Elision } from '../kernel/loop.ts'
import type { EventKind, Run as KernelRun } from '../kernel/simulation.ts'
import type { Duration, Instant } from '../kernel/time.ts'
import type { LatencyName } from '../scenario/latencies.ts'
import type { Profile } from '../scenario/profile.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { ApiServer } from './api-server.ts'
import type { Watch } from './change-log.ts'
import type { Component } from './component.ts'
import type { ControlPlane } from './control-plane.ts'
import type { Dns } from './dns.ts'
import type { Heartbeats } from './heartbeats.ts'
import type { Lineages } from './lineage.ts'
import type { Network } from './network.ts'
import type { ApiObject } from './objects.ts'
import type { Observers } from './observers.ts'
import type { Process } from './process.ts'
import type { Slowness } from './slowness.ts'
import type { Store } from './store.ts'
import type { Truth } from './truth.ts'
import type { Workloads } from './workloads.ts'

/** The window of a handler on the run of a cluster. */
export type Run = KernelRun<World>

/** An event kind of the cluster: a module constant that is its own handler. */
export type Kind<Subject extends number = number> = EventKind<World, Subject>

/** Names the state that one component keeps in the world. A module constant: `export const state = stateKey<State>('replicaset')`. */
export interface StateKey<State> {
  readonly name: string
  /** Never set: carries the type. */
  readonly state?: State
}

/** Makes a key; names are unique among the components of a world. */
export const stateKey = <State>(name: string): StateKey<State> => ({ name })

/** Everything that exists in one run: truth, belief, and the memory of every process. Nothing else holds state. */
export interface World {
  readonly scenario: Scenario
  readonly profile: Profile
  readonly elision: Elision
  readonly latency: Readonly<Record<LatencyName, Distribution>>
  /** Truth: machines, sandboxes, containers, what serves. */
  readonly truth: Truth
  /** Truth: the processes of the control plane, and what the API server is to its callers. */
  readonly controlPlane: ControlPlane
  readonly slowness: Slowness
  /** Truth: what faults have made of the DNS. */
  readonly dns: Dns
  /** Belief: what the API holds. */
  readonly store: Store
  readonly api: ApiServer
  readonly network: Network
  /** Lease renewals and Node status posts of every kubelet. */
  readonly heartbeats: Heartbeats
  readonly lineages: Lineages
  readonly workloads: Workloads
  /** Every component of the model, in the order of the list: the order in which those of one process hear of a change. */
  readonly components: readonly Component[]
  readonly processes: Process[]
  /** The kubelet of each machine that has a Node. */
  readonly kubelets: Process[]
  readonly watches: Watch<ApiObject>[]
  readonly observers: Observers
  /** The memory of each component, by the name of its key. */
  readonly states: Map<string, unknown>
}

/** The component's state; it must have been put there by `setState` in `build` or `start`. */
export function stateOf<State>(world: World, key: StateKey<State>): State {
  return world.states.get(key.name) as State
}

/** Puts a component's state in place of the one before. */
export function setState<State>(world: World, key: StateKey<State>, state: State): void {
  world.states.set(key.name, state)
}

/**
 * The first firing of a loop at or after t = 0: `phases` says how long ago it last fired, else its phase is uniform in the period, as
 * that of a loop that has run for long. `entity` is empty for a loop there is only one of.
 */
export function firstFiring(run: Run, loop: string, entity: string, period: number): Instant {
  const { phases } = run.world.scenario
  const ago: Duration | undefined = phases[`${loop}/${entity}`] ?? phases[loop]
  if (ago !== undefined) return Math.max(0, Math.round(period - ago)) as Instant
  return (run.now + Math.floor(run.random.draw('phase', `${loop}/${entity}`) * period)) as Instant
}
