import type { Change } from '../cluster/change-log.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { MachineId, Node, Pod } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import { firstFiring, type Kind, type Run, setState, stateOf, type World } from '../cluster/world.ts'
import type { Distribution } from '../kernel/distribution.ts'
import { JitterLoop } from '../kernel/jitter-loop.ts'
import { Ticker } from '../kernel/loop.ts'
import { type Instant, NEVER } from '../kernel/time.ts'
import { resolveFlags } from '../scenario/flags.ts'
import { hasTaintManager, type NodeLifecycleFlags, nodeLifecycleFlags } from './node-lifecycle/flags.ts'
import { keepListed, MONITOR_RANK, MonitorTick, passEnded, resume, suspect } from './node-lifecycle/monitor.ts'
import { podQueue, queueNewPod } from './node-lifecycle/new-pods.ts'
import { queueTaints, taintQueue } from './node-lifecycle/no-schedule.ts'
import { type NodeLifecycle, nodeLifecycleState, type Zone } from './node-lifecycle/state.ts'
import { PASS_PERIOD, TaintPass } from './node-lifecycle/taint-pass.ts'
import { isTaintedNotReady } from './node-lifecycle/taints.ts'
import { TickLog } from './node-lifecycle/tick-log.ts'
import { ZoneQueue } from './node-lifecycle/zone-queue.ts'
import { isExcludedFromDisruption } from './node-lifecycle/zones.ts'

/** The clientset that the controller, up to 1.28, shares with taint eviction. */
export const NODE_CONTROLLER = 'node-controller'

const PASS_RANK = 2
/** Nodes looked at at a time: one after the other up to 1.26, by 8 workers from 1.27 (PR #114296). */
const WORKERS = 8
/** Heartbeats further apart than the grace period less this many periods could be late without a fault: then every tick looks for them. */
const SLACK_PERIODS = 3
/** Ticks are remembered for this many gaps between heartbeats. */
const REMEMBERED_GAPS = 4

const started: Kind = {
  name: 'node-lifecycle/started',
  on(run) {
    const { known } = stateOf(run.world, nodeLifecycleState)
    for (const machine of known) if (!run.world.heartbeats.running(machine)) suspect(run, machine)
  },
}

function memory(run: Run, process: Process, flags: NodeLifecycleFlags): NodeLifecycle {
  const { latency, profile, elision, api } = run.world
  const workers = profile.minor >= 27 ? WORKERS : 1
  const runTime: Distribution = {
    mean: latency['monitor-node'].mean,
    sample: (uniform) => ((latency['monitor-node'].constant ?? latency['monitor-node'].sample(uniform)) * state.nodes) / workers,
  }
  const gaps = { purpose: 'node-lifecycle.monitor', period: flags['node-monitor-period'], jitter: 0, runTime }
  const longestGap = Math.max(...[...process.cache.all('Node')].map((node) => run.world.heartbeats.interval(run, node.id)), 0)
  const window = REMEMBERED_GAPS * (longestGap + flags['node-monitor-period'])
  const placeOf = (machine: MachineId, tick: number): number =>
    run.random.draw('node-lifecycle.place', `${process.incarnation}/${state.names[machine]}`, tick)
  const state: NodeLifecycle = {
    process,
    client: new Client(api.clients, process, NODE_CONTROLLER, flags['kube-api-qps'], flags['kube-api-burst']),
    flags,
    workers,
    monitor: new JitterLoop<World>(MonitorTick, MONITOR_RANK, gaps, run.random, elision),
    ticks: new TickLog(window, (run.now === 0 ? -window : run.now) as Instant, placeOf),
    tick: null,
    waits: 0,
    nodes: 0,
    names: [],
    health: [],
    elidable: [],
    known: new Set(),
    touched: new Set(),
    suspects: new Set(),
    dormant: new Map(),
    retry: new Set(),
    zones: new Map(),
    pass: new Ticker<World>(TaintPass, PASS_RANK, PASS_PERIOD + Math.round(latency['taint-pass'].mean), elision),
    passZones: [],
    passing: false,
    passDue: NEVER,
    changes: [],
    taintManager: hasTaintManager(profile, flags),
    evicted: new Set(),
    evictions: new Map(),
    taintQueue: taintQueue(),
    podQueue: podQueue(),
    passEnded,
    resume,
  }
  return state
}

/** The controller has run for long: it knows every Node, and its ticks go back beyond t = 0. */
function startLongAgo(run: Run, state: NodeLifecycle): void {
  const { flags, monitor, ticks, process } = state
  const period = flags['node-monitor-period']
  const { phases } = run.world.scenario
  const ago = phases['node-lifecycle.monitor'] ?? Math.floor(run.random.draw('phase', 'node-lifecycle.monitor/') * period)
  const between = period + Math.max(1, Math.round((run.world.latency['monitor-node'].mean * state.nodes) / state.workers))
  const before = Math.ceil(-ticks.since / between)
  for (let k = before; k >= 1; k--) {
    const start = (0 - ago - k * between) as Instant
    ticks.add(start).rest = start
  }
  monitor.start(run, 0, `${process.incarnation}`, (0 - ago) as Instant)
  for (const node of process.cache.all('Node')) {
    const oldest = ticks.at(ticks.base).start
    state.known.add(node.id)
    state.health[node.id] = {
      probe: node.ready === null ? node.created : oldest,
      seen: Number.NEGATIVE_INFINITY,
      ready: node.ready,
      transition: oldest,
      through: ticks.base,
    }
    if (node.ready !== 'True' || isTaintedNotReady(node.taints) || state.elidable[node.id] !== true) suspect(run, node.id)
  }
  for (const zone of state.zones.values()) if (zone.counted > 0) zone.state = 'Normal'
  run.after(0, started, 0)
}

/** The controller knows nothing: its first tick, just after its caches are filled, sees every Node for the first time. */
function startAfresh(run: Run, state: NodeLifecycle): void {
  state.monitor.start(run, 0, `${state.process.incarnation}`, (run.now + 1) as Instant)
  for (const node of state.process.cache.all('Node')) {
    state.touched.add(node.id)
    state.suspects.add(node.id)
  }
  state.monitor.want(run, 0)
}

/** A Node counts in its zone, or does no more. */
function countIn(run: Run, state: NodeLifecycle, node: Node, by: 1 | -1): void {
  state.nodes += by
  state.names[node.id] = node.name
  state.elidable[node.id] =
    run.world.heartbeats.interval(run, node.id) <
    state.flags['node-monitor-grace-period'] - SLACK_PERIODS * state.flags['node-monitor-period']
  let zone: Zone | undefined = state.zones.get(node.zone)
  if (zone === undefined) {
    zone = { state: null, queue: new ZoneQueue(state.flags['node-eviction-rate'], run.now), nodes: 0, counted: 0, dormant: 0 }
    state.zones.set(node.zone, zone)
  }
  zone.nodes += by
  if (!isExcludedFromDisruption(node, run.world.profile)) zone.counted += by
}

function nodeChanged(run: Run, _process: Process, { before, after }: Change<Node>): void {
  const state = stateOf(run.world, nodeLifecycleState)
  const machine = (after ?? (before as Node)).id
  if (before === undefined || after === undefined) {
    const passed = run.ahead(MONITOR_RANK, 0) ? run.now - 1 : run.now
    state.ticks.advance(state.monitor, passed as Instant)
    state.touched.add(machine)
  }
  keepListed(state, before)
  if (before !== undefined) countIn(run, state, before, -1)
  if (after !== undefined) countIn(run, state, after, 1)
  if (after === undefined) state.retry.delete(machine)
  suspect(run, machine)
  if (after !== undefined) queueTaints(run, after)
}

function podChanged(run: Run, _process: Process, { before, after }: Change<Pod>): void {
  if (after !== undefined && after.node >= 0 && before?.node !== after.node) queueNewPod(run, after)
}

/** Detects Nodes that have gone silent, and taints them. */
export const nodeLifecycle: Component = {
  name: 'node-lifecycle',
  doc: 'Marks silent Nodes Unknown and their Pods not ready, and taints Nodes by their conditions, at a limited rate per zone.',
  process: 'kube-controller-manager',
  flags: nodeLifecycleFlags,
  watches: { Node: nodeChanged, Pod: podChanged },
  start(run, process) {
    const { world } = run
    const flags = resolveFlags(nodeLifecycleFlags, world.profile, world.scenario.cluster.flags['kube-controller-manager'])
    const state = memory(run, process, flags)
    setState(world, nodeLifecycleState, state)
    if (!world.heartbeats.suspects.includes(suspect)) world.heartbeats.suspects.push(suspect)
    for (const node of process.cache.all('Node')) countIn(run, state, node, 1)
    state.pass.start(run, 0, firstFiring(run, 'node-lifecycle.taint-pass', '', PASS_PERIOD))
    if (run.now === 0) startLongAgo(run, state)
    else startAfresh(run, state)
    for (const node of process.cache.all('Node')) queueTaints(run, node)
  },
  stop(run) {
    const state = stateOf(run.world, nodeLifecycleState)
    state.monitor.stop(run, 0)
    state.pass.stop(run, 0)
    state.taintQueue.stop(run)
    state.podQueue.stop(run)
  },
}
