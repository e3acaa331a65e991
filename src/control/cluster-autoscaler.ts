import type { Change } from '../cluster/change-log.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import { isTerminal, type Node, type Pod, type ReplicaSet, type StatefulSet } from '../cluster/objects.ts'
import { Rows } from '../cluster/rows.ts'
import { firstFiring, type Kind, type Run, setState, stateOf, type World } from '../cluster/world.ts'
import { JitterLoop } from '../kernel/jitter-loop.ts'
import { plus, seconds } from '../kernel/time.ts'
import { resolveFlags } from '../scenario/flags.ts'
import { autoscalerFlags } from './cluster-autoscaler/flags.ts'
import { changeTaint, isToBeDeleted } from './cluster-autoscaler/node-taints.ts'
import { drainedPods, scaleDown, updateUnneeded } from './cluster-autoscaler/scale-down.ts'
import type { Eviction, ScaleDown } from './cluster-autoscaler/scale-down-state.ts'
import { areNew, futureCluster, giveUpLate, healthy, pendingPods, scaleUp } from './cluster-autoscaler/scale-up.ts'
import { filterOutSchedulable } from './cluster-autoscaler/simulation.ts'
import { type Autoscaler, autoscalerState, groupOf, hurry, mark, type Request } from './cluster-autoscaler/state.ts'

const CLIENT = 'cluster-autoscaler'
const RANK = 5

/**
 * One scan. It matters, and is an event, only after something has changed that it looks at: Pods that come, go, are bound or called unschedulable; Nodes that come,
 * go, turn ready or not, or have other taints; budgets; a removal that ended; or when a time has come: a machine is late, a back-off or a
 * pause ends, a Node has been unneeded for long enough or is to be looked at again. autoscaler core/static_autoscaler.go:RunOnce.
 */
const Scan: Kind = {
  name: 'cluster-autoscaler/scan',
  on(run) {
    const state = stateOf(run.world, autoscalerState)
    if (!state.dirty) return
    state.dirty = false
    state.scans++
    cleanUp(run, state)
    giveUpLate(run, state)
    if (!healthy(run, state)) {
      state.scaleDown.unneeded = new Map()
      return
    }
    const pods = [...pendingPods(run, state), ...drainedPods(run, state)]
    const shrinks = state.flags['scale-down-enabled']
    if (pods.length === 0 && !shrinks) return
    const { cluster, nextId } = futureCluster(run, state)
    const left = filterOutSchedulable(cluster, pods)
    const waits = left.length > 0 && areNew(left, run.now)
    if (waits) mark(run, state)
    else if (left.length > 0 && scaleUp(run, state, cluster, left, nextId)) {
      state.scaleDown.lastAdd = run.now
      return
    }
    if (shrinks && updateUnneeded(run, state, cluster) && !waits) scaleDown(run, state)
  },
}

/** Once: Nodes that the process before was about to remove stay. static_autoscaler.go:cleanUpIfRequired. */
function cleanUp(run: Run, state: Autoscaler): void {
  const { process, scaleDown: memory } = state
  if (memory.cleaned) return
  memory.cleaned = true
  for (const node of process.cache.all('Node')) {
    if (isToBeDeleted(node) && groupOf(run, state, node.id) >= 0) changeTaint(run, state, node.id, 'unmark')
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
  if (same) return
  const state = stateOf(run.world, autoscalerState)
  mark(run, state)
  const waits = (pod: Pod | undefined): boolean => pod !== undefined && pod.unschedulable !== '' && pod.node < 0
  if (waits(after) && !waits(before)) hurry(run, state)
}

function nodeChanged(run: Run, _process: unknown, { before, after }: Change<Node>): void {
  const state = stateOf(run.world, autoscalerState)
  const ready = after?.ready === 'True'
  if (ready) for (const [number, { machine }] of state.requests) if (machine === after.id) state.requests.delete(number)
  const same =
    before?.ready === after?.ready &&
    before?.taints === after?.taints &&
    before?.unschedulable === after?.unschedulable &&
    before?.annotations === after?.annotations
  if (!same) mark(run, state)
}

const changed = (run: Run): void => mark(run, stateOf(run.world, autoscalerState))

/** An owner is looked at for whether it is there. */
function ownerChanged(run: Run, _process: unknown, { before, after }: Change<ReplicaSet | StatefulSet>): void {
  if (before === undefined || after === undefined) changed(run)
}

/** What a process that starts remembers: nothing, so that no pause holds. */
const freshScaleDown = (now: number): ScaleDown => ({
  unneeded: new Map(),
  unremovable: new Map(),
  deletions: new Map(),
  batches: [],
  evictions: new Rows<Eviction>(),
  lastAdd: now - seconds(3600),
  lastDelete: now - seconds(3600),
  lastFailure: now - seconds(3600),
  cleaned: false,
})

/** The requests of the process before: the provider goes on with them. */
function inherited(world: World): Pick<Autoscaler, 'requests' | 'numbers' | 'groups'> {
  if (world.states.has(autoscalerState.name)) return stateOf(world, autoscalerState)
  const groups = world.scenario.cluster.cloud.nodeGroups.map((spec) => ({ spec, asked: spec.count, backoff: null }))
  return { requests: new Map<number, Request>(), numbers: 0, groups }
}

/**
 * Asks the provider for machines when Pods fit nowhere, and deletes those that are not needed. Runs where the scenario's cloud has node
 * groups.
 */
export const clusterAutoscaler: Component = {
  name: 'cluster-autoscaler',
  doc: 'Every 10 s simulates where unschedulable Pods would fit and makes a group of machines larger that helps them; drains and deletes machines that have been unneeded for 10 min.',
  process: 'cluster-autoscaler',
  flags: autoscalerFlags,
  watches: {
    Pod: podChanged,
    Node: nodeChanged,
    PodDisruptionBudget: changed,
    ReplicaSet: ownerChanged,
    ReplicationController: ownerChanged,
    StatefulSet: ownerChanged,
  },
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
      wakes: new Set(),
      scaleDown: freshScaleDown(run.now),
    }
    setState(run.world, autoscalerState, state)
    const first = run.now === 0 ? firstFiring(run, 'cluster-autoscaler.scan', '', period) : plus(run.now, 1)
    state.loop.start(run, 0, `${process.incarnation}`, first)
    mark(run, state)
  },
  stop: (run) => stateOf(run.world, autoscalerState).loop.stop(run, 0),
}
