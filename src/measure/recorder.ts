import { UNBOUND } from '../cluster/objects.ts'
import type { Run, World } from '../cluster/world.ts'
import { CaughtUp } from './caught-up.ts'
import { EventRows } from './event-rows.ts'
import { BrokenInvariant, Invariants } from './invariants.ts'
import type { Measure } from './measure.ts'
import type { Recording, ReplicationResult, UnplacedPod } from './record.ts'
import { Recovery } from './recovery.ts'
import { occurrenceRows, stagesAddUp } from './rows.ts'
import { Timeline } from './timeline.ts'
import { Traffic } from './traffic/traffic.ts'

/** All that looks on during one replication, and what it has to say at the end. */
export class Recorder {
  private readonly traffic: Traffic
  private readonly recovery: Recovery
  private readonly timeline: Timeline
  private readonly events = new EventRows()
  private readonly caughtUp = new CaughtUp()
  private readonly remarks: string[] = []
  private readonly recording: Recording
  private readonly measures: readonly Measure[]

  /** Must be made before anything exists in `world`. */
  constructor(world: World, recording: Recording, measures: readonly Measure[]) {
    this.recording = recording
    this.measures = measures
    const { from, stableFor } = world.scenario.measure
    this.traffic = new Traffic(from, stableFor)
    this.recovery = new Recovery(this.traffic)
    this.timeline = new Timeline(this.recovery)
    world.observers.add(new Invariants())
    world.observers.add(this.caughtUp)
    world.observers.add(this.recovery)
    world.observers.add(this.traffic)
    world.observers.add({ remark: (_run, text) => this.remarks.push(text) })
    if (recording.timeline) world.observers.add(this.timeline)
  }

  /** The initial state stands: what was done to make it is nobody's recovery. */
  begin(run: Run): void {
    this.recovery.begin()
    this.traffic.begin(run)
    if (this.recording.events) run.world.observers.add(this.events)
  }

  /** What the replication recorded, up to `run.now`. */
  result(run: Run): Omit<ReplicationResult, 'replication' | 'handled' | 'fingerprint'> {
    this.caughtUp.finish(run)
    this.recovery.finish(run, run.now)
    this.traffic.finish(run.now)
    const rows = occurrenceRows(this.recovery.occurrences)
    for (const row of rows) {
      if (!stagesAddUp(row))
        throw new BrokenInvariant(run.now, `the stages of ${row.fault}, ${row.workload} do not add up to its convergence`)
    }
    const ledgers = [...this.recovery.trackers.values()].map(({ ledger }) => ledger)
    const records = { rows, ledgers, services: this.traffic.window(), windowFrom: run.world.scenario.measure.from, horizon: run.now }
    return {
      rows,
      measures: this.measures.flatMap((measure) => measure.values(records)),
      timeline: this.timeline.result(),
      events: this.events.result(),
      unplaced: unplaced(run),
      remarks: this.remarks,
    }
  }
}

/** Pods that wait for a node at the end, each with the scheduler's reason. */
function unplaced(run: Run): UnplacedPod[] {
  const found: UnplacedPod[] = []
  for (const pod of run.world.store.pods) {
    if (pod.node === UNBOUND && pod.deletionTimestamp === null)
      found.push({ pod: `${pod.namespace}/${pod.name}`, reason: pod.unschedulable })
  }
  return found
}
