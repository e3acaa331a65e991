import { NO_TICKET, type Ticket } from '../kernel/queue.ts'
import { type Duration, type Instant, NEVER, seconds } from '../kernel/time.ts'
import { durationFlag, type FlagSettings, type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import type { Profile } from '../scenario/profile.ts'
import { type Heartbeat, HeartbeatWalk, type Pace } from './heartbeat-walk.ts'
import type { MachineId } from './objects.ts'
import type { Slowness } from './slowness.ts'
import type { Kind, Run } from './world.ts'

export type { Heartbeat } from './heartbeat-walk.ts'

/** Ranks of the two loops among those that fire in the same instant. */
const LEASE_RANK = 24
const STATUS_RANK = 25
/** The lease is renewed after this share of its duration (pkg/kubelet/kubelet.go:nodeLeaseRenewIntervalFraction, 1.20 … 1.36). */
const RENEW_SHARE = 0.25
/** Jitter of the lease loop (≥ 1.22, PR #101652) and of the status loop (≥ 1.23, PR #105272). */
const JITTER = 0.04

/** Kubelet fields that pace heartbeats. */
export const heartbeatFlags = {
  nodeLeaseDurationSeconds: integerFlag(
    40,
    'Duration of the Node lease [s]; the kubelet renews it after a quarter of that.',
    'pkg/kubelet/apis/config/v1beta1/defaults.go',
  ),
  nodeStatusUpdateFrequency: durationFlag(
    seconds(10),
    'How often the kubelet computes its Node status.',
    'pkg/kubelet/apis/config/v1beta1/defaults.go',
  ),
  nodeStatusReportFrequency: durationFlag(
    seconds(300),
    'How often the kubelet posts an unchanged Node status.',
    'pkg/kubelet/apis/config/v1beta1/defaults.go',
  ),
} satisfies Flags

type Paces = readonly [lease: Pace, status: Pace]

/** The heartbeats of one kubelet since it was last started. */
interface Row {
  readonly lease: HeartbeatWalk
  readonly status: HeartbeatWalk
  readonly started: Instant
  /** The newest heartbeat of the start before, which may still be on its way. */
  readonly before: Heartbeat | null
}

/**
 * Lease renewals and Node status posts of every kubelet. Both refresh the node monitor's record alike, and while a Node is healthy nothing else depends on them,
 * so neither is an event unless the run is unelided: what the monitor would have seen is computed when somebody asks. Both use a client of their own without a
 * limit (kubernetes-semantics §0.3, §2.1).
 */
export class Heartbeats {
  /** Who must look at a Node whose heartbeats start or stop: the node monitor, so that its ticks become events. */
  readonly suspects: ((run: Run, machine: MachineId) => void)[] = []
  private readonly rows: (Row | undefined)[] = []
  private readonly starts: number[] = []
  private readonly tickets: [Ticket, Ticket][] = []
  private common: Paces | undefined
  private readonly slowness: Slowness
  /** Since when writes take their usual time; NEVER while they do not. */
  private calmSince: Instant = Number.NEGATIVE_INFINITY as Instant

  /** `slowness` says how long the calls take. */
  constructor(slowness: Slowness) {
    this.slowness = slowness
    slowness.listeners.push((run, slow) => this.slowed(run, slow))
  }

  /**
   * The kubelet of `machine` runs and reaches the API: its first heartbeats are sent at `first`. At t = 0 it has been running for long, and `phases` (else chance)
   * say how long ago its last renewal (`kubelet.lease`) and its last posted status (`kubelet.status`) were; `first` is not used then.
   */
  start(run: Run, machine: MachineId, first: Instant): void {
    const previous = this.rows[machine]
    if (previous !== undefined && previous.lease.end === NEVER) return
    const { name } = run.world.truth.machine(machine).spec
    const starts = this.starts[machine] ?? 0
    this.starts[machine] = starts + 1
    const entity = starts === 0 ? name : `${name}#${starts}`
    const [renewing, posting] = this.paces(run, machine)
    const long = run.now === 0
    const lease = long ? past(run, 'kubelet.lease', name, renewing.period) : first
    const status = long ? past(run, 'kubelet.status', name, posting.report) : first
    this.rows[machine] = {
      lease: new HeartbeatWalk(renewing, run.random, 'kubelet.lease', entity, lease, this.slowness),
      status: new HeartbeatWalk(posting, run.random, 'kubelet.status', entity, status, this.slowness),
      started: long ? lease : first,
      before: long ? earlier(lease, renewing.period) : this.last(machine, run.now),
    }
    if (!long && run.world.profile.minor >= 34) this.displaceReport(run, machine, entity, posting.report)
    this.tickets[machine] = [NO_TICKET, NO_TICKET]
    this.scheduleLease(run, machine)
    this.scheduleStatus(run, machine)
    if (!long) for (const suspect of this.suspects) suspect(run, machine)
  }

  /** The kubelet is gone, or reaches the API no more. What was sent before `run.now` still arrives. */
  stop(run: Run, machine: MachineId): void {
    const row = this.rows[machine]
    if (row === undefined || row.lease.end !== NEVER) return
    row.lease.end = (run.ahead(LEASE_RANK, machine) ? run.now - 1 : run.now) as Instant
    row.status.end = (run.ahead(STATUS_RANK, machine) ? run.now - 1 : run.now) as Instant
    for (const ticket of this.tickets[machine] ?? []) if (ticket !== NO_TICKET) run.cancel(ticket)
    this.tickets[machine] = [NO_TICKET, NO_TICKET]
    for (const suspect of this.suspects) suspect(run, machine)
  }

  /** When the kubelet of `machine` renews its lease next; NEVER when it does not. */
  nextRenewal(run: Run, machine: MachineId): Instant {
    const row = this.rows[machine]
    if (row === undefined || row.lease.end !== NEVER) return NEVER
    row.lease.advance((run.ahead(LEASE_RANK, machine) ? run.now - 1 : run.now) as Instant)
    return row.lease.next
  }

  /** Whether heartbeats of `machine` are being sent. */
  running(machine: MachineId): boolean {
    return this.rows[machine]?.lease.end === NEVER
  }

  /** The newest heartbeat of `machine` that was visible at `time`, which must not be earlier than in the call before; null when there was none. */
  seen(machine: MachineId, time: Instant): Heartbeat | null {
    const row = this.rows[machine]
    if (row === undefined) return null
    const newest = newer(row.lease.seen(time), row.status.seen(time))
    return newer(newest, row.before !== null && row.before.visible <= time ? row.before : null)
  }

  /** Whether heartbeats run, and one sent since they last started was visible at `time` (as for `seen`). */
  settled(machine: MachineId, time: Instant): boolean {
    const row = this.rows[machine]
    if (row === undefined || row.lease.end !== NEVER) return false
    const seen = this.seen(machine, time)
    return seen !== null && seen.sent >= row.started && seen.sent >= this.calmSince
  }

  /** How the kubelet of `machine` paces its lease renewals and its status posts; machines without settings of their own share one answer. */
  private paces(run: Run, machine: MachineId): Paces {
    const { scenario, truth } = run.world
    const { kubelet } = truth.machine(machine).spec
    if (Object.keys(kubelet).length > 0) return paces(run, { ...scenario.cluster.flags.kubelet, ...kubelet })
    this.common ??= paces(run, scenario.cluster.flags.kubelet)
    return this.common
  }

  /** The longest time between two renewals of a healthy kubelet, their calls apart [µs]. */
  interval(run: Run, machine: MachineId): number {
    const [{ period, jitter }] = this.paces(run, machine)
    return Math.round(period * (1 + jitter))
  }

  /** Whether heartbeats have stopped, and none is on its way at `time` (as for `seen`). */
  silent(machine: MachineId, time: Instant): boolean {
    const row = this.rows[machine]
    return row === undefined || (row.lease.over(time) && row.status.over(time) && (row.before === null || row.before.visible <= time))
  }

  /** When the kubelet of `machine`, which runs, computes its Node status next after `now`: changes of it are posted then. */
  nextStatus(machine: MachineId, now: Instant): Instant {
    const { status } = this.rows[machine] as Row
    status.advance(now)
    return status.next
  }

  /** Calls take longer from now on, or no longer do: heartbeats may be late without having stopped. */
  private slowed(run: Run, slow: boolean): void {
    this.calmSince = slow ? NEVER : run.now
    for (const [machine, row] of this.rows.entries()) {
      if (row !== undefined) for (const suspect of this.suspects) suspect(run, machine as MachineId)
    }
  }

  /** Unelided only: the loops have fired. */
  fireLease(run: Run, machine: MachineId): void {
    this.rows[machine]?.lease.advance(run.now)
    this.scheduleLease(run, machine)
  }

  fireStatus(run: Run, machine: MachineId): void {
    this.rows[machine]?.status.advance(run.now)
    this.scheduleStatus(run, machine)
  }

  /** The newest heartbeat sent, visible or not yet. */
  private last(machine: MachineId, time: Instant): Heartbeat | null {
    return this.seen(machine, NEVER) ?? this.seen(machine, time)
  }

  /** From 1.34 the first report after a start comes up to half a period early or late (PR #130919). */
  private displaceReport(run: Run, machine: MachineId, entity: string, report: number): void {
    const share = run.random.draw('kubelet.status-displacement', entity)
    this.rows[machine]?.status.displace(Math.round(report * (0.5 + share)))
  }

  private scheduleLease(run: Run, machine: MachineId): void {
    const tickets = this.tickets[machine]
    if (run.world.elision === 'elided' || tickets === undefined) return
    const { lease } = this.rows[machine] as Row
    lease.advance((run.now - 1) as Instant)
    tickets[0] = run.loop(Math.max(run.now, lease.next) as Instant, LEASE_RANK, LeaseRenewal, machine)
  }

  private scheduleStatus(run: Run, machine: MachineId): void {
    const tickets = this.tickets[machine]
    if (run.world.elision === 'elided' || tickets === undefined) return
    const { status } = this.rows[machine] as Row
    status.advance((run.now - 1) as Instant)
    tickets[1] = run.loop(Math.max(run.now, status.next) as Instant, STATUS_RANK, StatusReport, machine)
  }
}

function paces(run: Run, settings: FlagSettings): Paces {
  const { latency, profile } = run.world
  const flags = resolveFlags(heartbeatFlags, profile, settings)
  const calls = { call: latency.heartbeat, watch: latency.watch }
  const renewal = seconds(flags.nodeLeaseDurationSeconds * RENEW_SHARE)
  return [
    { ...calls, period: renewal, jitter: jitterOf(profile, 22), report: 0 },
    { ...calls, period: flags.nodeStatusUpdateFrequency, jitter: jitterOf(profile, 23), report: flags.nodeStatusReportFrequency },
  ]
}

const newer = (one: Heartbeat | null, other: Heartbeat | null): Heartbeat | null => {
  if (one === null || other === null) return one ?? other
  return other.visible > one.visible ? other : one
}

/** When a loop that has run for long fired last before t = 0. */
function past(run: Run, loop: string, name: string, period: number): Instant {
  const { phases } = run.world.scenario
  const ago: Duration | undefined = phases[`${loop}/${name}`] ?? phases[loop]
  return (0 - (ago ?? Math.floor(run.random.draw('phase', `${loop}/${name}`) * period))) as Instant
}

const earlier = (time: Instant, period: number): Heartbeat => ({ sent: (time - period) as Instant, visible: (time - period) as Instant })

const jitterOf = (profile: Profile, since: number): number => (profile.minor >= since ? JITTER : 0)

/** A kubelet renews its lease. */
export const LeaseRenewal: Kind<MachineId> = {
  name: 'kubelet/lease',
  on: (run, machine) => run.world.heartbeats.fireLease(run, machine),
}

/** A kubelet computes its Node status, and posts it when the last post is old. */
export const StatusReport: Kind<MachineId> = {
  name: 'kubelet/status-report',
  on: (run, machine) => run.world.heartbeats.fireStatus(run, machine),
}
