import type { Change } from '../cluster/change-log.ts'
import type { PodId } from '../cluster/objects.ts'
import type { Observer } from '../cluster/observers.ts'
import type { Run } from '../cluster/world.ts'
import type { TimelineRow } from './record.ts'
import type { Recovery } from './recovery.ts'

/** Writes a row whenever one of a workload's four numbers changes. Must be added after the recovery observer, whose ledgers it reads. */
export class Timeline implements Observer {
  private readonly rows: TimelineRow[] = []
  private readonly newest = new Map<string, number>()
  private readonly recovery: Recovery

  constructor(recovery: Recovery) {
    this.recovery = recovery
  }

  changed(run: Run, { before, after }: Change): void {
    const object = after ?? before
    if (object === undefined) return
    this.look(run, object.kind === 'Pod' ? run.world.workloads.of(object.id as PodId) : run.world.workloads.nameOf(object))
  }

  serving(run: Run, pod: PodId): void {
    this.look(run, run.world.workloads.of(pod))
  }

  /** Every row; of several in one instant only the last. */
  result(): readonly TimelineRow[] {
    return this.rows
  }

  private look(run: Run, workload: string): void {
    const ledger = this.recovery.trackers.get(workload)?.ledger
    if (ledger === undefined) return
    const { desired, serving, ready, available } = ledger
    const row: TimelineRow = { time: run.now, workload, desired, serving, ready, available }
    const index = this.newest.get(workload)
    const last = index === undefined ? undefined : this.rows[index]
    if (index !== undefined && last?.time === run.now) {
      this.rows[index] = row
      return
    }
    if (last !== undefined && last.desired === desired && last.serving === serving && last.ready === ready && last.available === available)
      return
    this.newest.set(workload, this.rows.length)
    this.rows.push(row)
  }
}
