import type { Elision } from '../kernel/loop.ts'
import { resolveFlags } from '../scenario/flags.ts'
import type { MachineSpec, Scenario } from '../scenario/scenario.ts'
import type { PodManifest } from '../scenario/specs.ts'
import { admitPod, apiServerFlags, commitCreate } from './admission.ts'
import { ApiServer } from './api-server.ts'
import { ChangeLog } from './change-log.ts'
import { Client } from './client.ts'
import type { Component } from './component.ts'
import { ControlPlane } from './control-plane.ts'
import { Dns } from './dns.ts'
import { draftOf, nodeDraft } from './drafts.ts'
import { Heartbeats } from './heartbeats.ts'
import { Lineages, ordinalOf } from './lineage.ts'
import { Network } from './network.ts'
import { type Draft, type MachineId, type OwnerReference, type Pod, UNBOUND } from './objects.ts'
import { Observers } from './observers.ts'
import { addProcess } from './processes.ts'
import { Slowness } from './slowness.ts'
import { Store } from './store.ts'
import { type Machine, Truth } from './truth.ts'
import { Workloads } from './workloads.ts'
import type { Run, World } from './world.ts'

/** The group of the machines that run the control plane. */
const CONTROL_PLANE = 'control-plane'

/** The client of the person or pipeline who operates the cluster: never limited. */
export const OPERATOR = 'operator'

/** An empty world for `scenario`: nothing exists yet but what `populate` and the processes need. */
export function createWorld(scenario: Scenario, components: readonly Component[], elision: Elision): World {
  const { cluster, profile } = scenario
  const { podCIDR, serviceCIDR, plugin, nodeMask, nodeIPAM } = cluster.network
  const slowness = new Slowness()
  const world: World = {
    scenario,
    profile,
    elision,
    latency: cluster.latency,
    truth: new Truth(),
    controlPlane: new ControlPlane(),
    slowness,
    dns: new Dns(),
    store: new Store(),
    api: new ApiServer(resolveFlags(apiServerFlags, profile, cluster.flags['kube-apiserver'])),
    network: new Network(podCIDR, serviceCIDR, plugin, nodeMask, nodeIPAM),
    heartbeats: new Heartbeats(slowness),
    lineages: new Lineages(),
    workloads: new Workloads(),
    components,
    processes: [],
    kubelets: [],
    watches: [],
    observers: new Observers(),
    states: new Map(),
  }
  world.observers.add(world.lineages)
  world.observers.add(world.workloads)
  return world
}

/**
 * Makes the machines with their Nodes, and the processes: control plane, one kubelet per Node, the operator. Nothing runs yet. Machines of a control plane that is not
 * registered have no kubelet and no Node.
 */
export function populate(run: Run): void {
  const { world } = run
  const { machines, controlPlane, cloud } = world.scenario.cluster
  const nodes: Machine[] = []
  const masters: MachineId[] = []
  for (const spec of machines) {
    const machine = world.truth.addMachine(spec)
    if (spec.group === CONTROL_PLANE) masters.push(machine.id)
    if (spec.controlPlane && !controlPlane.registered) continue
    nodes.push(machine)
    const subnet = world.network.assignSubnet(machine.id)
    world.store.podsOfMachine[machine.id] = new ChangeLog<Pod>()
    world.store.create(run, 'Node', nodeDraft(machine.id, spec, world.network.nodesHaveRanges ? subnet : ''))
  }
  world.controlPlane.fill(run, controlPlane.count, masters)
  addProcess(world, 'kube-controller-manager', 'kube-controller-manager')
  addProcess(world, 'kube-scheduler', 'kube-scheduler')
  for (const machine of nodes) addProcess(world, `kubelet/${machine.spec.name}`, 'kubelet', machine.id)
  const operator = addProcess(world, OPERATOR, OPERATOR)
  operator.up = true
  new Client(world.api.clients, operator, OPERATOR, Number.POSITIVE_INFINITY, 1)
  if (world.scenario.behaviour.some(({ needs }) => needs !== undefined)) addProcess(world, 'kube-proxy', 'kube-proxy')
  if (cloud.nodeGroups.length > 0) addProcess(world, 'cluster-autoscaler', 'cluster-autoscaler')
  if (cloud.deletesNodes) addProcess(world, 'cloud-controller-manager', 'cloud-controller-manager')
}

/** Adds a machine during the run, with a kubelet that will register its Node; answers it. */
export function joinMachine(run: Run, spec: MachineSpec): MachineId {
  const { network, store, truth } = run.world
  const machine = truth.addMachine(spec)
  if (!network.byController) network.assignSubnet(machine.id)
  store.podsOfMachine[machine.id] = new ChangeLog<Pod>()
  addProcess(run.world, `kubelet/${spec.name}`, 'kubelet', machine.id)
  machine.blank = true
  machine.configured = false
  for (const listener of truth.listeners) listener.up(run, machine.id)
  machine.blank = false
  return machine.id
}

/**
 * Puts the scenario's objects into the store as they were created long ago: the start of `initial: converged` and `given`. Recorded Pods whose controller is among them are
 * taken as they are by `given`; `converged` lets the controller make its own.
 */
export function createWorkloads(run: Run): void {
  const { workloads, initial } = run.world.scenario
  for (const manifest of workloads) if (manifest.kind !== 'Pod') commitCreate(run, manifest.kind, draftOf(manifest) as never)
  for (const manifest of workloads) {
    if (manifest.kind !== 'Pod') continue
    const owner = ownerOf(run, manifest)
    if (owner === null || initial === 'given') createPod(run, manifest, owner)
  }
}

/** Kinds whose recorded Pods stay theirs. */
const CONTROLLERS = ['ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job'] as const

/** The recorded controller of a Pod, when it is one of the scenario's objects. */
function ownerOf(run: Run, manifest: PodManifest): OwnerReference | null {
  const [kind, name] = (manifest.owner ?? '').split('/')
  const controller = CONTROLLERS.find((one) => one === kind)
  if (name === undefined || controller === undefined) return null
  const owner = run.world.store.tables[controller].find(manifest.namespace, name)
  return owner === undefined ? null : { kind: controller, id: owner.id }
}

function createPod(run: Run, manifest: PodManifest, owner: OwnerReference | null): void {
  const { lineages, store, truth } = run.world
  const pod = admitPod(run, draftOf(manifest) as Draft<Pod>)
  const node = manifest.spec.nodeName === undefined ? UNBOUND : (truth.machineNamed(manifest.spec.nodeName) ?? UNBOUND)
  const ended = manifest.phase === 'Succeeded' || manifest.phase === 'Failed'
  const { id } = store.create(run, 'Pod', { ...pod, owner, node, phase: ended ? manifest.phase : 'Pending' })
  if (owner?.kind === 'StatefulSet') lineages.hold(owner, id, lineages.at(owner, ordinalOf(pod.name)))
  else if (owner !== null) lineages.settle(id, owner.kind === 'DaemonSet' ? lineages.takeAt(owner, node) : lineages.take(owner))
}

/** Sends the scenario's objects to the API server as `kubectl apply` at t = 0: `initial: empty`. */
export function applyWorkloads(run: Run): void {
  const { api, processes, scenario } = run.world
  const client = processes.find((process) => process.name === OPERATOR)?.clients.get(OPERATOR) as Client
  for (const manifest of scenario.workloads) api.create(run, client, manifest.kind, draftOf(manifest) as never, null, 0)
}
