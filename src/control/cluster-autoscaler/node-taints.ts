import type { MachineId, Node, Taint } from '../../cluster/objects.ts'
import { Rows } from '../../cluster/rows.ts'
import { CONFLICT } from '../../cluster/status.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../../cluster/world.ts'
import { seconds } from '../../kernel/time.ts'
import { type Autoscaler, autoscalerState } from './state.ts'

const TO_BE_DELETED = 'ToBeDeletedByClusterAutoscaler'
const DELETION_CANDIDATE = 'DeletionCandidateOfClusterAutoscaler'
/** maxRetryDeadline, conflictRetryInterval (utils/taints/taints.go). */
const RETRY_UNTIL_US = seconds(5)
const RETRY_US = 50_000

/** Keeps Pods off a Node that is to go; its value is the second it was put on. */
export const deletionTaint = (now: number): Taint => ({
  key: TO_BE_DELETED,
  value: `${Math.floor(now / 1e6)}`,
  effect: 'NoSchedule',
  timeAdded: null,
})

/** Makes the scheduler prefer other Nodes to one that could go. */
const candidateTaint = (now: number): Taint => ({ ...deletionTaint(now), key: DELETION_CANDIDATE, effect: 'PreferNoSchedule' })

/** Whether a Node is marked as one that is to go. */
export const isToBeDeleted = ({ taints }: Pick<Node, 'taints'>): boolean => taints.some(({ key }) => key === TO_BE_DELETED)
/** Whether a Node is marked as one that could go. */
export const isDeletionCandidate = ({ taints }: Pick<Node, 'taints'>): boolean => taints.some(({ key }) => key === DELETION_CANDIDATE)

/** What is done to the taints of a Node. */
export type TaintStep = 'mark' | 'unmark' | 'mark candidate' | 'unmark candidate'

/** A Node after a step; null: nothing to write. addTaintToSpec, cleanTaint (utils/taints/taints.go). */
export function stepped(node: Node, step: TaintStep, cordons: boolean, now: number): Pick<Node, 'taints' | 'unschedulable'> | null {
  const taint = step === 'mark' || step === 'unmark' ? deletionTaint(now) : candidateTaint(now)
  const cordon = cordons && taint.key === TO_BE_DELETED
  const has = node.taints.some(({ key }) => key === taint.key)
  const adds = step === 'mark' || step === 'mark candidate'
  if (has === adds) return null
  return {
    taints: adds ? [...node.taints, taint] : node.taints.filter(({ key }) => key !== taint.key),
    unschedulable: cordon ? adds : node.unschedulable,
  }
}

/** One write of taints under way. */
interface Write {
  readonly machine: MachineId
  readonly step: TaintStep
  readonly until: number
  /** Told how it ended: subject as given, detail 0 or more when the Node is as wanted. */
  readonly then: Kind<number> | null
  readonly subject: number
}

const writes = stateKey<Rows<Write>>('cluster-autoscaler.taints')

/** Puts a taint on a Node or takes it off: PUT, after a conflict again from the newest version, for 5 s. */
export function changeTaint(
  run: Run,
  state: Autoscaler,
  machine: MachineId,
  step: TaintStep,
  then: Kind<number> | null = null,
  subject = 0,
): void {
  if (!run.world.states.has(writes.name)) setState(run.world, writes, new Rows<Write>())
  const slot = stateOf(run.world, writes).add({ machine, step, until: run.now + RETRY_UNTIL_US, then, subject })
  write(run, state, slot, state.process.cache.get('Node', machine))
}

function write(run: Run, state: Autoscaler, slot: number, node: Node | undefined): void {
  const { step } = stateOf(run.world, writes).at(slot)
  const change = node === undefined ? null : stepped(node, step, state.flags['cordon-node-before-terminating'], run.now)
  if (node === undefined || change === null) end(run, slot, node === undefined ? -1 : 0)
  else run.world.api.update(run, state.client, node, change, node.resourceVersion, Written, slot, true)
}

const Written: Kind = {
  name: 'cluster-autoscaler/taint-written',
  on(run, slot, answer) {
    const { until } = stateOf(run.world, writes).at(slot)
    const { process } = stateOf(run.world, autoscalerState)
    if (answer === CONFLICT && run.now < until) run.after(RETRY_US, Again, slot, process.incarnation)
    else end(run, slot, answer)
  },
}

/** The wait after a conflict is over. Detail: incarnation of the process. */
const Again: Kind = {
  name: 'cluster-autoscaler/taint-again',
  on(run, slot, incarnation) {
    const state = stateOf(run.world, autoscalerState)
    if (state.process.incarnation !== incarnation || !state.process.up) return
    const node = state.process.cache.get('Node', stateOf(run.world, writes).at(slot).machine)
    if (node === undefined) end(run, slot, -1)
    else run.world.api.get(run, state.client, node, Read, slot)
  },
}

const Read: Kind = {
  name: 'cluster-autoscaler/taint-read',
  on(run, slot, answer) {
    const state = stateOf(run.world, autoscalerState)
    write(run, state, slot, answer < 0 ? undefined : run.world.store.tables.Node.get(answer))
  },
}

function end(run: Run, slot: number, answer: number): void {
  const { then, subject } = stateOf(run.world, writes).take(slot)
  then?.on(run, subject, answer)
}
