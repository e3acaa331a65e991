import { BALANCED, type ControlPlaneListener, type ServerState } from '../cluster/control-plane.ts'
import type { Process } from '../cluster/process.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import { type Instant, NEVER } from '../kernel/time.ts'

/** Back-off of a reflector that cannot list or watch [µs], jitter 1 (client-go tools/cache/reflector.go:NewNamedReflector, 1.20 … 1.36). */
const FIRST_WAIT_US = 800_000
const LONGEST_WAIT_US = 30_000_000
/** When a connection that nobody answers on is taken for dead: 30 s without a frame, then a ping for 15 s (client-go transport, http2 ReadIdleTimeout; kubernetes-semantics §9.3). */
const PING_TIMEOUT_US = 45_000_000
/** How long an attempt to connect to a machine that does not answer takes (net.Dialer). */
const DIAL_US = 30_000_000

/** How the attempts of a reflector fail [µs]: the first wait begins after `notices`, each attempt takes `attempt`. */
export interface Failing {
  readonly notices: number
  readonly attempt: number
}

/** Whether an API server in this state has lost its connections. */
export const isAway = (state: ServerState): boolean => state === 'refused' || state === 'silent'

/** Refused at once, or the connection is found dead only after a while. */
export const failingAt = (state: ServerState): Failing =>
  state === 'silent' ? { notices: PING_TIMEOUT_US, attempt: DIAL_US } : { notices: 0, attempt: 0 }

/**
 * How long after the end of an outage [µs] a reflector tries again that has backed off since its begin; `jitter(n)` in 0 … 1 stretches the n-th
 * wait to between one and two times its length. An outage that ends before the reflector has noticed it is over with the next packet.
 */
export function reconnectDelay(
  outage: number,
  jitter: (n: number) => number,
  { notices, attempt }: Failing = failingAt('refused'),
): number {
  if (notices > outage) return 1
  let time = notices
  let wait = FIRST_WAIT_US
  for (let n = 0; ; n++) {
    time += wait * (1 + jitter(n))
    if (time > outage) return Math.max(1, Math.round(time - outage))
    time += attempt
    wait = Math.min(2 * wait, LONGEST_WAIT_US)
  }
}

/** More than one process has: subjects of events are process · 64 + watch. */
const WATCHES = 64

/** The watches of a control-plane process fall silent: its API server is away. */
export function pauseWatches(process: Process): void {
  for (const watch of process.watches) watch.pause()
}

/**
 * They come back one by one, each reflector with a back-off of its own, from an outage since `since` in which the server was in the state
 * `before`.
 */
export function resumeWatches(run: Run, process: Process, since: Instant, before: ServerState): void {
  const relists = hasRestarted(run, process, since)
  for (let i = 0; i < process.watches.length; i++) {
    const entity = `${process.name}|${since}|${i}`
    const delay = reconnectDelay(run.now - since, (n) => run.random.draw('reconnect-watch', entity, n), failingAt(before))
    const more = relists ? relistDelay(run.random.draw('relist', entity)) : 0
    run.after(delay + more, WatchResumes, process.id * WATCHES + i, process.incarnation)
  }
}

/** Whether the API server that a process reaches now has started since then. */
export function hasRestarted(run: Run, process: Process, since: Instant): boolean {
  const { controlPlane } = run.world
  const server = controlPlane.of('kube-apiserver')[controlPlane.serverOf(run, process)]
  return server !== undefined && server.startedAt >= since
}

/**
 * How much longer [µs] than its reconnection a reflector takes whose server has started anew: that knows of no change before its start, so
 * the reflector's resourceVersion is too old, and it lists after the first wait of its back-off. `jitter` in 0 … 1. apiserver
 * storage/cacher/watch_cache.go: GetAllEventsSinceThreadUnsafe, client-go tools/cache/reflector.go:ListAndWatch (1.20 … 1.36).
 */
export const relistDelay = (jitter: number): number => Math.round(FIRST_WAIT_US * (1 + jitter))

/** One reflector of a control-plane process watches again, if its API server still serves. Detail: incarnation. */
export const WatchResumes: Kind = {
  name: 'reflector/resumes',
  on(run, subject, incarnation) {
    const process = run.world.processes[Math.floor(subject / WATCHES)] as Process
    if (process.incarnation !== incarnation || !process.up) return
    const path = run.world.controlPlane.pathOf(run, process)
    if (path === 'serving' || path === 'stalled') process.watches[subject % WATCHES]?.resume(run)
  },
}

interface Outage {
  since: Instant
  state: ServerState
}

const outage = stateKey<Outage>('reconnect')

/** Whether a process of the control plane goes through the load balancer: those whose failures of their own are not modelled. */
const isBalanced = ({ program, member, up }: Process): boolean =>
  up && member === BALANCED && program !== 'kubelet' && program !== 'operator'

/** How processes of the control plane that go through the load balancer meet the API servers' going and coming: their memory stays, their watches back off. */
export const balancedListener: ControlPlaneListener = {
  server(run, member) {
    const { controlPlane, processes, states } = run.world
    if (!states.has(outage.name)) setState(run.world, outage, { since: NEVER, state: 'refused' })
    const row = stateOf(run.world, outage)
    if (controlPlane.unreachable) {
      row.state = controlPlane.state(member)
      if (row.since !== NEVER) return
      row.since = run.now
      for (const process of processes) if (isBalanced(process)) pauseWatches(process)
    } else if (row.since !== NEVER) {
      for (const process of processes) if (isBalanced(process)) resumeWatches(run, process, row.since, row.state)
      row.since = NEVER
    }
  },
}
