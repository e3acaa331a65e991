import type { Change } from '../cluster/change-log.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { Deployment, HorizontalPodAutoscaler, Pod, PodId } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import { firstFiring, type Kind, type Run, setState, stateKey, stateOf, type World } from '../cluster/world.ts'
import { Ticker } from '../kernel/loop.ts'
import { type Instant, plus, seconds } from '../kernel/time.ts'
import { durationFlag, type Flags, type FlagValues, numberFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'
import { type Recommendation, type ScaleEvent, shape } from './horizontal-pod-autoscaler/behavior.ts'
import { groupOf, replicasFor, type Sample } from './horizontal-pod-autoscaler/calculator.ts'
import { Metrics, type PodCpu } from './horizontal-pod-autoscaler/metrics.ts'

const CLIENT = 'horizontal-pod-autoscaler'
const RANK = 6
/** The longest window of rules and policies: recommendations and events older than that are forgotten. */
const MEMORY = seconds(3600)
const SOURCE = 'pkg/controller/podautoscaler/config/v1alpha1/defaults.go, 1.20 … 1.36'

const hpaFlags = {
  ...controllerManagerFlags,
  'horizontal-pod-autoscaler-sync-period': durationFlag(seconds(15), 'Between two looks at one autoscaler.', SOURCE),
  'horizontal-pod-autoscaler-tolerance': numberFlag(0.1, 'Relative deviation from the target that changes nothing.', SOURCE),
  'horizontal-pod-autoscaler-downscale-stabilization': durationFlag(seconds(300), 'How long the highest recommendation holds.', SOURCE),
  'horizontal-pod-autoscaler-cpu-initialization-period': durationFlag(
    seconds(300),
    'After the start of a Pod: its CPU counts only while it is ready.',
    SOURCE,
  ),
  'horizontal-pod-autoscaler-initial-readiness-delay': durationFlag(
    seconds(30),
    'A Pod whose readiness last changed this soon after its start was never ready.',
    SOURCE,
  ),
} satisfies Flags

/** What the controller remembers of one autoscaler. */
interface Memory {
  recommendations: Recommendation[]
  ups: ScaleEvent[]
  downs: ScaleEvent[]
  /** What every sync recommends until something changes; null: the next one may differ. */
  steady: number | null
  /** The numbers of replicas that are being replaced and set, since which look. */
  setting: { readonly from: number; readonly to: number; readonly time: Instant } | null
}

interface State {
  readonly process: Process
  readonly client: Client
  readonly flags: FlagValues<typeof hpaFlags>
  readonly loop: Ticker<World>
  readonly memories: Map<number, Memory>
}

const hpaState = stateKey<State>('horizontal-pod-autoscaler')
/** metrics-server outlives the controller manager. */
const metricsState = stateKey<Metrics>('metrics-server')

type Target = Pick<Deployment, 'replicas' | 'selector'> & Deployment

function targetOf({ process }: State, hpa: HorizontalPodAutoscaler): Target | undefined {
  for (const object of process.cache.all(hpa.target.kind)) {
    if (object.namespace === hpa.namespace && object.name === hpa.target.name) return object as unknown as Target
  }
  return undefined
}

/** What the Pods of the target say; whether that can only change by what wakes the loop. */
function samplesOf(run: Run, state: State, workload: string): { samples: readonly Sample[]; settled: boolean } {
  const { flags, process } = state
  const ids = [...run.world.workloads.podsOf(workload)].sort((a, b) => a - b)
  const pods = ids.flatMap((id) => process.cache.get('Pod', id) ?? []) as Pod[]
  const metrics = stateOf(run.world, metricsState)
  const cpu = metrics.read(run, pods)
  const periods = {
    cpuInitialization: flags['horizontal-pod-autoscaler-cpu-initialization-period'],
    initialReadiness: flags['horizontal-pod-autoscaler-initial-readiness-delay'],
  }
  const samples = pods.map((pod): Sample => {
    const { request, sample } = cpu.get(pod.id as PodId) as PodCpu
    const facts = {
      deleted: pod.deletionTimestamp !== null,
      failed: pod.phase === 'Failed',
      pending: pod.phase === 'Pending',
      sample,
      ready: pod.ready,
      startTime: pod.startTime,
      readyTransition: pod.readyTransition,
    }
    return { group: groupOf(facts, run.now, periods, run.world.profile.minor), usage: sample?.usage ?? 0, request }
  })
  const serves = (pod: Pod): boolean => run.world.truth.sandbox(pod.id as PodId)?.serves === true
  const quiet = samples.every(({ group }) => group === 'ready') && pods.every((pod) => pod.ready && serves(pod))
  const settled = quiet && metrics.isSettled(run, workload)
  return { samples, settled }
}

/**
 * One look at an autoscaler: reconcileAutoscaler. Elided while it would recommend what there is, as all recommendations that count have done; it is an event again when
 * a Pod, the target or the autoscaler changes, something happens on a machine, or the load takes its next step.
 */
const Reconcile: Kind = {
  name: 'horizontal-pod-autoscaler/reconcile',
  on(run, id) {
    const state = stateOf(run.world, hpaState)
    const hpa = state.process.cache.get('HorizontalPodAutoscaler', id)
    const memory = state.memories.get(id)
    if (hpa === undefined || memory === undefined) return
    const target = targetOf(state, hpa)
    const { replicas: current } = target ?? { replicas: 0 }
    memory.steady = null
    if (target === undefined || current === 0) return
    if (memory.setting === null) reconcile(run, state, hpa, target, memory)
    if (memory.steady === null) state.loop.want(run, id)
  },
}

function reconcile(run: Run, state: State, hpa: HorizontalPodAutoscaler, target: Target, memory: Memory): void {
  const { flags } = state
  const current = target.replicas
  const { minReplicas: min, maxReplicas: max } = hpa
  if (current > max || current < min) {
    rescale(run, state, hpa, target, memory, current > max ? max : min)
    return
  }
  const { samples, settled } = samplesOf(run, state, workloadOf(hpa))
  const wanted = replicasFor(samples, current, hpa.cpuUtilization, flags['horizontal-pod-autoscaler-tolerance'])
  if (wanted === null) return
  const recent = ({ time }: { readonly time: number }): boolean => time > run.now - MEMORY
  memory.ups = memory.ups.filter(recent)
  memory.downs = memory.downs.filter(recent)
  const downscaleStabilization = flags['horizontal-pod-autoscaler-downscale-stabilization']
  const shaped = shape(wanted, {
    now: run.now,
    current,
    min,
    max,
    recommendations: memory.recommendations,
    downscaleStabilization,
    behavior: hpa.behavior,
    ups: memory.ups,
    downs: memory.downs,
  })
  memory.recommendations = [...memory.recommendations.filter(recent), { time: run.now, replicas: wanted }]
  if (shaped !== current) {
    rescale(run, state, hpa, target, memory, shaped)
    return
  }
  const longest = Math.max(downscaleStabilization, ...rulesOf(hpa).map((rules) => (rules.stabilizationWindowSeconds ?? 0) * 1e6))
  const counts = memory.recommendations.filter(({ time }) => time > run.now - longest)
  const asWanted = Math.max(min, Math.min(max, wanted)) === current
  if (settled && asWanted && counts.every(({ replicas }) => replicas === wanted)) memory.steady = wanted
}

const rulesOf = ({ behavior }: HorizontalPodAutoscaler) => (behavior === null ? [] : [behavior.scaleUp, behavior.scaleDown])

/** Writes spec.replicas of the target through its scale subresource; a conflict is left to the next look. */
function rescale(run: Run, state: State, hpa: HorizontalPodAutoscaler, target: Target, memory: Memory, replicas: number): void {
  memory.setting = { from: target.replicas, to: replicas, time: run.now }
  run.world.api.update(run, state.client, target, { replicas }, target.resourceVersion, Rescaled, hpa.id, true)
}

/**
 * What has been set counts for the limits of the next looks; what has not does not. horizontal.go:reconcileAutoscaler, storeScaleEvent
 * (1.20 … 1.36).
 */
const Rescaled: Kind = {
  name: 'horizontal-pod-autoscaler/rescaled',
  on(run, id, answer) {
    const { client, memories, process } = stateOf(run.world, hpaState)
    const memory = memories.get(id)
    if (memory === undefined || memory.setting === null) return
    const { from, to, time } = memory.setting
    memory.setting = null
    const size = `New size: ${to}; reason: cpu resource utilization (percentage of request)`
    const { key } = process.cache.get('HorizontalPodAutoscaler', id) as HorizontalPodAutoscaler
    if (answer < 0) {
      client.notice(run, key, 'FailedRescale', `${size}; error: HTTP ${-answer}`)
      return
    }
    client.notice(run, key, 'SuccessfulRescale', size)
    if (to > from) memory.ups = [...memory.ups, { time, change: to - from }]
    else memory.downs = [...memory.downs, { time, change: from - to }]
  },
}

/** Something has changed that could make the next look different: what the looks left out recommended is remembered. */
function wake(run: Run, state: State): void {
  for (const [id, memory] of state.memories) {
    if (memory.steady !== null) {
      const last = state.loop.last(id, (run.ahead(RANK, id) ? run.now - 1 : run.now) as Instant)
      const replicas = memory.steady
      memory.steady = null
      if (last > (memory.recommendations.at(-1)?.time ?? Number.NEGATIVE_INFINITY)) {
        memory.recommendations = [...memory.recommendations, { time: last, replicas }]
      }
    }
    state.loop.want(run, id)
  }
}

const woken = (run: Run): void => {
  const state = stateOf(run.world, hpaState)
  if (state?.process.up === true) wake(run, state)
}

/** Something has happened to every Pod, as far as is known here: what they use is noted. */
const allChanged = (run: Run): void => {
  stateOf(run.world, metricsState).recordAll(run)
  woken(run)
}

const podOnMachine = (run: Run, pod: PodId): void => {
  stateOf(run.world, metricsState).recordOf(run, pod)
  woken(run)
}

/** The load takes its next step. */
const LoadSteps: Kind = { name: 'horizontal-pod-autoscaler/load-steps', on: allChanged }

function watchWorld(run: Run): void {
  const { truth, scenario, observers } = run.world
  const metrics = new Metrics(run)
  setState(run.world, metricsState, metrics)
  observers.add(metrics)
  truth.listeners.push({
    down: allChanged,
    up: allChanged,
    kubelet: allChanged,
    network: allChanged,
    runtime: (r, _machine, pod) => podOnMachine(r, pod),
    application: (r, _machine, pod) => podOnMachine(r, pod),
    started: podOnMachine,
    serving: podOnMachine,
  })
  const steps = new Set(scenario.behaviour.flatMap(({ load }) => load?.rps.map(({ at }) => at) ?? []))
  for (const at of [...steps].sort((a, b) => a - b)) if (at > run.now) run.at(at, LoadSteps, 0)
}

/** The workload that an autoscaler scales. */
const workloadOf = ({ target, namespace }: HorizontalPodAutoscaler): string => `${target.kind.toLowerCase()}/${namespace}/${target.name}`

function follow(run: Run, state: State, hpa: HorizontalPodAutoscaler): void {
  stateOf(run.world, metricsState).follow(run, workloadOf(hpa))
  state.memories.set(hpa.id, { recommendations: [], ups: [], downs: [], steady: null, setting: null })
  const period = state.flags['horizontal-pod-autoscaler-sync-period']
  const first = run.now === 0 ? firstFiring(run, 'horizontal-pod-autoscaler', hpa.name, period) : plus(run.now, 1)
  state.loop.start(run, hpa.id, first)
  state.loop.want(run, hpa.id)
}

function autoscalerChanged(run: Run, _process: Process, { before, after }: Change<HorizontalPodAutoscaler>): void {
  const state = stateOf(run.world, hpaState)
  if (before === undefined && after !== undefined) {
    if (!run.world.states.has(metricsState.name)) watchWorld(run)
    follow(run, state, after)
  } else if (after === undefined && before !== undefined) {
    state.memories.delete(before.id)
    state.loop.stop(run, before.id)
  } else {
    if (after !== undefined) stateOf(run.world, metricsState).follow(run, workloadOf(after))
    wake(run, state)
  }
}

const changed = (run: Run): void => wake(run, stateOf(run.world, hpaState))

/** Sets the number of replicas by the use of CPU, which follows from `behaviour.load`. */
export const horizontalPodAutoscaler: Component = {
  name: 'horizontal-pod-autoscaler',
  doc: 'Every 15 s compares the CPU that Pods use with their target and scales their workload, stabilised and limited by its behavior.',
  process: 'kube-controller-manager',
  flags: hpaFlags,
  watches: {
    HorizontalPodAutoscaler: autoscalerChanged,
    Pod: changed,
    Deployment: changed,
    ReplicaSet: changed,
    ReplicationController: changed,
    StatefulSet: changed,
  },
  start(run, process) {
    const { api, profile, scenario, elision } = run.world
    const flags = resolveFlags(hpaFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const state: State = {
      process,
      client: new Client(api.clients, process, CLIENT, flags['kube-api-qps'], flags['kube-api-burst']),
      flags,
      loop: new Ticker<World>(Reconcile, RANK, flags['horizontal-pod-autoscaler-sync-period'], elision),
      memories: new Map(),
    }
    setState(run.world, hpaState, state)
    const autoscalers = [...process.cache.all('HorizontalPodAutoscaler')]
    if (autoscalers.length > 0 && !run.world.states.has(metricsState.name)) watchWorld(run)
    for (const hpa of autoscalers) follow(run, state, hpa)
  },
  stop(run) {
    const { loop, memories } = stateOf(run.world, hpaState)
    for (const id of memories.keys()) loop.stop(run, id)
  },
}
