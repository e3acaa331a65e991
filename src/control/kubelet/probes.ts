import type { ContainerStatus, PodId } from '../../cluster/objects.ts'
import type { Container } from '../../cluster/truth.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { NO_TICKET } from '../../kernel/queue.ts'
import { type Instant, NEVER } from '../../kernel/time.ts'
import type { ContainerSpec, Probe as ProbeSpec } from '../../scenario/specs.ts'
import { sidecarsOf, type Verdicts } from './actions.ts'
import { statusesOf, withProbed } from './pod-status.ts'
import { nextResult, probedFrom, shownStart } from './probe-plan.ts'
import { type ContainerList, type ContainerRef, kubeletsOf, type Probe, type ProbeKind, type Worker } from './state.ts'
import { setStatus } from './status-manager.ts'
import type { ContainerView } from './view.ts'
import { stretched, syncLater, updatePod } from './worker.ts'

const SPECS = { readiness: 'readinessProbe', liveness: 'livenessProbe', startup: 'startupProbe' } as const
/** When an application is ready that says it is not: it answers every readiness probe, and never with success. */
const UNANSWERED = Number.MAX_SAFE_INTEGER
const KINDS: readonly ProbeKind[] = ['startup', 'liveness', 'readiness']

const specOf = (worker: Worker, { kind, list, index }: Probe): ProbeSpec =>
  (worker.pod.spec[list][index] as ContainerSpec)[SPECS[kind]] as ProbeSpec

/** The probe of this kind that a container has. */
function probeOf(worker: Worker, kind: ProbeKind, { list, index }: ContainerRef): Probe | undefined {
  return worker.probes?.find((probe) => probe.kind === kind && probe.list === list && probe.index === index)
}

/** The containers of a Pod that may be probed: those of the app, then its sidecars (prober_manager.go:AddPod). */
function probedRefs(run: Run, { pod: { spec } }: Worker): readonly ContainerRef[] {
  const app = spec.containers.map((_, index): ContainerRef => ({ list: 'containers', index }))
  return [...app, ...sidecarsOf(spec, run.world.profile.minor).map((index): ContainerRef => ({ list: 'initContainers', index }))]
}

/** The probes of a Pod, made when it is first synced: their tickers keep their phase however often containers restart. */
export function probesOf(run: Run, worker: Worker): readonly Probe[] {
  worker.probes ??= probedRefs(run, worker).flatMap((ref) => {
    const container = worker.pod.spec[ref.list][ref.index] as ContainerSpec
    return KINDS.filter((kind) => container[SPECS[kind]] !== undefined).map((kind) => newProbe(run, worker, container, kind, ref))
  })
  return worker.probes
}

/**
 * A probe's ticker begins with a random share of its period: always in 1.20, from 1.22 only while the kubelet has run for less than a
 * period (prober/worker.go:run). That of a Pod that ran at the start of the simulation has any phase, and its result is success.
 */
function newProbe(run: Run, worker: Worker, container: ContainerSpec, kind: ProbeKind, { list, index }: ContainerRef): Probe {
  const { kubelet, pod, status } = worker
  const period = (container[SPECS[kind]] as ProbeSpec).periodSeconds * 1e6
  const long = kubelet.born === Number.NEGATIVE_INFINITY && statusesOf(status, list)[index]?.started === true
  const random = long || run.world.profile.minor < 22 || run.now - kubelet.born < period
  const entity = `${pod.key}/${container.name}|${kind}|${kubelet.incarnation}`
  const phase = random ? Math.floor(run.random.draw('kubelet.probe', entity) * period) : 0
  const anchor = (long ? phase - period : run.now + phase) as Instant
  const running = long ? run.world.truth.sandbox(worker.id)?.[list][index] : undefined
  const ready = kind !== 'readiness' || statusesOf(status, list)[index]?.ready === true
  const result = running === undefined ? initial(kind) : ready ? 'success' : initial(kind)
  return {
    kind,
    list,
    index,
    anchor,
    instance: running?.instance ?? -1,
    result,
    successes: 0,
    since: run.now,
    basis: '',
    ticket: NO_TICKET,
    next: 'success',
  }
}

/** Initial values of results: readiness fails, liveness succeeds (prober/worker.go:newWorker). */
const initial = (kind: ProbeKind): Probe['result'] => (kind === 'readiness' ? 'failure' : kind === 'liveness' ? 'success' : 'unknown')

/**
 * From 1.35 what a kubelet finds running when it starts keeps its state (gate ChangeContainerStatusOnKubeletRestart, off); its status then,
 * and undefined for any other container.
 */
function keptStatus(
  worker: Worker,
  { list, index }: ContainerRef,
  { startedAt, attempt }: Container,
  minor: number,
): ContainerStatus | undefined {
  const status = statusesOf(worker.status, list)[index]
  return minor >= 35 && startedAt < worker.kubelet.born && status?.restartCount === attempt ? status : undefined
}

/** What the probes say about a running container: UpdatePodStatus (prober/prober_manager.go). */
export function probed(
  worker: Worker,
  ref: ContainerRef,
  { container }: ContainerView,
  minor: number,
): { started: boolean; ready: boolean } {
  const spec = worker.pod.spec[ref.list][ref.index] as ContainerSpec
  const kept = keptStatus(worker, ref, container, minor)
  const passes = (kind: ProbeKind, otherwise: boolean): boolean => {
    if (spec[SPECS[kind]] === undefined) return true
    const probe = probeOf(worker, kind, ref)
    if (probe === undefined || probe.instance !== container.instance || probe.result === 'unknown') return otherwise
    return probe.result === 'success'
  }
  const started = passes('startup', kept?.started ?? false)
  return { started, ready: started && passes('readiness', kept?.ready ?? false) }
}

/** What the probes say about the containers that run. */
export function verdictsOf(worker: Worker): Verdicts {
  const probes = worker.probes ?? []
  const failed = probes.filter(({ kind, result }) => kind !== 'readiness' && result === 'failure')
  const of = (list: ContainerList, some: readonly Probe[]) => new Set(some.filter((probe) => probe.list === list).map(({ index }) => index))
  const starting = probes.filter(({ kind, result }) => kind === 'startup' && result !== 'success')
  return { containers: of('containers', failed), sidecars: of('initContainers', failed), starting: of('initContainers', starting) }
}

/** The probe for whose failure a container is ended. */
export function failedProbe(worker: Worker, ref: ContainerRef): ProbeSpec | undefined {
  const probe = (['liveness', 'startup'] as const).map((kind) => probeOf(worker, kind, ref)).find((each) => each?.result === 'failure')
  return probe === undefined ? undefined : specOf(worker, probe)
}

/** The container that a probe looks at: running, and known as such to the status manager. */
function probedContainer(run: Run, worker: Worker, { list, index }: ContainerRef): Container | undefined {
  const container = run.world.truth.sandbox(worker.id)?.[list][index]
  const status = statusesOf(worker.status, list)[index]
  if (container === undefined || status?.state !== 'running' || status.restartCount !== container.attempt) return undefined
  return container.state === 'running' ? container : undefined
}

/**
 * Looks anew at when results change next. To be called when the kubelet's status of a Pod, its readiness, or its application has changed;
 * until then no tick can matter.
 */
export function planProbes(run: Run, worker: Worker): void {
  for (const probe of probesOf(run, worker)) plan(run, worker, probe)
}

function plan(run: Run, worker: Worker, probe: Probe): void {
  const container = probedContainer(run, worker, probe)
  if (container !== undefined && probe.instance !== container.instance) beginAnew(run, worker, probe, container)
  const started = statusesOf(worker.status, probe.list)[probe.index]?.started === true
  const ends = worker.stage !== 'running'
  const blocked = probe.kind === 'readiness' && container !== undefined && (container.blocked > 0 || !supplied(run, worker, probe))
  const readyAt = blocked ? UNANSWERED : container?.readyAt
  const basis =
    container === undefined ? '' : `${container.instance}|${started}|${readyAt}|${ends}|${probe.result}|${probe.successes}|${probe.anchor}`
  if (basis === probe.basis) return
  probe.basis = basis
  if (probe.ticket !== NO_TICKET) run.cancel(probe.ticket)
  probe.ticket = NO_TICKET
  if (container === undefined) return
  if (probe.kind === 'startup' ? started || probe.result === 'failure' : !started) return
  if (probe.kind === 'liveness' && (probe.result === 'failure' || ends)) return
  const after = probe.kind === 'startup' ? probe.since : run.now
  const { startedAt } = container
  const next = nextResult({
    ...probe,
    spec: specOf(worker, probe),
    after,
    startedAt,
    shownStart: shown(run, startedAt),
    readyAt: readyAt as number,
  })
  if (next === null || next.time === NEVER || (blocked && next.result === 'success')) return
  probe.next = next.result
  const time = Math.max(next.time, run.now + 1) as Instant
  probe.ticket = run.at(time, ProbeChanges, worker.id, (worker.probes as readonly Probe[]).indexOf(probe))
}

/** Whether an application has the Services that it needs; sidecars need none. */
const supplied = (run: Run, worker: Worker, { list }: ContainerRef): boolean =>
  list === 'initContainers' || run.world.truth.sandbox(worker.id)?.supplied !== false

/** A start as the Pod's status shows it: all machines have the same wall clock. */
const shown = (run: Run, startedAt: number): number => shownStart(startedAt, run.random.draw('wall-clock', ''))

/** Another instance of the container: its results begin anew, but for one that was ready before its kubelet started. */
function beginAnew(run: Run, worker: Worker, probe: Probe, container: Container): void {
  const kept = keptStatus(worker, probe, container, run.world.profile.minor)
  probe.instance = container.instance
  probe.result = probe.kind === 'readiness' && kept?.ready === true ? 'success' : initial(probe.kind)
  probe.successes = 0
  probe.since = run.now
}

/** A tick at which a probe's result changes. Detail: which probe of the Pod. */
export const ProbeChanges: Kind<PodId> = {
  name: 'kubelet/probe',
  on(run, pod, index) {
    const worker = kubeletsOf(run.world).workers.get(pod)
    const probe = worker?.probes?.[index]
    if (worker === undefined || probe === undefined || !worker.kubelet.up) return
    probe.ticket = NO_TICKET
    probe.basis = ''
    probe.successes = 0
    settle(run, worker, probe, probe.next)
  },
}

/**
 * A result has changed. Readiness and startup reach the status at once; a failed liveness probe, and from 1.22 every change, is a sync;
 * before that a failed startup probe waits for the Pod's next sync (kubelet.go:syncLoopIteration listens to no startup results in 1.20).
 */
function settle(run: Run, worker: Worker, probe: Probe, result: 'success' | 'failure'): void {
  probe.result = result
  const { minor } = run.world.profile
  const container = probedContainer(run, worker, probe)
  if (container === undefined) return
  if (result === 'failure') {
    run.world.observers.notice(run, worker.kubelet.process.name, worker.pod.key, 'Unhealthy', `${probe.kind} probe failed`)
  }
  const state = probed(worker, probe, { container, running: true }, minor)
  setStatus(run, worker, withProbed(worker.status, probe, state, run.now, sidecarsOf(worker.pod.spec, minor)))
  plan(run, worker, probe)
  if (probe.kind === 'liveness' ? result === 'failure' : minor >= 22) updatePod(run, worker, null)
  else if (probe.kind === 'startup' && result === 'failure') resync(run, worker)
}

/** The Pod's next regular sync, 60 … 90 s after the one before; those that found nothing to do were left out, and are counted here. */
function resync(run: Run, worker: Worker): void {
  const period = worker.kubelet.flags.syncFrequency
  let next = worker.lastSync
  for (let n = 1; next <= run.now; n++) next += stretched(run, worker, period, n)
  syncLater(run, worker, next - run.now)
}

/**
 * From 1.22 a status that finds a running container not ready lets its readiness probe run at once; from 1.36 its ticker begins anew then.
 * prober_manager.go: UpdatePodStatus, worker.go (manualTriggerCh).
 */
export function pokeReadiness(run: Run, worker: Worker): void {
  const { minor } = run.world.profile
  if (minor < 22) return
  for (const probe of worker.probes ?? []) {
    const container = probedContainer(run, worker, probe)
    if (probe.kind !== 'readiness' || probe.result === 'success' || container === undefined) continue
    const spec = specOf(worker, probe)
    if (run.now < probe.anchor) continue
    if (statusesOf(worker.status, probe.list)[probe.index]?.started !== true || run.now < probedFrom(spec, shown(run, container.startedAt)))
      continue
    if (minor >= 36) probe.anchor = run.now
    probe.successes = run.now >= container.readyAt && container.blocked === 0 && supplied(run, worker, probe) ? probe.successes + 1 : 0
    if (probe.successes >= spec.successThreshold) settle(run, worker, probe, 'success')
    else plan(run, worker, probe)
  }
}
