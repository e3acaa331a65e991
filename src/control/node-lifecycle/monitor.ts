import type { MachineId, Node } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import type { Instant } from '../../kernel/time.ts'
import { enterMasterDisruption, judgeZones } from './disruption.ts'
import { healthOf, proceed, takeJob } from './evaluation.ts'
import { type Job, type NodeLifecycle, nodeLifecycleState, type Tick, type Zone, type ZoneCount } from './state.ts'
import { changeTaints } from './taint-change.ts'
import { hasTaint, isTaintedNotReady, NOT_READY, noExecuteKeys, UNREACHABLE } from './taints.ts'
import { inTurn, takeTurn, turnOf } from './tick-log.ts'
import { ZoneQueue } from './zone-queue.ts'
import { isExcludedFromDisruption } from './zones.ts'

/** Its rank among the loops that fire in the same instant. */
export const MONITOR_RANK = 1

/**
 * Makes the next tick an event that looks at `machine`. Triggers: its heartbeats start or stop; its Node comes, goes or changes (Ready, taints, zone, labels). A
 * tick keeps a Node suspect until it is ready with fresh heartbeats, or silent, Unknown and tainted; a tick that looks at no suspect would change nothing.
 */
export function suspect(run: Run, machine: MachineId): void {
  const state = stateOf(run.world, nodeLifecycleState)
  if (state === undefined || !state.process.up) return
  if (!state.suspects.has(machine)) {
    state.ticks.advance(state.monitor, (run.ahead(MONITOR_RANK, 0) ? run.now - 1 : run.now) as Instant)
    healthOf(state, run, machine)
    state.suspects.add(machine)
    const { tick } = state
    if (tick !== null && (tick.phase === 'added' || tick.phase === 'nodes') && Number.isNaN(turnOf(tick.record, machine)))
      joinTick(state, tick, machine)
    wake(state, machine)
  }
  state.monitor.want(run, 0)
}

/** A dormant Node counts by itself again. */
function wake(state: NodeLifecycle, machine: MachineId): void {
  const zone = state.dormant.get(machine)
  if (zone) zone.dormant--
  state.dormant.delete(machine)
}

/** A tick under way has not come to this Node yet: it will be looked at, and counted then. */
function joinTick(state: NodeLifecycle, { record, pending, counts }: Tick, machine: MachineId): void {
  if (!state.known.has(machine) || pending.includes(machine)) return
  const place = record.place(machine)
  const after = pending.findIndex((each) => record.place(each) > place)
  pending.splice(after < 0 ? pending.length : after, 0, machine)
  const zone = state.dormant.get(machine)
  for (const [name, count] of counts) if (zone && state.zones.get(name) === zone) count.notReady--
}

/** monitorNodeHealth: one look at all Nodes. Unelided, every tick looks at each; elided, a tick is an event only while there are suspects, and looks at them. */
export const MonitorTick: Kind = {
  name: 'node-lifecycle/monitor',
  on(run) {
    const state = stateOf(run.world, nodeLifecycleState)
    state.ticks.advance(state.monitor, (run.now - 1) as Instant)
    const tick: Tick = {
      record: state.ticks.add(run.now),
      phase: 'added',
      serial: classify(run, state),
      listed: new Map(),
      pending: [],
      looked: [],
      jobs: new Array<Job | null>(state.workers).fill(null),
      busy: 0,
      waited: false,
      awaitsPass: false,
      counts: countDormant(state),
    }
    state.tick = tick
    const { cache } = state.process
    for (const machine of run.world.elision === 'unelided' ? state.known : state.suspects) {
      const node = cache.get('Node', machine)
      if (node !== undefined) tick.listed.set(machine, node)
    }
    tick.pending.push(...inTurn(tick.record, tick.listed.keys()))
    continueTick(run, state)
    if (state.tick !== null) state.monitor.stop(run, 0)
  },
}

/** Elided, dormant Nodes are not looked at: they are not ready. */
function countDormant(state: NodeLifecycle): Map<string, ZoneCount> {
  const counts = new Map<string, ZoneCount>()
  for (const [name, { dormant }] of state.zones) if (dormant > 0) counts.set(name, { notReady: dormant, skipped: 0 })
  return counts
}

/** classifyNodes: Nodes that came and went; answers the new ones, whose NoExecute taints go. Zones without a state get a queue. */
function classify(run: Run, state: NodeLifecycle): MachineId[] {
  for (const zone of state.zones.values()) {
    if (zone.state !== null || zone.nodes === 0) continue
    zone.state = 'Initial'
    zone.queue = new ZoneQueue(state.flags['node-eviction-rate'], run.now)
  }
  const added: MachineId[] = []
  for (const machine of [...state.touched].sort((a, b) => a - b)) {
    const name = state.names[machine] as string
    const exists = state.process.cache.get('Node', machine) !== undefined
    if (exists && !state.known.has(machine)) {
      state.known.add(machine)
      added.push(machine)
      state.client.notice(run, `node/${name}`, 'RegisteredNode', `Node ${name} event: Registered Node ${name} in Controller`)
    }
    if (!exists && state.known.delete(machine)) {
      state.client.notice(run, `node/${name}`, 'RemovingNode', `Node ${name} event: Removing Node ${name} from Controller`)
    }
  }
  state.touched.clear()
  return added
}

/** Carries the tick on until calls must be waited for. */
function continueTick(run: Run, state: NodeLifecycle): void {
  const tick = state.tick as Tick
  if (tick.phase === 'added') {
    if (takeTaintsOff(run, state, tick)) return
    tick.phase = 'nodes'
  }
  if (tick.phase === 'nodes') {
    handOut(run, state, tick)
    if (tick.busy > 0) return
    tick.phase = 'disruption'
    if (judgeZones(run, state, tick)) tick.serial = [...state.known].sort((a, b) => a - b)
    else tick.phase = 'end'
  }
  if (tick.phase === 'disruption') {
    if (takeTaintsOff(run, state, tick)) return
    enterMasterDisruption(run, state)
  }
  endTick(run, state, tick)
}

/**
 * markNodeAsReachable for one Node after the other; answers whether something must be waited for. When master disruption begins, that is also a pass under way
 * (evictorLock). It goes by the Nodes as the tick listed them (handleDisruption's `nodes`, RemoveTaintOffNode): a taint put on since then
 * stays.
 */
function takeTaintsOff(run: Run, state: NodeLifecycle, tick: Tick): boolean {
  for (let machine = tick.serial[0]; machine !== undefined; machine = tick.serial[0]) {
    if (tick.phase === 'disruption' && state.passing) {
      tick.waited = true
      tick.awaitsPass = true
      return true
    }
    const node = listedNode(state, tick, machine)
    if (node !== undefined && takeOff(run, state, node)) {
      tick.waited = true
      return true
    }
    tick.serial.shift()
  }
  return false
}

function takeOff(run: Run, state: NodeLifecycle, node: Node): boolean {
  if (state.taintManager && changeTaints(run, node, 'NoExecute', [], noExecuteKeys(node.taints), TaintsOff, node.id)) return true
  state.evicted.delete(node.id)
  state.zones.get(node.zone)?.queue.remove(node.id)
  return false
}

/** A Node as the tick under way listed it. */
const listedNode = (state: NodeLifecycle, tick: Tick, machine: MachineId): Node | undefined =>
  tick.listed.get(machine) ?? state.process.cache.get('Node', machine)

/** A Node has changed: a tick under way goes on with the version that it listed. */
export function keepListed({ tick }: NodeLifecycle, before: Node | undefined): void {
  if (tick !== null && before !== undefined && !tick.listed.has(before.id)) tick.listed.set(before.id, before)
}

/** A pass that waited for calls has ended: a tick may have waited for it. */
export function passEnded(run: Run, state: NodeLifecycle): void {
  if (state.tick?.awaitsPass !== true) return
  state.tick.awaitsPass = false
  continueTick(run, state)
}

const TaintsOff: Kind<MachineId> = {
  name: 'node-lifecycle/taints-off',
  on(run, machine, outcome) {
    const state = stateOf(run.world, nodeLifecycleState)
    const tick = state.tick as Tick
    const node = listedNode(state, tick, machine)
    if (outcome >= 0 && node !== undefined) state.zones.get(node.zone)?.queue.remove(machine)
    tick.serial.shift()
    continueTick(run, state)
  },
}

/** Gives waiting Nodes to free workers, in order. */
function handOut(run: Run, state: NodeLifecycle, tick: Tick): void {
  const { record, pending, jobs, looked } = tick
  while (tick.busy < state.workers && pending.length > 0) {
    const machine = pending.shift() as MachineId
    takeTurn(record, machine, run.now)
    const node = listedNode(state, tick, machine)
    if (node === undefined) continue
    looked.push(machine)
    const worker = jobs.indexOf(null)
    jobs[worker] = takeJob(node)
    if (proceed(run, state, worker)) jobs[worker] = null
    else {
      tick.busy++
      tick.waited = true
    }
  }
  if (tick.busy < state.workers && Number.isNaN(record.rest)) record.rest = run.now
}

/** The look at one Node has ended after calls: its worker takes the next. */
export function resume(run: Run, state: NodeLifecycle, worker: number): void {
  const tick = state.tick as Tick
  tick.jobs[worker] = null
  tick.busy--
  continueTick(run, state)
}

/** After calls, the next tick is a period and the computation for all Nodes later; otherwise the loop goes on by itself. */
function endTick(run: Run, state: NodeLifecycle, tick: Tick): void {
  state.tick = null
  for (const machine of tick.looked) {
    if (isSettled(run, state, machine)) state.suspects.delete(machine)
    else if (run.world.elision === 'elided') rest(run, state, machine)
  }
  for (const machine of state.suspects) if (!state.known.has(machine) && !state.touched.has(machine)) state.suspects.delete(machine)
  if (tick.waited) {
    const computation = run.random.duration(
      run.world.latency['monitor-node'],
      'node-lifecycle.monitor',
      `${state.process.incarnation}`,
      ++state.waits,
    )
    const rest = Math.max(1, Math.round((computation * state.nodes) / state.workers))
    state.monitor.start(run, 0, `${state.process.incarnation}`, (run.now + state.flags['node-monitor-period'] + rest) as Instant)
  }
  if (state.suspects.size > 0 || state.touched.size > 0) state.monitor.want(run, 0)
}

/** Whether ticks would find nothing to do about a Node until one of the triggers of `suspect`. */
function isSettled(run: Run, state: NodeLifecycle, machine: MachineId): boolean {
  const node = state.process.cache.get('Node', machine)
  if (node === undefined) return true
  if (node.ready !== 'True' || state.health[machine]?.ready !== 'True' || state.retry.has(machine)) return false
  if (isTaintedNotReady(node.taints) || state.zones.get(node.zone)?.queue.has(machine) === true) return false
  return state.elidable[machine] === true && run.world.heartbeats.settled(machine, run.now)
}

/** A Node about which ticks would do nothing but count it, until one of the triggers of `suspect`, is dormant. */
function rest(run: Run, state: NodeLifecycle, machine: MachineId): void {
  const node = state.process.cache.get('Node', machine)
  if (node === undefined || node.ready !== 'Unknown' || state.health[machine]?.ready !== 'Unknown' || state.retry.has(machine)) return
  if (!state.taintManager || !hasTaint(node.taints, UNREACHABLE, 'NoExecute') || hasTaint(node.taints, NOT_READY, 'NoExecute')) return
  const zone = state.zones.get(node.zone) as Zone
  if (zone.state === null || !zone.queue.has(machine) || zone.queue.waits(machine)) return
  if (!run.world.heartbeats.silent(machine, run.now)) return
  const counted = isExcludedFromDisruption(node, run.world.profile) ? null : zone
  if (counted !== null) counted.dormant++
  state.dormant.set(machine, counted)
  state.suspects.delete(machine)
}
