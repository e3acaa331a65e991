import type { PressureResource } from '../../cluster/machine.ts'
import { pressedResources, relieve } from '../../cluster/machine-health.ts'
import { isTerminal, type MachineId, type Node, type Pod, type PodId } from '../../cluster/objects.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../../cluster/world.ts'
import { orderEnd, overriddenGrace } from './end-order.ts'
import { byEviction, isBestEffort, isCritical, type Rank, refusesUnderPressure } from './eviction-rules.ts'
import { type Kubelet, kubeletOn, kubeletsOf, type Worker } from './state.ts'
import { workerOf } from './worker.ts'

/** `evictionMonitoringPeriod`, `podCleanupTimeout`, `podCleanupPollFreq` [µs] (pkg/kubelet/kubelet.go, pkg/kubelet/eviction/eviction_manager.go, 1.20 … 1.36). */
const MONITORING_US = 10_000_000
const CLEANUP_TIMEOUT_US = 30_000_000
const CLEANUP_POLL_US = 1_000_000
/**
 * How long killPodNow waits for the end of a Pod whose grace is overridden with 0 or 1 s [µs] (pkg/kubelet/pod_workers.go, 1.20 … 1.36).
 */
const KILL_TIMEOUT_US = 10_000_000
/** `immediateEvictionGracePeriodSeconds` is 1 from 1.31 on (PR #124063), and was 0 before. */
const IMMEDIATE_SINCE = 31

/** What the eviction manager of one kubelet remembers; it dies with the kubelet. */
interface Manager {
  readonly incarnation: number
  /** When each threshold was last seen crossed. */
  readonly seen: Map<PressureResource, number>
  /** Conditions that hold, as the next Node status says: seen within the transition period. */
  conditions: ReadonlySet<PressureResource>
  /** The loop has something to do; its next pass is an event. */
  running: boolean
  /** A Node status is due. */
  posts: boolean
  syncs: number
  victim: PodId | null
  /** Its containers have yet to end; counts the evictions. */
  killing: boolean
  kills: number
  resource: PressureResource
  until: number
}

const state = stateKey<Map<MachineId, Manager>>('kubelet-eviction')

function managerOf(run: Run, { machine, incarnation }: Kubelet): Manager {
  if (!run.world.states.has(state.name)) setState(run.world, state, new Map())
  const managers = stateOf(run.world, state)
  let manager = managers.get(machine)
  if (manager?.incarnation !== incarnation) {
    const idle = { running: false, posts: false, syncs: 0, victim: null, killing: false, kills: 0, resource: 'memory', until: 0 } as const
    manager = { incarnation, seen: new Map(), conditions: new Set(), ...idle }
    managers.set(machine, manager)
  }
  return manager
}

const NOTHING: ReadonlySet<PressureResource> = new Set()

function conditionsOf(run: Run, kubelet: Kubelet): ReadonlySet<PressureResource> {
  const manager = run.world.states.has(state.name) ? stateOf(run.world, state).get(kubelet.machine) : undefined
  return manager?.incarnation === kubelet.incarnation ? manager.conditions : NOTHING
}

/** The pressure conditions that this kubelet reports for its Node. */
export function pressureConditions(run: Run, kubelet: Kubelet): Pick<Node, 'memoryPressure' | 'diskPressure' | 'pidPressure'> {
  const conditions = conditionsOf(run, kubelet)
  const status = (resource: PressureResource) => (conditions.has(resource) ? 'True' : 'False')
  return { memoryPressure: status('memory'), diskPressure: status('disk'), pidPressure: status('pid') }
}

/** Whether the kubelet refuses this Pod because of the conditions it reports. */
export function refusedForPressure(run: Run, kubelet: Kubelet, { spec, id }: Pod): boolean {
  const isStatic = kubeletsOf(run.world).staticPods.has(id as PodId)
  const { tolerations } = spec
  const conditions = conditionsOf(run, kubelet)
  return refusesUnderPressure({ conditions, critical: isCritical(spec, isStatic), bestEffort: isBestEffort(spec), tolerations })
}

/** A threshold is crossed: the next pass of the eviction manager finds that, within its period; that of a kubelet that starts does at once. */
export function feelPressure(run: Run, kubelet: Kubelet, starts: boolean): void {
  if (pressedResources(run.world.truth.machine(kubelet.machine)).length === 0) return
  const manager = managerOf(run, kubelet)
  if (manager.running) return
  manager.running = true
  const share = starts ? 0 : run.random.draw('kubelet.eviction-phase', `${kubelet.name}|${kubelet.incarnation}`, ++manager.syncs)
  run.after(1 + Math.floor(share * MONITORING_US), Synchronize, kubelet.machine, kubelet.incarnation)
}

function runningManager(run: Run, machine: MachineId, incarnation: number): { kubelet: Kubelet; manager: Manager } | undefined {
  const kubelet = kubeletOn(run.world, machine)
  return kubelet?.incarnation === incarnation ? { kubelet, manager: managerOf(run, kubelet) } : undefined
}

/**
 * One pass: thresholds crossed are noted, one Pod is evicted. While none is crossed and no condition holds it would do nothing and is no event; a crossed
 * threshold starts it. Detail: the kubelet's incarnation. eviction_manager.go:synchronize (1.20 … 1.36; kubernetes-semantics §2.11).
 */
export const Synchronize: Kind<MachineId> = {
  name: 'kubelet/eviction-sync',
  on(run, machine, incarnation) {
    const found = runningManager(run, machine, incarnation)
    if (found === undefined) return
    const { kubelet, manager } = found
    const pressed = pressedResources(run.world.truth.machine(machine))
    const transition = kubelet.flags.evictionPressureTransitionPeriod
    for (const resource of pressed) manager.seen.set(resource, run.now)
    for (const [resource, time] of manager.seen)
      if (run.now - time >= transition && !pressed.includes(resource)) manager.seen.delete(resource)
    setConditions(run, kubelet, manager)
    const resource = pressed[0]
    if (resource !== undefined && evictOne(run, kubelet, manager, resource)) return
    manager.running = manager.seen.size > 0
    if (manager.running) run.after(MONITORING_US, Synchronize, machine, incarnation)
  },
}

function setConditions(run: Run, kubelet: Kubelet, manager: Manager): void {
  const now: ReadonlySet<PressureResource> = new Set(manager.seen.keys())
  const same = now.size === manager.conditions.size && [...now].every((resource) => manager.conditions.has(resource))
  if (same) return
  manager.conditions = now
  if (manager.posts) return
  manager.posts = true
  const share = run.random.draw('kubelet.status-phase', `${kubelet.name}|pressure|${kubelet.incarnation}`, ++manager.syncs)
  run.after(1 + Math.floor(share * kubelet.flags.nodeStatusUpdateFrequency), ConditionsPosted, kubelet.machine, kubelet.incarnation)
}

/** The Node status is computed for the first time since the conditions have changed. Detail: the kubelet's incarnation. */
export const ConditionsPosted: Kind<MachineId> = {
  name: 'kubelet/pressure-posted',
  on(run, machine, incarnation) {
    const found = runningManager(run, machine, incarnation)
    if (found === undefined) return
    found.manager.posts = false
    const node = run.world.store.tables.Node.get(machine)
    const { kubelet } = found
    if (node !== undefined) run.world.api.update(run, kubelet.heartbeats, node, pressureConditions(run, kubelet), 0, null, machine)
  },
}

/** Evicts the Pod that ranks first; answers whether there was one. For disk, unused images go first, which never suffices here. */
function evictOne(run: Run, kubelet: Kubelet, manager: Manager, resource: PressureResource): boolean {
  const { staticPods } = kubeletsOf(run.world)
  const alive = [...kubelet.process.cache.all('Pod')].filter((pod) => !isTerminal(pod) && pod.deletionTimestamp === null)
  if (resource === 'disk') deleteUnusedImages(run, kubelet.machine, [...alive, ...staticPods.values()])
  const isFailed = ({ id }: Pod): boolean => kubeletsOf(run.world).workers.get(id as PodId)?.status.phase === 'Failed'
  const among = alive.filter((pod) => !staticPods.has(pod.id as PodId) && !isCritical(pod.spec, false) && !isFailed(pod))
  const ranked = among.map((pod) => ({ pod, rank: rankOf(run, pod, resource) }))
  const compare = byEviction(resource)
  const [first] = ranked.sort((a, b) => compare(a.rank, b.rank) || a.pod.id - b.pod.id)
  if (first === undefined) return false
  const { pod } = first
  run.world.observers.notice(run, kubelet.process.name, pod.key, 'Evicted', `The node was low on resource: ${resource}.`)
  manager.victim = pod.id as PodId
  manager.resource = resource
  manager.killing = true
  run.after(KILL_TIMEOUT_US, KillTimedOut, kubelet.machine, ++manager.kills)
  const { minor } = run.world.profile
  const graceSeconds = overriddenGrace(minor >= IMMEDIATE_SINCE ? 1 : 0, pod.spec.terminationGracePeriodSeconds, minor)
  orderEnd(run, workerOf(run, kubelet, pod), { reason: 'Evicted', graceSeconds, fails: false, disrupts: true })
  return true
}

/** The containers of a Pod have ended: when it is the evicted one, its clean-up is waited for. */
export function evictionGoesOn(run: Run, { kubelet, id }: Worker): void {
  if (!run.world.states.has(state.name)) return
  const manager = stateOf(run.world, state).get(kubelet.machine)
  if (manager?.victim === id && manager.incarnation === kubelet.incarnation) awaitCleanup(run, kubelet.machine, manager)
}

/** The evicted Pod takes longer to end than anybody waits. Detail: which eviction. */
export const KillTimedOut: Kind<MachineId> = {
  name: 'kubelet/eviction-kill-timed-out',
  on(run, machine, kill) {
    const manager = stateOf(run.world, state).get(machine)
    if (manager?.kills === kill) awaitCleanup(run, machine, manager)
  },
}

function awaitCleanup(run: Run, machine: MachineId, manager: Manager): void {
  if (!manager.killing) return
  manager.killing = false
  manager.until = run.now + CLEANUP_TIMEOUT_US
  run.after(CLEANUP_POLL_US, AwaitCleanup, machine, manager.incarnation)
}

/** Use is not modelled: a Pod that requests none of the resource exceeds its request, and who exceeds most is drawn (model). */
function rankOf(run: Run, { spec, key }: Pod, resource: PressureResource): Rank {
  const name = resource === 'disk' ? 'ephemeral-storage' : 'memory'
  const exceeds = spec.containers.some(({ requests }) => (requests[name] ?? 0) === 0)
  return { exceeds, priority: spec.priority, excess: run.random.draw('kubelet.usage', `${key}|${resource}`) }
}

/** imageGC.DeleteUnusedImages: those that no container of a Pod on the machine is made from. */
function deleteUnusedImages(run: Run, machine: MachineId, pods: readonly Pod[]): void {
  const { images } = run.world.truth.machine(machine)
  const used = new Set(pods.flatMap(({ spec }) => [...spec.initContainers, ...spec.containers].map(({ image }) => image)))
  for (const image of [...images]) if (!used.has(image)) images.delete(image)
}

/** waitForPodsCleanup: once nothing is left of the evicted Pod, or after 30 s, the next pass follows at once. Detail: the kubelet's incarnation. */
export const AwaitCleanup: Kind<MachineId> = {
  name: 'kubelet/eviction-cleanup',
  on(run, machine, incarnation) {
    const found = runningManager(run, machine, incarnation)
    if (found === undefined) return
    const { manager } = found
    const { victim, until, resource } = manager
    if (victim !== null && run.world.truth.sandbox(victim) !== undefined && run.now < until) {
      run.after(CLEANUP_POLL_US, AwaitCleanup, machine, incarnation)
      return
    }
    manager.victim = null
    relieve(run, machine, resource)
    run.after(1, Synchronize, machine, incarnation)
  },
}
