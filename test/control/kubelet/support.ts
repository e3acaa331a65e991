import { draftOf } from '../../../src/cluster/drafts.ts'
import type { MachineId, Pod, PodId } from '../../../src/cluster/objects.ts'
import type { Container, Sandbox } from '../../../src/cluster/truth.ts'
import type { World } from '../../../src/cluster/world.ts'
import { convergePods, kubelet } from '../../../src/control/kubelet.ts'
import type { Simulation } from '../../../src/kernel/simulation.ts'
import type { Instant } from '../../../src/kernel/time.ts'
import type { PodSpec, Probe } from '../../../src/scenario/specs.ts'
import { machineSpec, podSpec, startAll, testRun } from '../../support/world.ts'

export type KubeletRun = Simulation<World>

/** Kubelets alone, running, on one machine `n` unless others are given; nothing is bound yet. */
export function kubeletRun(options: Parameters<typeof testRun>[0] & { readonly start?: boolean } = {}): KubeletRun {
  const run = testRun({ components: [kubelet], machines: [machineSpec('n')], ...options })
  if (options.start !== false) startAll(run)
  return run
}

/**
 * Loops that fired last at t = 0, and relists of 20 ms: relists end at 1.02, 2.04, 3.06 … s, the sync loop ticks at whole seconds, status
 * batches at 10, 20 … s.
 */
export const STEADY = {
  phases: { 'kubelet.pleg': 0, 'kubelet.sync-tick': 0, 'kubelet.housekeeping': 0, 'kubelet.status-batch': 0 },
  latency: { 'pleg-relist': 20_000 },
} as const

export interface TestPod {
  readonly name: string
  readonly spec?: Partial<PodSpec>
  readonly machine?: number
  readonly labels?: Record<string, string>
}

/** A Pod that is in the store, bound, as the scheduler would leave it. */
export function bind(run: KubeletRun, { name, spec = {}, machine = 0, labels = {} }: TestPod): PodId {
  const draft = draftOf({ kind: 'Pod', name, namespace: 'default', labels, annotations: {}, spec: podSpec(spec) })
  return run.world.store.create(run, 'Pod', { ...(draft as Pod), node: machine as MachineId }).id as PodId
}

/** A run whose Pods have been running for long when it begins. */
export function convergedRun(pods: readonly TestPod[], options: Parameters<typeof testRun>[0] = {}): KubeletRun {
  const run = kubeletRun({ ...options, start: false })
  for (const pod of pods) bind(run, pod)
  convergePods(run)
  startAll(run)
  return run
}

/** Lets the run go on to this instant [s]. */
export const runFor = (run: KubeletRun, until: number): void => {
  run.runUntil(Math.round(until * 1e6) as Instant, 10_000_000)
}

/** DELETE with this grace, committed now. */
export function terminate(run: KubeletRun, pod: PodId, graceSeconds = 30): void {
  const object = run.world.store.pods.get(pod) as Pod
  const deletionTimestamp = (run.now + graceSeconds * 1e6) as Instant
  run.world.store.update(run, object, { deletionTimestamp, deletionGracePeriodSeconds: graceSeconds }, true)
}

export type Line = readonly [seconds: number, what: string]

/** What happens from now on, in seconds and words: containers in truth, statuses in the API, what kubelets wait for. */
export function timeline(run: KubeletRun): Line[] {
  const lines: Line[] = []
  const note = (at: number, what: string): void => {
    lines.push([at / 1e6, what])
  }
  run.world.observers.add({
    container: (at, _pod, name, event, exitCode) => note(at.now, event === 'exited' ? `${name} exits ${exitCode}` : `${name} starts`),
    podStage: (at, _pod, stage) => note(at.now, `waits: ${stage}`),
    detected: (at) => note(at.now, 'noticed'),
    serving: (at, _pod, serves) => note(at.now, serves ? 'serves' : 'serves no more'),
    changed: (at, { before, after }) => {
      if ((after ?? before)?.kind !== 'Pod') return
      const text = [before, after].map((pod) => (pod === undefined ? 'gone' : described(pod as Pod)))
      if (text[0] !== text[1]) note(at.now, text[1] as string)
    },
  })
  return lines
}

/** Phase, readiness and containers of a Pod as the API has them. */
export function described(pod: Pod): string {
  const containers = [...pod.initContainerStatuses, ...pod.containerStatuses].map(({ state, reason, restartCount, ready }) =>
    [state === 'running' ? (ready ? 'ready' : 'running') : reason || state, ...(restartCount > 0 ? [`x${restartCount}`] : [])].join(' '),
  )
  const ends = pod.deletionTimestamp === null ? '' : ' (terminating)'
  return `${pod.phase}${pod.reason === '' ? '' : ` ${pod.reason}`}${pod.ready ? ' Ready' : ''}${ends} [${containers.join(', ')}]`
}

/** The probe every field of which has Kubernetes' default. */
export const PROBE: Probe = {
  handler: 'httpGet',
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
}

/** The lines that say one of these words. */
export const only = (lines: readonly Line[], ...words: readonly string[]): Line[] =>
  lines.filter(([, what]) => words.some((word) => what.includes(word)))

/** The Pod as the API has it. */
export const podOf = (run: KubeletRun, pod: number): Pod => run.world.store.pods.get(pod) as Pod

/** The sandbox of a Pod and its first container, in truth. */
export function truthOf(run: KubeletRun, pod: number): { sandbox: Sandbox; container: Container } {
  const sandbox = run.world.truth.sandbox(pod as PodId) as Sandbox
  return { sandbox, container: sandbox.containers[0] as Container }
}
