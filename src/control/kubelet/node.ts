import { admits } from '../../cluster/admission-plugins.ts'
import { NOT_FOUND } from '../../cluster/api-server.ts'
import { nodeDraft } from '../../cluster/drafts.ts'
import type { MachineId, Node } from '../../cluster/objects.ts'
import type { Observer } from '../../cluster/observers.ts'
import { UNAVAILABLE } from '../../cluster/status.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import type { Instant } from '../../kernel/time.ts'
import { pressureConditions } from './eviction-manager.ts'
import { isRuntimeHealthy } from './hang.ts'
import { type Kubelet, kubeletOn } from './state.ts'
import { resumeReports } from './volumes.ts'

const NOT_READY = 'node.kubernetes.io/not-ready'
/** From one computation of the Node status to the next [µs] (nodeStatusUpdateFrequency; pkg/kubelet/apis/config/v1beta1/defaults.go, 1.20 … 1.36). */
export const STATUS_PERIOD_US = 10_000_000

/**
 * From this release on a starting kubelet posts its Node status until the Node is ready (pkg/kubelet/kubelet.go:fastNodeStatusUpdate, PR
 * #112618).
 */
const POSTS_UNTIL_READY_SINCE = 26

/**
 * Whether a kubelet that starts says at once that its Node is ready. Before 1.26 it looks at its runtime anew only once the Node has a pod
 * CIDR; without one the first status comes too early, and the next one says so. pkg/kubelet/kubelet.go:fastStatusUpdateOnce (1.20 … 1.25).
 */
export const isReadyAtOnce = (minor: number, hasPodCIDR: boolean): boolean => minor >= POSTS_UNTIL_READY_SINCE || hasPodCIDR

/**
 * A kubelet that starts renews its lease from now on; its sync loop then reports its Node, unless that is not ready at once.
 * pkg/kubelet/kubelet_node_status.go (1.20 … 1.36; observations FINDINGS 12).
 */
export function announceNode(run: Run, kubelet: Kubelet): void {
  const { heartbeats, network, profile } = run.world
  beat(run, kubelet, run.now)
  if (kubelet.born !== Number.NEGATIVE_INFINITY && !isReadyAtOnce(profile.minor, network.nodesHaveRanges)) {
    kubelet.settled = false
    postNodeStatus(run, kubelet)
    run.at(heartbeats.nextStatus(kubelet.machine, run.now), SecondStatus, kubelet.machine, kubelet.incarnation)
  }
  const { configured, bootID } = run.world.truth.machine(kubelet.machine)
  if (configured) return
  const time = run.random.duration(run.world.latency['network-setup'], 'network-setup', kubelet.name, bootID)
  run.after(Math.max(1, time), NetworkInstalled, kubelet.machine, kubelet.incarnation)
}

/** The kubelet's heartbeats reach the API, the next one at `first`. */
export function beat(run: Run, kubelet: Kubelet, first: Instant): void {
  run.world.heartbeats.start(run, kubelet.machine, first)
  resumeReports(run, kubelet)
}

/** A Node that is not there is registered, once in the life of a kubelet: registerWithAPIServer. */
function postNode(run: Run, kubelet: Kubelet): void {
  const { machine } = kubelet
  const node = run.world.store.tables.Node.get(machine)
  if (node !== undefined) postReady(run, kubelet, node)
  else if (!kubelet.registered) register(run, kubelet)
}

/**
 * The second status of a kubelet knows its runtime; one that reaches nobody is tried again with the next. Detail: the kubelet's
 * incarnation.
 */
export const SecondStatus: Kind<MachineId> = {
  name: 'kubelet/second-status',
  on(run, machine, incarnation) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet?.incarnation !== incarnation) return
    kubelet.settled = true
    if (kubelet.process.connected && !run.world.controlPlane.away) postNode(run, kubelet)
    else run.after(STATUS_PERIOD_US, SecondStatus, machine, incarnation)
  },
}

/**
 * The network plugin is installed: the Node can be ready, before 1.26 with the next status of its period. Detail: the kubelet's
 * incarnation.
 */
export const NetworkInstalled: Kind<MachineId> = {
  name: 'kubelet/network-installed',
  on(run, machine, incarnation) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet?.incarnation !== incarnation) return
    const { heartbeats, profile, store, truth } = run.world
    truth.machine(machine).configured = true
    const node = store.tables.Node.get(machine)
    if (profile.minor < POSTS_UNTIL_READY_SINCE) {
      const due = heartbeats.nextStatus(machine, run.now)
      // The heartbeats of a kubelet that is cut off stand still: it posts its status when it is linked again.
      if (due >= run.now) run.at(due, NodeStatusDue, machine)
    } else if (node !== undefined) postReady(run, kubelet, node)
  },
}

function postReady(run: Run, kubelet: Kubelet, node: Node): void {
  const { api, truth } = run.world
  const { settled, shutdown, machine } = kubelet
  const healthy = settled && shutdown === null && truth.machine(machine).configured && isRuntimeHealthy(run.world, machine)
  const ready = healthy ? 'True' : 'False'
  const readyTransition = node.ready === ready ? node.readyTransition : run.now
  const fields = { ready, readyTransition, ...pressureConditions(run, kubelet), bootID: truth.machine(machine).bootID } as const
  api.update(run, kubelet.heartbeats, node, fields, 0, NodePosted, machine)
}

/**
 * A Node registered anew carries not-ready:NoSchedule from admission TaintNodesByCondition (plugin/pkg/admission/nodetaint/admission.go,
 * 1.20 … 1.36).
 */
function register(run: Run, kubelet: Kubelet): void {
  const { api, network, truth } = run.world
  const comesWithRange = network.nodesHaveRanges && !network.byController
  const draft = nodeDraft(kubelet.machine, truth.machine(kubelet.machine).spec, comesWithRange ? kubelet.podCIDR : '')
  const tainted = { key: NOT_READY, value: '', effect: 'NoSchedule', timeAdded: null } as const
  const taints = admits(api.flags, 'TaintNodesByCondition') ? [...draft.taints, tainted] : draft.taints
  api.create(
    run,
    kubelet.heartbeats,
    'Node',
    { ...draft, taints, ready: 'False', readyTransition: run.now },
    NodeRegistered,
    kubelet.machine,
  )
}

/** The Node has been registered, or was there. */
export const NodeRegistered: Kind<MachineId> = {
  name: 'kubelet/node-registered',
  on(run, machine, answer) {
    const kubelet = kubeletOn(run.world, machine)
    const node = run.world.store.tables.Node.get(machine)
    if (answer === UNAVAILABLE) run.after(STATUS_PERIOD_US, NodeStatusDue, machine)
    else if (kubelet !== undefined && node !== undefined) {
      kubelet.registered = true
      postReady(run, kubelet, node)
    }
  },
}

/**
 * The Node's status has been posted, unless the Node is gone: a kubelet registers once, and says no more of a Node that was deleted since
 * (registerWithAPIServer: registrationCompleted, 1.20 … 1.36).
 */
export const NodePosted: Kind<MachineId> = {
  name: 'kubelet/node-posted',
  on(run, machine, answer) {
    const kubelet = kubeletOn(run.world, machine)
    if (answer === UNAVAILABLE) run.after(STATUS_PERIOD_US, NodeStatusDue, machine)
    else if (kubelet !== undefined && answer === NOT_FOUND && !kubelet.registered) register(run, kubelet)
    else if (kubelet !== undefined) kubelet.registered = true
  },
}

/** A kubelet computes its Node status anew after it could not post it, and posts what differs. */
export const NodeStatusDue: Kind<MachineId> = {
  name: 'kubelet/node-status-due',
  on(run, machine) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet !== undefined) postNodeStatus(run, kubelet)
  },
}

/** The kubelet computes its Node status now, and posts what differs. */
export function postNodeStatus(run: Run, kubelet: Kubelet): void {
  if (kubelet.process.connected && !run.world.controlPlane.away) postNode(run, kubelet)
}

/**
 * Every 10 s a kubelet compares its Node with the API's and posts what differs (tryUpdateNodeStatus). Of those computations only that one is an event which finds a Node
 * taken for dead although its kubelet runs and reaches the API server: heartbeats came too late. To be told of every write.
 */
export const nodeStatusLoop: Observer = {
  changed(run, { before, after }) {
    if (after?.kind !== 'Node' || (after as Node).ready !== 'Unknown' || (before as Node | undefined)?.ready === 'Unknown') return
    const { id, name, version } = after as Node
    if (kubeletOn(run.world, id)?.process.connected !== true || run.world.controlPlane.away) return
    const wait = run.random.draw('node-status', name, version) * STATUS_PERIOD_US
    run.after(Math.max(1, Math.round(wait)), NodeStatusDue, id)
  },
}
