import { NOT_FOUND } from '../../cluster/api-server.ts'
import type { ConditionStatus, MachineId, Node, Pod } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { catchUp, type Health, isExpired, observe } from './health.ts'
import { judgePodEviction } from './pod-eviction.ts'
import { type Job, type NodeLifecycle, nodeLifecycleState, podsOf, type Tick, type Zone, type ZoneCount } from './state.ts'
import { CHANGED, changeTaints } from './taint-change.ts'
import { schedulePass } from './taint-pass.ts'
import { decideTaint, noExecuteKeys } from './taints.ts'
import { isExcludedFromDisruption } from './zones.ts'

/** Tries to write a Node's status, and the wait between them (NodeHealthUpdateRetry, retrySleepTime; 1.20 … 1.36). */
const TRIES = 5
const RETRY_US = 20_000

/** What the controller knows of a Node up to now; undefined when it has no record of it. */
export function healthOf(state: NodeLifecycle, run: Run, machine: MachineId): Health | undefined {
  const health = state.health[machine]
  if (health !== undefined) catchUp(health, run.world.heartbeats, machine, state.ticks)
  return health
}

/** A worker has taken this Node: begins the look at it. */
export function takeJob(node: Node): Job {
  return {
    machine: node.id,
    node,
    stage: 'health',
    observed: 'Unknown',
    current: null,
    tries: 0,
    pods: [],
    marked: 0,
    failed: false,
  }
}

/** Carries the look at one Node on until a call must be waited for; answers whether it has ended. node_lifecycle_controller.go:monitorNodeHealth. */
export function proceed(run: Run, state: NodeLifecycle, worker: number): boolean {
  const job = (state.tick as Tick).jobs[worker] as Job
  if (job.stage === 'health') {
    if (judgeHealth(run, state, job, worker)) return false
    job.stage = 'taint'
    if (judgeTaints(run, state, job, worker)) return false
  }
  if (job.stage === 'taint') {
    job.stage = 'pods'
    beginMarking(run, state, job)
  }
  return !markNext(run, state, job, worker)
}

/** tryUpdateNodeHealth: answers whether a status write must be waited for. */
function judgeHealth(run: Run, state: NodeLifecycle, job: Job, worker: number): boolean {
  const { node, machine } = job
  let health = healthOf(state, run, machine)
  if (health === undefined) {
    const probe = node.ready === null ? node.created : run.now
    health = { probe, seen: Number.NEGATIVE_INFINITY, ready: node.ready, transition: probe, through: state.ticks.end }
    health.seen = run.world.heartbeats.seen(machine, run.now)?.visible ?? health.seen
    state.health[machine] = health
  }
  observe(health, run.world.heartbeats, machine, run.now)
  health.through = state.ticks.end
  if (node.ready !== health.ready) {
    health.ready = node.ready
    health.transition = run.now
    if (node.ready !== 'Unknown') health.probe = run.now
  }
  job.observed = node.ready ?? 'Unknown'
  job.current = node.ready
  const grace = node.ready === null ? state.flags['node-startup-grace-period'] : state.flags['node-monitor-grace-period']
  if (node.ready === 'Unknown' || !isExpired(run.now, health.probe, grace)) return false
  const silent = { memoryPressure: 'Unknown', diskPressure: 'Unknown', pidPressure: 'Unknown' } as const
  const status = { ready: 'Unknown', readyTransition: run.now, ...silent } as const
  run.world.api.update(run, state.client, node, status, node.resourceVersion, HealthWritten, worker)
  return true
}

const HealthWritten: Kind = {
  name: 'node-lifecycle/health-written',
  on(run, worker, id) {
    const state = stateOf(run.world, nodeLifecycleState)
    const job = (state.tick as Tick).jobs[worker] as Job
    if (id < 0) {
      run.world.api.get(run, state.client, job.node, HealthRead, worker)
      return
    }
    const health = state.health[job.machine] as Health
    health.ready = 'Unknown'
    health.transition = run.now
    job.current = 'Unknown'
    job.stage = 'taint'
    if (judgeTaints(run, state, job, worker)) return
    advance(run, state, worker)
  },
}

const HealthRead: Kind = {
  name: 'node-lifecycle/health-read',
  on(run, worker, id) {
    const state = stateOf(run.world, nodeLifecycleState)
    const job = (state.tick as Tick).jobs[worker] as Job
    const node = run.world.store.tables.Node.get(id)
    job.tries++
    if (node === undefined || job.tries >= TRIES) {
      if (id !== NOT_FOUND) countNode(run, state, node ?? job.node, 'skipped')
      state.resume(run, state, worker)
      return
    }
    job.node = node
    run.after(RETRY_US, RetryHealth, worker, state.process.incarnation)
  },
}

/** A Node whose status could not be written is looked at again. */
const RetryHealth: Kind = {
  name: 'node-lifecycle/health-retry',
  on(run, worker, incarnation) {
    const state = stateOf(run.world, nodeLifecycleState)
    if (state.process.incarnation === incarnation) advance(run, state, worker)
  },
}

function countNode(run: Run, state: NodeLifecycle, node: Node, as: keyof ZoneCount): void {
  if (isExcludedFromDisruption(node, run.world.profile)) return
  const { counts } = state.tick as Tick
  let count = counts.get(node.zone)
  if (count === undefined) {
    count = { notReady: 0, skipped: 0 }
    counts.set(node.zone, count)
  }
  count[as]++
}

/** processTaintBaseEviction: answers whether a change of taints must be waited for. From 1.34 it goes by the current condition (PR #120816). */
function judgeTaints(run: Run, state: NodeLifecycle, job: Job, worker: number): boolean {
  const { node, machine, current, observed } = job
  if (current !== 'True') countNode(run, state, node, 'notReady')
  if (current === null) return false
  if (!state.taintManager) return judgePodEviction(run, state, job, TaintsJudged, worker)
  const decision = decideTaint(run.world.profile.minor >= 34 ? (current as ConditionStatus) : observed, node.taints)
  const { queue } = state.zones.get(node.zone) as Zone
  if (decision.action === 'queue') {
    const { profile } = run.world
    queue.mark(machine, decision.tainted, profile.minor === 20 && profile.patch === 2)
    schedulePass(run)
    return false
  }
  if (decision.action === 'swap') {
    return changeTaints(run, node, 'NoExecute', [decision.add], [decision.remove], TaintsJudged, worker)
  }
  if (changeTaints(run, node, 'NoExecute', [], noExecuteKeys(node.taints), TaintsJudged, worker)) return true
  queue.remove(machine)
  return false
}

const TaintsJudged: Kind = {
  name: 'node-lifecycle/taints-judged',
  on(run, worker, outcome) {
    const state = stateOf(run.world, nodeLifecycleState)
    const job = (state.tick as Tick).jobs[worker] as Job
    const ready = run.world.profile.minor >= 34 ? job.current : job.observed
    if (outcome === CHANGED && ready === 'True') state.zones.get(job.node.zone)?.queue.remove(job.machine)
    advance(run, state, worker)
  },
}

function advance(run: Run, state: NodeLifecycle, worker: number): void {
  if (proceed(run, state, worker)) state.resume(run, state, worker)
}

/** Only the controller's own step from True makes the Pods not ready, or a step before that failed. */
function beginMarking(run: Run, state: NodeLifecycle, job: Job): void {
  const { machine, node, current, observed } = job
  const flipped = current !== null && current !== 'True' && observed === 'True'
  const again = current !== null && state.retry.has(machine) && observed !== 'True'
  if (flipped) state.client.notice(run, node.key, 'NodeNotReady', `Node ${node.name} status is now: NodeNotReady`)
  if (flipped || again) job.pods = podsOf(state, machine)
}

/** MarkPodsNotReady: one Pod after the other. Answers whether a call must be waited for. pkg/controller/util/node/controller_utils.go (1.20 … 1.36). */
function markNext(run: Run, state: NodeLifecycle, job: Job, worker: number): boolean {
  for (; job.marked < job.pods.length; job.marked++) {
    const pod = job.pods[job.marked] as Pod
    if (!pod.ready) continue
    run.world.api.update(run, state.client, pod, { ready: false, readyTransition: run.now }, pod.resourceVersion, PodMarked, worker)
    return true
  }
  if (job.failed) state.retry.add(job.machine)
  else state.retry.delete(job.machine)
  return false
}

const PodMarked: Kind = {
  name: 'node-lifecycle/pod-marked',
  on(run, worker, id) {
    const state = stateOf(run.world, nodeLifecycleState)
    const job = (state.tick as Tick).jobs[worker] as Job
    const pod = job.pods[job.marked] as Pod
    job.marked++
    if (id < 0 && id !== NOT_FOUND) job.failed = true
    if (id !== NOT_FOUND) state.client.notice(run, pod.key, 'NodeNotReady', 'Node is not ready')
    advance(run, state, worker)
  },
}
