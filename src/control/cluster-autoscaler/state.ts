import type { Client } from '../../cluster/client.ts'
import type { MachineId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { type Kind, type Run, stateKey, stateOf, type World } from '../../cluster/world.ts'
import type { JitterLoop } from '../../kernel/jitter-loop.ts'
import { type Instant, plus } from '../../kernel/time.ts'
import type { NodeGroupSpec } from '../../scenario/node-group.ts'
import type { AutoscalerFlags } from './flags.ts'
import type { Backoff } from './rules.ts'
import type { ScaleDown } from './scale-down-state.ts'

/** A machine that was asked for. */
export interface Request {
  readonly group: number
  /** Its place in its group, from 0. */
  readonly place: number
  readonly time: Instant
  /** Once it exists. */
  machine: MachineId | null
  given: 'waits' | 'up'
}

/** One group of machines. */
export interface Group {
  readonly spec: NodeGroupSpec
  /** Machines that were ever asked for, those of t = 0 included: the place of the next. */
  asked: number
  backoff: Backoff | null
}

/** The memory of the autoscaler, and what the provider has been asked for. */
export interface Autoscaler {
  readonly process: Process
  readonly client: Client
  readonly flags: AutoscalerFlags
  readonly loop: JitterLoop<World>
  readonly groups: readonly Group[]
  /** Machines asked for whose Nodes have not been ready yet. */
  readonly requests: Map<number, Request>
  numbers: number
  scans: number
  /** Something has changed since the last scan that could make this one different. */
  dirty: boolean
  /** Instants at which a scan will matter though nothing changes. */
  readonly wakes: Set<number>
  readonly scaleDown: ScaleDown
}

/** Where the world keeps it. */
export const autoscalerState = stateKey<Autoscaler>('cluster-autoscaler')

/** Something has changed that a scan would see: the next one is an event. */
export function mark(run: Run, state: Autoscaler): void {
  state.dirty = true
  state.loop.want(run, 0)
}

/** With frequent loops the next scan begins at once, and the next one a period after it. loop/trigger.go:Wait (2024 … 2026). */
export function hurry(run: Run, state: Autoscaler): void {
  if (!state.flags['frequent-loops-enabled']) return
  mark(run, state)
  state.loop.start(run, 0, `${state.process.incarnation}`, plus(run.now, 1))
}

/** A time that a scan waits for has come. Detail: incarnation of the process. */
const Wake: Kind = {
  name: 'cluster-autoscaler/wake',
  on(run, _subject, incarnation) {
    const state = stateOf(run.world, autoscalerState)
    if (state.process.incarnation !== incarnation || !state.process.up) return
    state.wakes.delete(run.now)
    mark(run, state)
  },
}

/** The first scan at or after this instant matters; infinite: none. */
export function wakeAt(run: Run, state: Autoscaler, time: number): void {
  if (time <= run.now || time === Number.POSITIVE_INFINITY || state.wakes.has(time)) return
  state.wakes.add(time)
  run.at(time as Instant, Wake, 0, state.process.incarnation)
}

/** The name of a group. */
export const nameOf = (state: Autoscaler, group: number): string => (state.groups[group] as Group).spec.template.name

/** Machines of a group that the provider has or is about to have. */
export function sizeOf(run: Run, state: Autoscaler, group: number): number {
  const name = nameOf(state, group)
  const there = run.world.truth.machines.filter(({ spec, terminations }) => spec.group === name && terminations === 0).length
  const asked = [...state.requests.values()].filter((request) => request.group === group && request.machine === null).length
  return there + asked
}

/** Requests whose machine has not had a ready Node yet. */
export const upcoming = (state: Autoscaler): Set<MachineId> =>
  new Set([...state.requests.values()].flatMap(({ machine }) => (machine === null ? [] : [machine])))

/** The group that a Node's machine belongs to, as long as the provider has it; −1: none. */
export function groupOf(run: Run, state: Autoscaler, machine: MachineId): number {
  const { spec, terminations } = run.world.truth.machine(machine)
  return terminations > 0 ? -1 : state.groups.findIndex((group) => group.spec.template.name === spec.group)
}
