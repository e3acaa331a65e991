import type { Change } from '../cluster/change-log.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import { fnv1a } from '../cluster/lineage.ts'
import type { MachineId, Node, Pod, PodId, Taint } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState, stateOf } from '../cluster/world.ts'
import { resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'
import { hasTaintManager, nodeLifecycleFlags } from './node-lifecycle/flags.ts'
import { NODE_CONTROLLER } from './node-lifecycle.ts'
import { cancelEviction, scheduleEviction } from './taint-eviction/evict.ts'
import { type TaintEviction, taintEvictionState } from './taint-eviction/state.ts'
import { tolerationTime } from './taint-eviction/toleration.ts'

/** Update workers; a Node and its Pods go to one of them by hash (UpdateWorkerSize, 1.20 … 1.36). */
const WORKERS = 8
/** The clientset of its own (gate SeparateTaintEvictionController, on since 1.29). */
const TAINT_EVICTION = 'taint-eviction-controller'
const SEPARATE_SINCE = 29

/** Keys of the queues hold what is updated and by which worker. */
const keyOf = (id: number, isPod: boolean, worker: number): number => (id * 2 + (isPod ? 1 : 0)) * WORKERS + worker
const workerOf = (key: number): number => key % WORKERS
const idOf = (key: number): number => Math.floor(key / (2 * WORKERS))
const isPodKey = (key: number): boolean => Math.floor(key / WORKERS) % 2 === 1

const noExecute = (node: Node | undefined): readonly Taint[] => node?.taints.filter(({ effect }) => effect === 'NoExecute') ?? []

function enqueue(run: Run, state: TaintEviction, id: number, isPod: boolean, node: string): void {
  const worker = fnv1a(node) % WORKERS
  state.queues[worker]?.add(run, keyOf(id, isPod, worker))
}

const HandleUpdate: Kind = {
  name: 'taint-eviction/update',
  on(run, key) {
    const state = stateOf(run.world, taintEvictionState)
    if (isPodKey(key)) handlePod(run, state, idOf(key) as PodId)
    else handleNode(run, state, idOf(key) as MachineId)
    state.queues[workerOf(key)]?.done(run, key)
  },
}

const HandleUpdateLater: Kind = {
  name: 'taint-eviction/update-later',
  on: (run, key) => stateOf(run.world, taintEvictionState).queues[workerOf(key)]?.arrive(run, key),
}

function identity(run: Run, key: number): string {
  const { cache } = stateOf(run.world, taintEvictionState).process
  return cache.get(isPodKey(key) ? 'Pod' : 'Node', idOf(key))?.key ?? 'gone'
}

/** taint_eviction.go:handleNodeUpdate: the Node's Pods are evicted after their time of toleration, or not any more. */
function handleNode(run: Run, state: TaintEviction, machine: MachineId): void {
  const { cache } = state.process
  const node = cache.get('Node', machine)
  const taints = node === undefined ? [] : noExecute(node)
  if (taints.length === 0) state.tainted.delete(machine)
  else state.tainted.set(machine, taints)
  if (node === undefined) return
  for (const id of [...cache.podsOfNode(machine)].sort((a, b) => a - b)) {
    if (taints.length === 0) cancelEviction(run, id)
    else judgePod(run, cache.get('Pod', id) as Pod, taints)
  }
}

/** taint_eviction.go:handlePodUpdate. */
function handlePod(run: Run, state: TaintEviction, id: PodId): void {
  const pod = state.process.cache.get('Pod', id)
  if (pod === undefined) {
    cancelEviction(run, id)
    return
  }
  const taints = state.tainted.get(pod.node)
  if (taints !== undefined) judgePod(run, pod, taints)
}

/** taint_eviction.go:processPodOnNode: a timer that runs is left as it is. */
function judgePod(run: Run, pod: Pod, taints: readonly Taint[]): void {
  const id = pod.id as PodId
  const { tolerated, time } = tolerationTime(taints, pod.spec.tolerations)
  if (!tolerated) cancelEviction(run, id)
  if (time !== Number.POSITIVE_INFINITY) scheduleEviction(run, id, time)
}

const sameTaints = (one: readonly Taint[], other: readonly Taint[]): boolean =>
  one.length === other.length && one.every((taint, i) => taint.key === other[i]?.key && taint.timeAdded === other[i]?.timeAdded)

function nodeChanged(run: Run, _process: Process, { before, after }: Change<Node>): void {
  const state = stateOf(run.world, taintEvictionState)
  const node = after ?? (before as Node)
  if (state.active && !sameTaints(noExecute(before), noExecute(after))) enqueue(run, state, node.id, false, node.name)
}

/** A Pod was bound, has other tolerations, or is gone: queued only when its Node is tainted or it was to be evicted, else nothing would come of it. */
function podChanged(run: Run, process: Process, { before, after }: Change<Pod>): void {
  const state = stateOf(run.world, taintEvictionState)
  const pod = after ?? (before as Pod)
  const id = pod.id as PodId
  if (!state.active || pod.node < 0) return
  const node = process.cache.get('Node', pod.node)
  if (after === undefined) {
    if (state.timers.has(id) || state.evicted.has(id)) enqueue(run, state, id, true, node?.name ?? '')
    return
  }
  if (before !== undefined && before.node === after.node && before.spec.tolerations === after.spec.tolerations) return
  if (state.tainted.has(pod.node) || noExecute(node).length > 0) enqueue(run, state, id, true, node?.name ?? '')
}

/** Deletes Pods from Nodes whose NoExecute taints they do not tolerate, or no longer. Its timers die with its process. */
export const taintEviction: Component = {
  name: 'taint-eviction',
  doc: 'Deletes the Pods of Nodes with NoExecute taints, at once or when their tolerationSeconds are over.',
  process: 'kube-controller-manager',
  flags: controllerManagerFlags,
  watches: { Node: nodeChanged, Pod: podChanged },
  start(run, process) {
    const { profile, scenario, api } = run.world
    const flags = resolveFlags(nodeLifecycleFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const separate = profile.minor >= SEPARATE_SINCE
    if (separate) new Client(api.clients, process, TAINT_EVICTION, flags['kube-api-qps'], flags['kube-api-burst'])
    const state: TaintEviction = {
      process,
      active: hasTaintManager(profile, flags),
      client: separate ? TAINT_EVICTION : NODE_CONTROLLER,
      tainted: new Map(),
      timers: new Map(),
      evicted: new Set(),
      tries: new Map(),
      queues: Array.from({ length: WORKERS }, (_, i) => new WorkQueue(`taint-eviction/${i}`, 1, HandleUpdate, HandleUpdateLater, identity)),
    }
    setState(run.world, taintEvictionState, state)
    for (const node of process.cache.all('Node'))
      if (state.active && noExecute(node).length > 0) enqueue(run, state, node.id, false, node.name)
  },
  stop(run) {
    const { timers, queues } = stateOf(run.world, taintEvictionState)
    for (const timer of timers.values()) run.cancel(timer)
    for (const queue of queues) queue.stop(run)
  },
}
