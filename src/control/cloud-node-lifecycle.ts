import type { Change } from '../cluster/change-log.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { MachineId, Node, Taint } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import type { Machine } from '../cluster/truth.ts'
import { firstFiring, type Kind, type Run, setState, stateKey, stateOf, type World } from '../cluster/world.ts'
import { JitterLoop } from '../kernel/jitter-loop.ts'
import { plus, seconds } from '../kernel/time.ts'
import { durationFlag, type Flags, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'

const CLIENT = 'cloud-node-lifecycle-controller'
const RANK = 4
const SHUTDOWN = 'node.cloudprovider.kubernetes.io/shutdown'
/** UpdateTaintBackoff: tries to write taints, and the wait between them (cloud-provider/node/helpers/taints.go, 1.20 … 1.36). */
const TRIES = 5
const RETRY_US = 100_000

const flags = {
  ...controllerManagerFlags,
  'node-monitor-period': durationFlag(
    seconds(5),
    'Between two looks of the cloud node lifecycle controller at Nodes that are not ready.',
    'staging/src/k8s.io/controller-manager/options, KubeCloudShared NodeMonitorPeriod, 1.20 … 1.36',
  ),
} satisfies Flags

/** What the provider says about the instance behind a Node. */
export type Instance = 'running' | 'shut down' | 'gone'

/** What is done about a Node: `look` asks the provider. */
export type Step = 'nothing' | 'look' | 'take taint off'

const hasShutdownTaint = (node: Pick<Node, 'taints'>): boolean => node.taints.some(({ key }) => key === SHUTDOWN)

/**
 * What a pass does about a Node before it knows its instance. staging/src/k8s.io/cloud-provider/controllers/nodelifecycle/node_lifecycle_controller.go:MonitorNodes
 * (1.20 … 1.36): a Node without a Ready condition counts as Unknown.
 */
export function firstStep(node: Pick<Node, 'ready' | 'taints'>): Step {
  if (node.ready !== 'True') return 'look'
  return hasShutdownTaint(node) ? 'take taint off' : 'nothing'
}

/** What the provider's API answers about a machine: terminated ones exist no more, ones without power are stopped. */
export function instanceOf(machine: Pick<Machine, 'terminations' | 'outages'>): Instance {
  if (machine.terminations > 0) return 'gone'
  return machine.outages > 0 ? 'shut down' : 'running'
}

/** A pass that waits for calls. */
interface Pass {
  readonly nodes: MachineId[]
  /** The call to the provider under way: does the instance exist, is it shut down. */
  lookup: 'exists' | 'shutdown'
  adds: boolean
  tries: number
}

interface State {
  readonly process: Process
  readonly client: Client
  readonly loop: JitterLoop<World>
  pass: Pass | null
  passes: number
  lookups: number
}

const cloudState = stateKey<State>('cloud-node-lifecycle')

const isTrouble = (node: Node): boolean => firstStep(node) !== 'nothing'

/** One pass over all Nodes. It matters, and is an event, only while a Node is not ready or is marked shut down. Triggers: a change of such a Node; the pass before met one. */
const MonitorNodes: Kind = {
  name: 'cloud-node-lifecycle/monitor',
  on(run) {
    const state = stateOf(run.world, cloudState)
    const nodes = [...state.process.cache.all('Node')].filter(isTrouble).map(({ id }) => id)
    if (nodes.length === 0) return
    state.pass = { nodes, lookup: 'exists', adds: false, tries: 0 }
    state.loop.stop(run, 0)
    visit(run, state)
  },
}

/** Looks at the first of the Nodes left; after the last, the next pass is a period and a computation later. */
function visit(run: Run, state: State): void {
  const { nodes } = state.pass as Pass
  for (let machine = nodes[0]; machine !== undefined; machine = nodes[0]) {
    const node = state.process.cache.get('Node', machine)
    const step = node === undefined ? 'nothing' : firstStep(node)
    if (step === 'look') lookUp(run, state, 'exists')
    else if (step === 'take taint off') changeTaint(run, state, false)
    if (step !== 'nothing') return
    nodes.shift()
  }
  state.pass = null
  const entity = `${state.process.incarnation}`
  const computation = run.random.duration(run.world.latency['controller-sync'], 'cloud-node-lifecycle.pass', entity, ++state.passes)
  const { 'node-monitor-period': period } = flagsOf(run)
  state.loop.start(run, 0, entity, plus(run.now, period + Math.max(1, computation)))
  if ([...state.process.cache.all('Node')].some(isTrouble)) state.loop.want(run, 0)
}

function next(run: Run, state: State): void {
  ;(state.pass as Pass).nodes.shift()
  visit(run, state)
}

function lookUp(run: Run, state: State, lookup: Pass['lookup']): void {
  const pass = state.pass as Pass
  const machine = pass.nodes[0] as MachineId
  const { name } = run.world.truth.machine(machine).spec
  pass.lookup = lookup
  const time = run.random.duration(run.world.latency['cloud-api'], 'cloud-api', `${state.process.incarnation}|${name}`, ++state.lookups)
  run.after(Math.max(1, time), InstanceLookedUp, machine, state.process.incarnation)
}

/** The provider answers about an instance. Detail: incarnation of the asking process. */
const InstanceLookedUp: Kind<MachineId> = {
  name: 'cloud-node-lifecycle/instance-looked-up',
  on(run, machine, incarnation) {
    const state = stateOf(run.world, cloudState)
    if (state.process.incarnation !== incarnation || !state.process.up) return
    const instance = instanceOf(run.world.truth.machine(machine))
    const node = state.process.cache.get('Node', machine)
    if ((state.pass as Pass).lookup === 'shutdown') {
      if (instance === 'shut down') changeTaint(run, state, true)
      else next(run, state)
    } else if (instance !== 'gone') lookUp(run, state, 'shutdown')
    else if (node === undefined) next(run, state)
    else {
      const message = `Deleting node ${node.name} because it does not exist in the cloud provider`
      state.client.notice(run, node.key, 'DeletingNode', message)
      run.world.api.delete(run, state.client, node, NodeHandled, machine)
    }
  },
}

/** A Node was deleted, or its taint written. */
const NodeHandled: Kind<MachineId> = {
  name: 'cloud-node-lifecycle/node-handled',
  on: (run) => next(run, stateOf(run.world, cloudState)),
}

/** AddOrUpdateTaintOnNode and RemoveTaintOffNode: GET, then PATCH when the taint is to change. */
function changeTaint(run: Run, state: State, adds: boolean): void {
  const pass = state.pass as Pass
  pass.adds = adds
  pass.tries = 0
  readNode(run, state)
}

function readNode(run: Run, state: State): void {
  const machine = (state.pass as Pass).nodes[0] as MachineId
  const node = state.process.cache.get('Node', machine)
  if (node === undefined) next(run, state)
  else run.world.api.get(run, state.client, node, NodeRead, machine)
}

const NodeRead: Kind<MachineId> = {
  name: 'cloud-node-lifecycle/node-read',
  on(run, machine, id) {
    const state = stateOf(run.world, cloudState)
    const { adds } = state.pass as Pass
    const node = run.world.store.tables.Node.get(machine)
    if (id < 0 || node === undefined || hasShutdownTaint(node) === adds) {
      next(run, state)
      return
    }
    const taint: Taint = { key: SHUTDOWN, value: '', effect: 'NoSchedule', timeAdded: null }
    const taints = adds ? [...node.taints, taint] : node.taints.filter(({ key }) => key !== SHUTDOWN)
    run.world.api.update(run, state.client, node, { taints }, node.resourceVersion, TaintWritten, machine)
  },
}

const TaintWritten: Kind<MachineId> = {
  name: 'cloud-node-lifecycle/taint-written',
  on(run, machine, id) {
    const state = stateOf(run.world, cloudState)
    const pass = state.pass as Pass
    pass.tries++
    if (id >= 0 || pass.tries >= TRIES) next(run, state)
    else run.after(RETRY_US, RetryTaint, machine, state.process.incarnation)
  },
}

/** A taint that met a conflict is tried again. Detail: incarnation of the process. */
const RetryTaint: Kind<MachineId> = {
  name: 'cloud-node-lifecycle/taint-retry',
  on(run, _machine, incarnation) {
    const state = stateOf(run.world, cloudState)
    if (state.process.incarnation === incarnation && state.process.up) readNode(run, state)
  },
}

const flagsOf = (run: Run) => resolveFlags(flags, run.world.profile, run.world.scenario.cluster.flags['cloud-controller-manager'])

/** Deletes the Nodes of instances that are gone. Runs where the scenario's cloud deletes Nodes of terminated machines. */
export const cloudNodeLifecycle: Component = {
  name: 'cloud-node-lifecycle',
  doc: 'Every 5 s asks the provider about Nodes that are not ready: deletes those whose machine was terminated, taints those shut down.',
  process: 'cloud-controller-manager',
  flags,
  watches: {
    Node(run, _process, { after }: Change<Node>) {
      if (after !== undefined && isTrouble(after)) stateOf(run.world, cloudState).loop.want(run, 0)
    },
  },
  start(run, process) {
    const { api, latency, elision } = run.world
    const { 'kube-api-qps': qps, 'kube-api-burst': burst, 'node-monitor-period': period } = flagsOf(run)
    const gaps = { purpose: 'cloud-node-lifecycle.monitor', period, jitter: 0, runTime: latency['controller-sync'] }
    const state: State = {
      process,
      client: new Client(api.clients, process, CLIENT, qps, burst),
      loop: new JitterLoop<World>(MonitorNodes, RANK, gaps, run.random, elision),
      pass: null,
      passes: 0,
      lookups: 0,
    }
    setState(run.world, cloudState, state)
    const first = run.now === 0 ? firstFiring(run, 'cloud-node-lifecycle.monitor', '', period) : plus(run.now, 1)
    state.loop.start(run, 0, `${process.incarnation}`, first)
    if ([...process.cache.all('Node')].some(isTrouble)) state.loop.want(run, 0)
  },
  stop: (run) => stateOf(run.world, cloudState).loop.stop(run, 0),
}
