import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import { type Pod, type PodId, UNBOUND } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import { firstFiring, type Kind, type Run, setState, stateOf, type World } from '../cluster/world.ts'
import { Ticker } from '../kernel/loop.ts'
import { seconds } from '../kernel/time.ts'
import { resolveFlags } from '../scenario/flags.ts'
import { nextCycle } from './scheduler/cycle.ts'
import { filtersOf } from './scheduler/decide.ts'
import { isPreempting } from './scheduler/eviction.ts'
import { schedulerFlags } from './scheduler/flags.ts'
import { SchedulingQueue } from './scheduler/queue.ts'
import { fillCluster, freshScheduling, isResponsible, refreshCluster } from './scheduler/setup.ts'
import { leftovers, placement, type SchedulerState, schedulerState } from './scheduler/state.ts'
import { controllerChanged, nodeChanged, podChanged, serviceChanged } from './scheduler/watches.ts'

const BACKOFF_FLUSH_PERIOD = seconds(1)
const UNSCHEDULABLE_FLUSH_PERIOD = seconds(30)
const BACKOFF_FLUSH_RANK = 10
const UNSCHEDULABLE_FLUSH_RANK = 11

/**
 * Moves Pods whose back-off is over to the active queue, every second (scheduling_queue.go:Run, 1.20 … 1.36).
 * It matters while somebody is in a back-off queue: entering one, and a firing that leaves somebody there, want the next firing.
 */
export const BackoffFlush: Kind = {
  name: 'scheduler/backoff-flush',
  on(run) {
    const state = stateOf(run.world, schedulerState)
    state.queue.flushBackoff(run.now)
    state.advance(run, state)
  },
}

/**
 * Tries Pods again that have been unschedulable for long, every 30 s (scheduling_queue.go:Run, 1.20 … 1.36).
 * It matters while somebody is unschedulable: becoming so, and a firing that leaves somebody so, want the next firing.
 */
export const UnschedulableFlush: Kind = {
  name: 'scheduler/unschedulable-flush',
  on(run) {
    const state = stateOf(run.world, schedulerState)
    state.queue.flushUnschedulable(run.now, state.flags['pod-max-in-unschedulable-pods-duration'])
    state.advance(run, state)
  },
}

function makeState(run: Run, process: Process): SchedulerState {
  const { world } = run
  const { profile, elision } = world
  const flags = resolveFlags(schedulerFlags, profile, world.scenario.cluster.flags['kube-scheduler'])
  const flushes = {
    backoff: new Ticker<World>(BackoffFlush, BACKOFF_FLUSH_RANK, BACKOFF_FLUSH_PERIOD, elision),
    unschedulable: new Ticker<World>(UnschedulableFlush, UNSCHEDULABLE_FLUSH_RANK, UNSCHEDULABLE_FLUSH_PERIOD, elision),
  }
  const placed = stateOf(world, placement)
  setState(world, placement, undefined)
  const cluster = placed === undefined ? fillCluster(process.cache, profile) : refreshCluster(placed, process.cache)
  const queue = new SchedulingQueue({
    rules: { minor: profile.minor, filters: filtersOf(profile.minor), viewOf: (pod) => cluster.view(pod) },
    backoff: { initial: seconds(flags.podInitialBackoffSeconds), max: seconds(flags.podMaxBackoffSeconds) },
    windowStart: (time) => flushes.backoff.last(process.id, time as never),
    gated: (pod) => isPreempting(stateOf(world, schedulerState), pod),
    want: (loop) => flushes[loop].want(run, process.id),
  })
  return {
    ...freshScheduling(cluster, flags.percentageOfNodesToScore),
    process,
    flags,
    client: new Client(world.api.clients, process, 'kube-scheduler', flags['kube-api-qps'], flags['kube-api-burst']),
    notices: new Client(world.api.clients, process, 'kube-scheduler events', Number.POSITIVE_INFINITY, 1),
    queue,
    advance: nextCycle,
    flushes,
    assumed: new Set<PodId>(),
    expiries: [],
    busy: false,
    current: null,
    preempting: new Map(),
    evictions: [],
  }
}

/** Queues a Pod that waits; one that fitted nowhere at t = 0 has been unschedulable for some time. */
function enqueue(run: Run, { queue, nominator, flags }: SchedulerState, pod: Pod, rejectors: number | undefined): void {
  if (pod.nominatedNode !== UNBOUND) nominator.add(pod, pod.nominatedNode)
  if (rejectors === undefined) {
    queue.add(pod, run.now)
    return
  }
  const ago = Math.floor(run.random.draw('unschedulable-since', pod.key) * flags['pod-max-in-unschedulable-pods-duration'])
  queue.addUnschedulable(pod, rejectors, run.now - ago)
}

/** kube-scheduler: places Pods on Nodes, one at a time. pkg/scheduler (1.20 … 1.36). */
export const scheduler: Component = {
  name: 'scheduler',
  doc: 'Places Pods on Nodes: queues with back-off, filters, scores, binding, preemption.',
  process: 'kube-scheduler',
  flags: schedulerFlags,
  watches: {
    Pod: podChanged,
    Node: nodeChanged,
    Service: serviceChanged,
    ReplicaSet: controllerChanged,
    ReplicationController: controllerChanged,
    StatefulSet: controllerChanged,
    // Read from the cache when somebody preempts.
    PodDisruptionBudget: () => {},
  },
  start(run, process) {
    const state = makeState(run, process)
    setState(run.world, schedulerState, state)
    state.flushes.backoff.start(run, process.id, firstFiring(run, 'scheduler.backoff-flush', '', BACKOFF_FLUSH_PERIOD))
    state.flushes.unschedulable.start(run, process.id, firstFiring(run, 'scheduler.unschedulable-flush', '', UNSCHEDULABLE_FLUSH_PERIOD))
    const left = stateOf(run.world, leftovers) as Map<number, number> | undefined
    for (const pod of process.cache.all('Pod')) if (isResponsible(pod)) enqueue(run, state, pod, left?.get(pod.id))
    left?.clear()
    nextCycle(run, state)
  },
  stop(run, process) {
    const { flushes } = stateOf(run.world, schedulerState)
    flushes.backoff.stop(run, process.id)
    flushes.unschedulable.stop(run, process.id)
  },
}

export { convergePlacement, unschedulableReasons } from './scheduler/converge.ts'
export { type Loss, Placement, type Refused } from './scheduler/what-if.ts'
