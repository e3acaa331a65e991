import { NOT_FOUND } from '../cluster/api-server.ts'
import type { Change } from '../cluster/change-log.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import { disrupted, isTerminal, type MachineId, type Node, type Pod, type PodId } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import { firstFiring, type Kind, type Run, setState, stateKey, stateOf, type World } from '../cluster/world.ts'
import { JitterLoop } from '../kernel/jitter-loop.ts'
import { type Instant, plus, seconds } from '../kernel/time.ts'
import { type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'
import { type Findings, findGarbage, isGarbage, isOutOfService, type Rules } from './pod-gc/rules.ts'

const CLIENT = 'pod-garbage-collector'
const RANK = 3
/** From the end of one pass to the next (gcCheckPeriod), and how long a Node must be missing (quarantineTime); 1.20 … 1.36. */
const PERIOD = seconds(20)
const QUARANTINE = seconds(40)
/** From when on Pods are marked Failed before they are deleted (gate PodDisruptionConditions), and out-of-service Nodes count. */
const MARKED_SINCE = 26
const EVICTED_FIRST_SINCE = 24

const podGCFlags = {
  ...controllerManagerFlags,
  'terminated-pod-gc-threshold': integerFlag(
    12_500,
    'Ended Pods that are kept; the oldest surplus is deleted; 0 keeps all.',
    'pkg/controller/podgc/config/v1alpha1/defaults.go, 1.20 … 1.36',
  ),
} satisfies Flags

/** One step of a pass: its Pods are deleted one after the other, or all at once. */
interface Step {
  readonly pods: PodId[]
  readonly atOnce: boolean
}

/** A pass that waits for calls. */
interface Pass {
  steps: Step[]
  outstanding: number
  /** Missing Nodes whose quarantine is over, to be looked up; then what to delete is known. */
  readonly lookups: MachineId[]
  readonly gone: Set<MachineId>
  unscheduled: readonly PodId[]
}

interface State {
  readonly process: Process
  readonly client: Client
  readonly loop: JitterLoop<World>
  readonly rules: Rules
  /** Missing Nodes, and when their quarantine ends. */
  readonly quarantine: Map<MachineId, Instant>
  readonly names: string[]
  ended: number
  quarantines: number
  passes: number
  pass: Pass | null
}

const podGCState = stateKey<State>('pod-gc')

const idsOf = (pods: readonly Pod[]): PodId[] => pods.map(({ id }) => id as PodId)

/**
 * One pass. It matters, and is an event, only while there is garbage. Triggers: a Pod is bound to a missing or out-of-service Node, is deleted unbound, or ends
 * as one too many; a Node goes, or goes out of service; a Node is in quarantine; the pass before found something.
 */
const CollectPods: Kind = {
  name: 'pod-gc/pass',
  on(run) {
    const state = stateOf(run.world, podGCState)
    const found = findGarbage(state.process.cache, state.rules)
    const steps = [
      { pods: idsOf(found.surplus), atOnce: true },
      { pods: idsOf(found.outOfService), atOnce: true },
    ]
    state.pass = { steps, outstanding: 0, lookups: inspect(run, state, found), gone: new Set(), unscheduled: idsOf(found.unscheduled) }
    const again = found.surplus.length + found.outOfService.length + found.missing.length + found.unscheduled.length + state.quarantine.size
    if (continuePass(run, state)) state.pass = null
    else state.loop.stop(run, 0)
    if (again > 0) state.loop.want(run, 0)
  },
}

/** gcOrphaned, discoverDeletedNodes: puts missing Nodes into quarantine; answers those whose quarantine is over, to be looked up. */
function inspect(run: Run, state: State, { missing }: Findings): MachineId[] {
  for (const machine of missing) {
    if (state.quarantine.has(machine)) continue
    const timer = run.random.duration(
      run.world.latency['controller-sync'],
      'pod-gc.quarantine',
      state.names[machine] ?? '',
      ++state.quarantines,
    )
    state.quarantine.set(machine, plus(run.now, QUARANTINE + Math.max(1, timer)))
  }
  const over = [...state.quarantine].filter(([, due]) => due <= run.now).map(([machine]) => machine)
  for (const machine of over) state.quarantine.delete(machine)
  return over.filter((machine) => state.process.cache.get('Node', machine) === undefined)
}

/** Carries the pass on until calls must be waited for; answers whether it has ended. */
function continuePass(run: Run, state: State): boolean {
  const pass = state.pass as Pass
  while (pass.outstanding === 0) {
    const step = pass.steps[0]
    if (step === undefined) {
      if (!lookUp(run, state, pass)) return pass.outstanding === 0
      continue
    }
    const batch = step.pods.splice(0, step.atOnce ? step.pods.length : 1)
    if (batch.length === 0) pass.steps.shift()
    for (const pod of batch) collect(run, state, pass, pod)
  }
  return false
}

/** Looks the next missing Node up, or, after the last, adds what is to be deleted; answers whether there are new steps. */
function lookUp(run: Run, state: State, pass: Pass): boolean {
  const machine = pass.lookups[0]
  if (machine !== undefined) {
    const name = state.names[machine] as string
    pass.outstanding++
    run.world.api.get(run, state.client, { kind: 'Node', id: machine, key: `node/${name}` } as Node, NodeLookedUp, machine)
    return false
  }
  const orphans = [...pass.gone].flatMap((gone) => [...state.process.cache.podsOfNode(gone)]).sort((a, b) => a - b)
  const pods = [...orphans, ...pass.unscheduled]
  pass.gone.clear()
  pass.unscheduled = []
  if (pods.length === 0) return false
  pass.steps.push({ pods, atOnce: false })
  return true
}

const NodeLookedUp: Kind<MachineId> = {
  name: 'pod-gc/node-looked-up',
  on(run, machine, status) {
    const state = stateOf(run.world, podGCState)
    const pass = state.pass as Pass
    pass.lookups.shift()
    if (status === NOT_FOUND) pass.gone.add(machine)
    called(run, state)
  },
}

/** markFailedAndDeletePod: from 1.26 a Pod that has not ended is marked Failed first; deleted with grace 0. */
function collect(run: Run, state: State, pass: Pass, id: PodId): void {
  const pod = state.process.cache.get('Pod', id)
  if (pod === undefined) return
  pass.outstanding++
  if (run.world.profile.minor >= MARKED_SINCE && !isTerminal(pod))
    run.world.api.update(run, state.client, pod, { phase: 'Failed', ...disrupted(pod) }, 0, PodMarkedFailed, id)
  else run.world.api.delete(run, state.client, pod, PodCollected, id, 0)
}

const PodMarkedFailed: Kind<PodId> = {
  name: 'pod-gc/pod-marked-failed',
  on(run, id, status) {
    const state = stateOf(run.world, podGCState)
    const pod = run.world.store.pods.get(id)
    if (status < 0 || pod === undefined) called(run, state)
    else run.world.api.delete(run, state.client, pod, PodCollected, id, 0)
  },
}

const PodCollected: Kind<PodId> = {
  name: 'pod-gc/pod-collected',
  on: (run) => called(run, stateOf(run.world, podGCState)),
}

/** A call of the pass was answered; after the last, the next pass is a period and a computation later. */
function called(run: Run, state: State): void {
  ;(state.pass as Pass).outstanding--
  if (!continuePass(run, state)) return
  state.pass = null
  const entity = `${state.process.incarnation}`
  const computation = run.random.duration(run.world.latency['controller-sync'], 'pod-gc.pass', entity, ++state.passes)
  state.loop.start(run, 0, entity, plus(run.now, PERIOD + Math.max(1, computation)))
}

function podChanged(run: Run, process: Process, { before, after }: Change<Pod>): void {
  const state = stateOf(run.world, podGCState)
  const ended = (pod: Pod | undefined): number => (pod !== undefined && isTerminal(pod) ? 1 : 0)
  state.ended += ended(after) - ended(before)
  const { threshold } = state.rules
  const surplus = threshold > 0 && state.ended > threshold
  if (surplus || (after !== undefined && isGarbage(process.cache, after, state.rules))) state.loop.want(run, 0)
}

function nodeChanged(run: Run, process: Process, { before, after }: Change<Node>): void {
  const state = stateOf(run.world, podGCState)
  const node = after ?? (before as Node)
  state.names[node.id] = node.name
  if (process.cache.podsOfNode(node.id).size === 0) return
  if (after === undefined || (state.rules.outOfService && isOutOfService(after))) state.loop.want(run, 0)
}

/** Deletes Pods that nobody else will: of Nodes that are gone, of out-of-service Nodes, never bound, or ended long ago. */
export const podGC: Component = {
  name: 'pod-gc',
  doc: 'Every 20 s deletes Pods of Nodes missing for 40 s, terminating Pods of out-of-service Nodes or of none, and surplus ended Pods.',
  process: 'kube-controller-manager',
  flags: podGCFlags,
  watches: { Pod: podChanged, Node: nodeChanged },
  start(run, process) {
    const { profile, scenario, api, latency, elision } = run.world
    const flags = resolveFlags(podGCFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const gaps = { purpose: 'pod-gc.pass', period: PERIOD, jitter: 0, runTime: latency['controller-sync'] }
    const state: State = {
      process,
      client: new Client(api.clients, process, CLIENT, flags['kube-api-qps'], flags['kube-api-burst']),
      loop: new JitterLoop<World>(CollectPods, RANK, gaps, run.random, elision),
      rules: {
        threshold: flags['terminated-pod-gc-threshold'],
        evictedFirst: profile.minor >= EVICTED_FIRST_SINCE,
        outOfService: profile.minor >= MARKED_SINCE,
      },
      quarantine: new Map(),
      names: [],
      ended: 0,
      quarantines: 0,
      passes: 0,
      pass: null,
    }
    setState(run.world, podGCState, state)
    for (const node of process.cache.all('Node')) state.names[node.id] = node.name
    const first = run.now === 0 ? firstFiring(run, 'pod-gc', '', PERIOD) : plus(run.now, 1)
    state.loop.start(run, 0, `${process.incarnation}`, first)
    let garbage = false
    for (const pod of process.cache.all('Pod')) {
      if (isTerminal(pod)) state.ended++
      garbage ||= isGarbage(process.cache, pod, state.rules)
    }
    if (garbage || (state.rules.threshold > 0 && state.ended > state.rules.threshold)) state.loop.want(run, 0)
  },
  stop: (run) => stateOf(run.world, podGCState).loop.stop(run, 0),
}
