import { joinMachine } from '../cluster/build.ts'
import type { Change } from '../cluster/change-log.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import { isTerminal, type MachineId, type Node, type Pod, UNBOUND } from '../cluster/objects.ts'
import { firstFiring, type Kind, type Run, setState, stateOf, type World } from '../cluster/world.ts'
import { JitterLoop } from '../kernel/jitter-loop.ts'
import { type Instant, plus } from '../kernel/time.ts'
import { resolveFlags } from '../scenario/flags.ts'
import { machineOfGroup } from '../scenario/node-group.ts'
import { chooseOption, type Expander, isHealthy, nextBackoff, type Option } from './cluster-autoscaler/rules.ts'
import { estimate, filterOutSchedulable, futureNode } from './cluster-autoscaler/simulation.ts'
import { type Autoscaler, autoscalerFlags, autoscalerState, type Request } from './cluster-autoscaler/state.ts'
import type { ClusterState } from './scheduler/cluster-state.ts'
import { fillCluster } from './scheduler/setup.ts'

const CLIENT = 'cluster-autoscaler'
const RANK = 5

/** Something has changed that a scan would see: the next one is an event. */
function mark(run: Run, state: Autoscaler): void {
  state.dirty = true
  state.loop.want(run, 0)
}

/** A time that a scan waits for has come. Detail: incarnation of the process. */
const Wake: Kind = {
  name: 'cluster-autoscaler/wake',
  on(run, _subject, incarnation) {
    const state = stateOf(run.world, autoscalerState)
    if (state.process.incarnation === incarnation && state.process.up) mark(run, state)
  },
}

const wakeAt = (run: Run, state: Autoscaler, time: number): void =>
  void run.at(Math.max(run.now + 1, time) as Instant, Wake, 0, state.process.incarnation)

/** Pods that the scheduler has called unschedulable, old enough to be looked at. */
function pendingPods(run: Run, state: Autoscaler): Pod[] {
  const delay = state.flags['new-pod-scale-up-delay']
  const waits = (pod: Pod): boolean =>
    pod.node === UNBOUND && pod.unschedulable !== '' && pod.deletionTimestamp === null && !isTerminal(pod) && pod.nominatedNode < 0
  return [...state.process.cache.all('Pod')].filter(waits).filter((pod) => {
    const old = pod.created + delay <= run.now
    if (!old) wakeAt(run, state, pod.created + delay)
    return old
  })
}

/** Requests whose machine has not had a ready Node yet. */
const upcoming = (state: Autoscaler): Set<MachineId> =>
  new Set([...state.requests.values()].flatMap(({ machine }) => (machine === null ? [] : [machine])))

/** The cluster as it will be when every machine asked for is there: their Nodes as they will be when ready. */
function futureCluster(run: Run, state: Autoscaler): { cluster: ClusterState; nextId: number } {
  const { cache } = state.process
  const waiting = upcoming(state)
  const cluster = fillCluster(
    { all: (kind) => (kind === 'Node' ? [...cache.all('Node')].filter(({ id }) => !waiting.has(id)) : cache.all(kind)) as Iterable<never> },
    run.world.profile,
  )
  for (const pod of cache.all('Pod')) {
    if (pod.node === UNBOUND && pod.nominatedNode >= 0 && cluster.nodes.objects[pod.nominatedNode] !== undefined && !isTerminal(pod))
      cluster.place(pod, pod.nominatedNode)
  }
  let nextId = run.world.truth.machines.length
  for (const { group, place, machine } of state.requests.values()) {
    const spec = machineOfGroup((state.groups[group] as Autoscaler['groups'][number]).spec.template, place)
    cluster.putNode(futureNode(machine ?? nextId++, spec))
  }
  return { cluster, nextId }
}

/** Machines of a group that the provider has or is about to have. */
function sizeOf(run: Run, state: Autoscaler, group: number): number {
  const { name } = (state.groups[group] as Autoscaler['groups'][number]).spec.template
  const there = run.world.truth.machines.filter(({ spec, terminations }) => spec.group === name && terminations === 0).length
  const asked = [...state.requests.values()].filter((request) => request.group === group && request.machine === null).length
  return there + asked
}

/**
 * One scan. It matters, and is an event, only after something has changed that it looks at: Pods that come, go, are bound or called unschedulable; Nodes that come,
 * go, turn ready or not, or have other taints; a machine that is late; the end of a back-off. autoscaler core/static_autoscaler.go:RunOnce.
 */
const Scan: Kind = {
  name: 'cluster-autoscaler/scan',
  on(run) {
    const state = stateOf(run.world, autoscalerState)
    if (!state.dirty) return
    state.dirty = false
    state.scans++
    giveUpLate(run, state)
    const pods = pendingPods(run, state)
    if (pods.length === 0 || !healthy(state)) return
    const { cluster, nextId } = futureCluster(run, state)
    const left = filterOutSchedulable(cluster, pods)
    if (left.length > 0) scaleUp(run, state, cluster, left, nextId)
  },
}

function healthy(state: Autoscaler): boolean {
  const waiting = upcoming(state)
  const nodes = [...state.process.cache.all('Node')].filter(({ id }) => !waiting.has(id))
  const unready = nodes.filter(({ ready }) => ready !== 'True').length
  const { 'ok-total-unready-count': ok, 'max-total-unready-percentage': share } = state.flags
  return isHealthy(unready, nodes.length, ok, share)
}

/** The group that helps best grows by as many machines as the Pods left need. autoscaler core/scaleup/orchestrator/orchestrator.go:ScaleUp. */
function scaleUp(run: Run, state: Autoscaler, cluster: ClusterState, pods: readonly Pod[], nextId: number): void {
  const options: Option[] = state.groups.flatMap(({ spec, asked, backoff }, group) => {
    const most = spec.max - sizeOf(run, state, group)
    if (most <= 0 || (backoff !== null && run.now < backoff.until)) return []
    const found = estimate(cluster, pods, (k) => machineOfGroup(spec.template, asked + k), most, nextId)
    return found.count === 0 ? [] : [{ ...found, group }]
  })
  if (options.length === 0) return
  const draw = run.random.draw('cluster-autoscaler.expander', `${state.process.incarnation}`, state.scans)
  const chosen = chooseOption(options, state.flags.expander as Expander, draw) as Option
  for (const pod of chosen.pods) {
    state.client.notice(run, pod.key, 'TriggeredScaleUp', `pod triggered scale-up of ${nameOf(state, chosen.group)} by ${chosen.count}`)
  }
  for (let i = 0; i < chosen.count; i++) ask(run, state, chosen.group)
  wakeAt(run, state, run.now + state.flags['max-node-provision-time'])
  // What the chosen group does not help is looked at again by the next scan.
  mark(run, state)
}

const nameOf = (state: Autoscaler, group: number): string => (state.groups[group] as Autoscaler['groups'][number]).spec.template.name

/** Asks the provider for one more machine of a group: its API call, then boot and kubelet. */
function ask(run: Run, state: Autoscaler, group: number): void {
  const of = state.groups[group] as Autoscaler['groups'][number]
  const place = of.asked++
  const number = ++state.numbers
  state.requests.set(number, { group, place, time: run.now, machine: null, given: 'waits' })
  const entity = `${of.spec.template.name}-${place + 1}`
  const call = Math.max(1, run.random.duration(run.world.latency['cloud-api'], 'cloud-api', entity))
  const comes = run.random.duration(of.spec.provisioning ?? run.world.latency['machine-provision'], 'machine-provision', entity)
  run.after(call + Math.max(1, comes), MachineComes, number, state.process.incarnation)
}

/** A machine that was asked for is there, unless it was given up; its kubelet starts. Detail: incarnation of the process that asked. */
const MachineComes: Kind = {
  name: 'cluster-autoscaler/machine-comes',
  on(run, number) {
    const state = stateOf(run.world, autoscalerState)
    const request = state.requests.get(number)
    if (request === undefined) return
    const { spec } = state.groups[request.group] as Autoscaler['groups'][number]
    request.machine = joinMachine(run, machineOfGroup(spec.template, request.place))
    request.given = 'up'
  },
}

/** Machines that have not registered in time are deleted, and their group backs off. clusterstate.go:updateScaleRequests, deleteCreatedNodesWithErrors. */
function giveUpLate(run: Run, state: Autoscaler): void {
  const { flags, process, requests } = state
  const late = [...requests].filter(([, { time, machine }]) => {
    const registered = machine !== null && process.cache.get('Node', machine) !== undefined
    return !registered && run.now - time >= flags['max-node-provision-time']
  })
  for (const [number, { machine, group }] of late) {
    requests.delete(number)
    if (machine !== null) run.world.truth.terminate(run, machine)
    const of = state.groups[group] as Autoscaler['groups'][number]
    of.backoff = nextBackoff(of.backoff, run.now, {
      initial: flags['initial-node-group-backoff-duration'],
      max: flags['max-node-group-backoff-duration'],
      reset: flags['node-group-backoff-reset-timeout'],
    })
    run.world.observers.remark(
      run,
      `no machine of ${nameOf(state, group)} in ${flags['max-node-provision-time'] / 1e6} s: the group backs off`,
    )
    wakeAt(run, state, of.backoff.until)
  }
}

function podChanged(run: Run, _process: unknown, { before, after }: Change<Pod>): void {
  const same =
    before !== undefined &&
    after !== undefined &&
    before.node === after.node &&
    before.unschedulable === after.unschedulable &&
    before.nominatedNode === after.nominatedNode &&
    before.deletionTimestamp === after.deletionTimestamp &&
    isTerminal(before) === isTerminal(after)
  if (!same) mark(run, stateOf(run.world, autoscalerState))
}

function nodeChanged(run: Run, _process: unknown, { before, after }: Change<Node>): void {
  const state = stateOf(run.world, autoscalerState)
  const ready = after?.ready === 'True'
  if (ready) for (const [number, { machine }] of state.requests) if (machine === after.id) state.requests.delete(number)
  const same = before?.ready === after?.ready && before?.taints === after?.taints && before?.unschedulable === after?.unschedulable
  if (!same) mark(run, state)
}

/** The requests of the process before: the provider goes on with them. */
function inherited(world: World): Pick<Autoscaler, 'requests' | 'numbers' | 'groups'> {
  if (world.states.has(autoscalerState.name)) return stateOf(world, autoscalerState)
  const groups = world.scenario.cluster.cloud.nodeGroups.map((spec) => ({ spec, asked: spec.count, backoff: null }))
  return { requests: new Map<number, Request>(), numbers: 0, groups }
}

/** Asks the provider for machines when Pods fit nowhere. Runs where the scenario's cloud has node groups. */
export const clusterAutoscaler: Component = {
  name: 'cluster-autoscaler',
  doc: 'Every 10 s simulates where unschedulable Pods would fit and makes a group of machines larger that helps them; never smaller.',
  process: 'cluster-autoscaler',
  flags: autoscalerFlags,
  watches: { Pod: podChanged, Node: nodeChanged },
  start(run, process) {
    const { profile, scenario, api, latency, elision } = run.world
    const flags = resolveFlags(autoscalerFlags, profile, scenario.cluster.flags['cluster-autoscaler'])
    const period = flags['scan-interval']
    const gaps = { purpose: 'cluster-autoscaler.scan', period, jitter: 0, runTime: latency['controller-sync'] }
    const { requests, numbers, groups } = inherited(run.world)
    const state: Autoscaler = {
      process,
      client: new Client(api.clients, process, CLIENT, flags['kube-client-qps'], flags['kube-client-burst']),
      flags,
      loop: new JitterLoop<World>(Scan, RANK, gaps, run.random, elision),
      groups: groups.map(({ spec, asked }) => ({ spec, asked, backoff: null })),
      requests,
      numbers,
      scans: 0,
      dirty: false,
    }
    setState(run.world, autoscalerState, state)
    const first = run.now === 0 ? firstFiring(run, 'cluster-autoscaler.scan', '', period) : plus(run.now, 1)
    state.loop.start(run, 0, `${process.incarnation}`, first)
    mark(run, state)
  },
  stop: (run) => stateOf(run.world, autoscalerState).loop.stop(run, 0),
}
