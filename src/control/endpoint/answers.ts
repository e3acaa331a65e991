import type { ServiceId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { workTime } from '../../cluster/slowness.ts'
import type { Kind, Run } from '../../cluster/world.ts'

/**
 * Answers to writes on their way back. Elsewhere a caller has its answer in the instant of the commit; here it travels as the watch event
 * of the same write does, since which of the two comes first decides whether the next sync of the Service finds its own write in the cache
 * or runs into a conflict (observed: 4 % of the changes that follow each other within milliseconds reach their slice a second late, not
 * each fifth).
 */
export class Answers {
  private readonly process: Process
  private readonly arrives: Kind<ServiceId>
  private readonly underWay = new Map<ServiceId, number>()
  private readonly counts = new Map<ServiceId, number>()

  /** `arrives` is to hand its subject and detail to `take`. */
  constructor(process: Process, arrives: Kind<ServiceId>) {
    this.process = process
    this.arrives = arrives
  }

  /** A write about a Service has been carried out. */
  send(run: Run, id: ServiceId, answer: number): void {
    const key = this.process.cache.get('Service', id)?.key ?? `#${id}`
    const n = (this.counts.get(id) ?? 0) + 1
    this.counts.set(id, n)
    this.underWay.set(id, answer)
    const { incarnation } = this.process
    run.after(Math.max(1, workTime(run, 'watch', 'watch', this.arrives.name, `${key}|${incarnation}`, n)), this.arrives, id, incarnation)
  }

  /** The answer; null when the process that waited for it has died. */
  take(id: ServiceId, incarnation: number): number | null {
    const answer = this.underWay.get(id)
    if (answer === undefined || this.process.incarnation !== incarnation || !this.process.up) return null
    this.underWay.delete(id)
    return answer
  }
}
