import type { Distribution } from '../kernel/distribution.ts'
import { type Duration, type Instant, microseconds } from '../kernel/time.ts'
import type { LatencyName } from '../scenario/latencies.ts'
import type { Program } from './control-plane.ts'
import type { Run } from './world.ts'

/**
 * What takes its time: a call that writes, one that reads, a delivery to a watch, a sync of a controller, a cycle of the scheduler, an
 * answer of the DNS.
 */
export type Work = 'write' | 'read' | 'watch' | 'sync' | 'cycle' | 'lookup'

/** What can be slow: a program of the control plane, or the DNS of the cluster. */
export type SlowProgram = Program | 'dns'

/** How much slower something is: in place of its own latency, then times a factor. */
export interface Slowing {
  readonly latency: Distribution | null
  readonly factor: number
}

/** What the slowness of a program slows. A slow disk of etcd slows writes only: reads need none. */
const SLOWED: Readonly<Record<SlowProgram, readonly Work[]>> = {
  etcd: ['write'],
  'kube-apiserver': ['write', 'read', 'watch'],
  'kube-controller-manager': ['sync'],
  'kube-scheduler': ['cycle'],
  dns: ['lookup'],
}

interface Row extends Slowing {
  readonly program: SlowProgram
  on: boolean
}

/** Which programs of the control plane are slow now, and how slow writes have been since the run began: heartbeats are looked at later than they are sent. */
export class Slowness {
  /** Whether nothing is slow. */
  calm = true
  /** Who must know when the time of writes changes. */
  readonly listeners: ((run: Run, slow: boolean) => void)[] = []
  private readonly rows: Row[] = []
  private readonly history: (Slowing & { readonly from: Instant })[] = []

  /** A program becomes slow; answers what `end` takes. */
  begin(run: Run, program: SlowProgram, slowing: Slowing): number {
    this.rows.push({ ...slowing, program, on: true })
    this.judge(run, program)
    return this.rows.length - 1
  }

  /** One slowness is over. */
  end(run: Run, id: number): void {
    const row = this.rows[id] as Row
    row.on = false
    this.judge(run, row.program)
  }

  /** How slow a kind of work is: factors multiply, of several latencies the newest counts; null: as ever. */
  of(work: Work): Slowing | null {
    const rows = this.rows.filter(({ on, program }) => on && SLOWED[program].includes(work))
    if (rows.length === 0) return null
    const factor = rows.reduce((product, row) => product * row.factor, 1)
    return { factor, latency: work === 'watch' ? null : (rows.findLast(({ latency }) => latency !== null)?.latency ?? null) }
  }

  /** How much longer the serial part of a write takes in etcd. */
  get commitFactor(): number {
    return this.calm
      ? 1
      : this.rows.reduce((product, { on, program, factor }) => (on && program === 'etcd' ? product * factor : product), 1)
  }

  /** How slow writes were for a loop that fired at `time`. */
  writesAt(time: Instant): Slowing | null {
    for (let i = this.history.length - 1; i >= 0; i--) {
      const entry = this.history[i] as Slowing & { readonly from: Instant }
      if (entry.from < time) return entry
    }
    return null
  }

  private judge(run: Run, program: SlowProgram): void {
    this.calm = this.rows.every(({ on }) => !on)
    if (program === 'dns') run.world.dns.tell(run)
    if (!SLOWED[program].includes('write')) return
    const writes = this.of('write')
    this.history.push({ ...(writes ?? { latency: null, factor: 1 }), from: run.now })
    for (const listener of this.listeners) listener(run, writes !== null)
  }
}

/** One variate of a latency of `work`, as slow as it is now. Its address does not depend on that, so that a slow cluster shares the luck of a quick one. */
export function workTime(run: Run, work: Work, name: LatencyName, purpose: string, entity: string, n: number): Duration {
  const { slowness, latency } = run.world
  const slowing = slowness.calm ? null : slowness.of(work)
  if (slowing === null) return run.random.duration(latency[name], purpose, entity, n)
  return microseconds(run.random.sample(slowing.latency ?? latency[name], purpose, entity, n) * slowing.factor)
}
