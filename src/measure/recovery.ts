import type { Change } from '../cluster/change-log.ts'
import { type Endpoints, isActive, type Job, type MachineId, type Node, type Pod, type PodId } from '../cluster/objects.ts'
import type { MachineEvent, Observer, Occurrence, PodStage } from '../cluster/observers.ts'
import type { Run } from '../cluster/world.ts'
import type { Instant } from '../kernel/time.ts'
import { cascadedFrom } from './cascade.ts'
import { courseOf } from './course.ts'
import { type Desire, desireOf } from './desire.ts'
import type { Impact, ImpactRow, Lineage } from './impact.ts'
import { hasDoneItsWork, JobDesires } from './job-desire.ts'
import { isTainted, NodeHistory } from './node-history.ts'
import { placeOf, reaches } from './reach.ts'
import { stageNow } from './stage-now.ts'
import { type LineageIndex, type Rows, Tracker } from './tracker.ts'
import { type Exposures, NO_SERVICES } from './traffic/exposure.ts'

/** An occurrence with the rows of the workloads it touched. */
export interface Recorded {
  readonly occurrence: Occurrence
  end: Instant | null
  readonly rows: ImpactRow[]
}

/**
 * Watches every workload lose and regain its replicas: which occurrence touched it, who replaced whom, and what each replica lacked at every instant. The work per
 * change is that of the Pods it concerns.
 */
export class Recovery implements Observer {
  readonly trackers = new Map<string, Tracker>()
  readonly occurrences: Recorded[] = []
  private readonly recorded = new Map<Occurrence, Recorded>()
  private readonly lineages: LineageIndex = new Map()
  private readonly started = new Set<string>()
  private readonly jobs = new JobDesires()
  /** Pods that have done their work. */
  private readonly done = new Set<PodId>()
  /** Workloads that are static Pods: their kubelet brings them back, whatever becomes of the mirror. */
  private readonly mirrors = new Set<string>()
  /** Lasting occurrences that have not ended, in order of their begin. */
  private readonly active: Occurrence[] = []
  /** Pods that an occurrence deletes, until their deletion is committed. */
  private readonly doomed = new Map<PodId, Occurrence>()
  private readonly nodes = new NodeHistory()
  /** The occurrence that begins or ends in this instant. */
  private current: { readonly occurrence: Occurrence; readonly time: Instant; readonly begins: boolean } | null = null
  private readonly rows: Rows = {
    add: (impact, row) => this.recorded.get(impact.occurrence)?.rows.push(row),
    forget: (lineage) => {
      if (this.lineages.get(lineage.pod) === lineage) this.lineages.delete(lineage.pod)
    },
  }

  private readonly exposures: Exposures

  constructor(exposures: Exposures = NO_SERVICES) {
    this.exposures = exposures
  }

  /** The initial state stands. */
  begin(): void {
    for (const tracker of this.trackers.values()) tracker.begin()
  }

  /** The run has ended at `horizon`. */
  finish(run: Run, horizon: Instant): void {
    for (const tracker of this.trackers.values()) {
      const neverAgain = tracker.impacts.length > 0 && this.neverAgain(run, tracker)
      tracker.finish(horizon, neverAgain, this.rows)
    }
  }

  changed(run: Run, change: Change): void {
    const object = change.after ?? change.before
    if (object === undefined) return
    if (object.kind === 'Pod') this.podChanged(run, change.before as Pod | undefined, change.after as Pod | undefined)
    else if (object.kind === 'Node') this.nodeChanged(run, change.before as Node | undefined, change.after as Node | undefined)
    else if (object.kind === 'Endpoints')
      this.endpointsChanged(run, change.before as Endpoints | undefined, change.after as Endpoints | undefined)
    else this.desireChanged(run, change)
  }

  serving(run: Run, id: PodId, serves: boolean): void {
    const tracker = this.trackerOf(run, id)
    tracker.ledger.advance(run.now)
    tracker.ledger.seeServing(id, serves)
    const pod = run.world.store.pods.get(id)
    if (!serves && pod !== undefined && !this.done.has(id)) this.lose(run, tracker, pod)
    this.enter(run, this.lineages.get(id))
    this.settle(run, tracker, id)
  }

  podStage(run: Run, pod: PodId, stage: PodStage): void {
    const lineage = this.lineages.get(pod)
    if (lineage === undefined) return
    lineage.podStage = stage
    lineage.undetected = false
    this.enter(run, lineage)
  }

  detected(run: Run, pod: PodId): void {
    const lineage = this.lineages.get(pod)
    if (lineage === undefined) return
    lineage.undetected = false
    for (const impact of this.trackerOf(run, pod).impacts) impact.first('detected', run.now)
    this.enter(run, lineage)
  }

  container(run: Run, pod: PodId, name: string, event: 'started' | 'exited'): void {
    if (event === 'exited') {
      const ended = run.world.store.pods.get(pod)
      if (ended !== undefined && hasDoneItsWork(run, ended)) this.complete(run, ended)
      return
    }
    const tracker = this.trackerOf(run, pod)
    const instance = `${pod}/${name}`
    if (this.started.has(instance)) {
      if (run.now >= run.world.scenario.measure.from) tracker.ledger.restarts++
      for (const impact of tracker.impacts) impact.restarts++
    }
    this.started.add(instance)
    if (this.lineages.has(pod)) for (const impact of tracker.impacts) impact.last('startedLast', run.now)
  }

  machine(run: Run, machine: MachineId, event: MachineEvent): void {
    for (const lineage of [...this.lineages.values()]) {
      if (lineage.machine !== machine) continue
      // An episode that was over before the machine came back has not waited for it: that of a DaemonSet which wants no Pod there.
      this.trackers.get(lineage.workload)?.closeSettled(run.now, this.rows)
      if (this.lineages.get(lineage.pod) !== lineage) continue
      if (event === 'down' || event === 'cut') lineage.outage = run.now
      const pod = run.world.store.pods.get(lineage.pod)
      if ((event === 'power' || event === 'linked') && pod !== undefined && isActive(pod)) lineage.log.repaired(lineage.outage)
      this.enter(run, lineage)
    }
  }

  fault(run: Run, occurrence: Occurrence, event: 'begin' | 'end'): void {
    this.current = { occurrence, time: run.now, begins: event === 'begin' }
    if (event === 'begin') {
      const recorded: Recorded = { occurrence, end: null, rows: [] }
      this.occurrences.push(recorded)
      this.recorded.set(occurrence, recorded)
      if (occurrence.lasting) this.active.push(occurrence)
      if (occurrence.deletes) for (const pod of occurrence.pods) this.doomed.set(pod, occurrence)
      this.join(run, occurrence)
      return
    }
    this.active.splice(this.active.indexOf(occurrence), 1)
    const recorded = this.recorded.get(occurrence)
    if (recorded !== undefined) recorded.end = run.now
  }

  /** What hits a Pod of a workload that has not recovered yet joins its episode, though the Pod serves nobody: a machine that is down already stays down for longer. */
  private join(run: Run, occurrence: Occurrence): void {
    const { store } = run.world
    const hit = [...occurrence.machines.flatMap((machine) => store.podsOn(machine)), ...occurrence.pods.map((id) => store.pods.get(id))]
    for (const pod of hit) {
      if (pod === undefined || !isActive(pod)) continue
      const tracker = this.trackerOf(run, pod.id as PodId)
      if (tracker.unsettled(run.now)) this.follow(run, tracker.touch(occurrence, run.now, this.rows), pod)
    }
  }

  private podChanged(run: Run, before: Pod | undefined, after: Pod | undefined): void {
    const id = (after ?? (before as Pod)).id as PodId
    const tracker = this.trackerOf(run, id)
    tracker.ledger.advance(run.now)
    if (before === undefined && after !== undefined && (after.owner === null || after.mirror)) this.want(tracker, 1)
    if (after !== undefined && after.phase === 'Succeeded' && hasDoneItsWork(run, after)) this.complete(run, after)
    if (after?.mirror === true) this.mirrors.add(tracker.ledger.name)
    tracker.ledger.seePod(id, after)
    const wasActive = before !== undefined && isActive(before)
    const isNow = after !== undefined && isActive(after)
    if (before === undefined && after !== undefined) this.replace(run, tracker, after)
    else if (wasActive && !isNow && !this.done.has(id)) this.inactive(run, tracker, before, after)
    const lineage = this.lineages.get(id)
    if (lineage !== undefined && after !== undefined) {
      if (before !== undefined && before.node < 0 && after.node >= 0) {
        lineage.machine = after.node
        for (const impact of tracker.impacts) impact.last('scheduledLast', run.now)
      }
      if (after.ready && before?.ready === false) for (const impact of tracker.impacts) impact.last('readyLast', run.now)
    }
    this.enter(run, lineage)
    this.settle(run, tracker, id)
  }

  private want(tracker: Tracker, desired: number): void {
    tracker.ledger.desired = desired
    tracker.ledger.required = desired
  }

  /** A Pod has done its work: it is not missed, and its workload wants one success less. */
  private complete(run: Run, pod: Pod): void {
    const id = pod.id as PodId
    if (this.done.has(id)) return
    this.done.add(id)
    const tracker = this.trackerOf(run, id)
    tracker.ledger.advance(run.now)
    tracker.ledger.seeDone(id)
    if (pod.owner?.kind === 'Job') this.want(tracker, this.jobs.completed(pod.owner.id).desired)
    else if (pod.owner === null) this.want(tracker, 0)
    this.enter(run, this.lineages.get(id))
  }

  /** A Pod stops to count for its controller: its lineage waits for a replacement. */
  private inactive(run: Run, tracker: Tracker, before: Pod, after: Pod | undefined): void {
    const evicted = after?.deletionTimestamp != null && isTainted(run.world.store.tables.Node.get(before.node))
    if (evicted && run.now >= run.world.scenario.measure.from) {
      tracker.ledger.evictions++
      if (run.world.truth.runs(before.id as PodId)) tracker.ledger.falseEvictions++
    }
    this.kill(run, tracker, before)
    const lineage = this.lineages.get(before.id as PodId)
    if (lineage === undefined) return
    tracker.awaiting.push(lineage)
    lineage.log.replaced()
    for (const impact of tracker.impacts) {
      impact.first('evictedFirst', run.now)
      impact.last('evictedLast', run.now)
    }
  }

  /** A Pod is lost to the occurrence that asked for its deletion. */
  private kill(run: Run, tracker: Tracker, pod: Pod): void {
    const occurrence = this.doomed.get(pod.id as PodId)
    if (occurrence === undefined) return
    this.doomed.delete(pod.id as PodId)
    const impact = tracker.touch(occurrence, run.now, this.rows)
    impact.lost++
    this.follow(run, impact, pod)
    const lineage = this.lineages.get(pod.id as PodId)
    if (lineage !== undefined) lineage.undetected = false
    this.current = { occurrence, time: run.now, begins: false }
  }

  /** A new Pod takes the place of the one lost first, or of the one lost from its own place where places are fixed. */
  private replace(run: Run, tracker: Tracker, pod: Pod): void {
    const id = pod.id as PodId
    const fixed = pod.owner !== null && (pod.owner.kind === 'StatefulSet' || run.world.lineages.isFixed(pod.owner))
    const index = fixed ? tracker.awaiting.findIndex(({ place }) => place === placeOf(pod)) : 0
    const [lineage] = index < 0 ? [] : tracker.awaiting.splice(index, 1)
    if (lineage === undefined) return
    this.lineages.delete(lineage.pod)
    this.lineages.set(id, lineage)
    lineage.pod = id
    lineage.place = placeOf(pod)
    lineage.machine = -1 as MachineId
    lineage.podStage = null
    lineage.undetected = false
    for (const impact of tracker.impacts) {
      impact.first('createdFirst', run.now)
      impact.last('createdLast', run.now)
    }
  }

  /** A Pod stops to serve: it is lost to the occurrence of this instant, or goes bad while an episode is open. */
  private lose(run: Run, tracker: Tracker, pod: Pod): void {
    const now = this.striking(run, pod)
    if (now !== null) {
      const impact = tracker.touch(now.occurrence, run.now, this.rows)
      if (now.begins) impact.lost++
    }
    if (isActive(pod)) for (const impact of tracker.impacts) this.follow(run, impact, pod)
  }

  /** The occurrence that this Pod is lost to: that of this instant, or one that strikes some time after it has fired. */
  private striking(run: Run, pod: Pod): { readonly occurrence: Occurrence; readonly begins: boolean } | null {
    const now = this.current
    if (now !== null && now.time === run.now && reaches(now.occurrence, pod)) return now
    const later = this.active.find((occurrence) => occurrence.strikesLater === true && reaches(occurrence, pod))
    const machine = run.world.truth.machine(pod.node)
    return later === undefined || (machine.up && machine.shutdown === null) ? null : { occurrence: later, begins: true }
  }

  /** Follows the replica that this Pod is, on behalf of an impact. */
  private follow(run: Run, impact: Impact, pod: Pod): void {
    const id = pod.id as PodId
    let lineage = this.lineages.get(id)
    if (lineage === undefined) {
      const undetected = run.world.truth.machine(pod.node)?.up ?? false
      const log = this.nodes.recall(impact.occurrence, pod.node, run.now)
      const { node: machine } = pod
      lineage = { workload: impact.ledger.name, log, pod: id, place: placeOf(pod), machine, undetected, podStage: null, outage: run.now }
      this.lineages.set(id, lineage)
    } else if (!lineage.undetected && run.world.truth.machine(pod.node)?.up === true && lineage.log.wholeSince !== null) {
      lineage.undetected = true
      lineage.podStage = null
    }
    if (!impact.lineages.includes(lineage)) impact.lineages.push(lineage)
  }

  private nodeChanged(run: Run, before: Node | undefined, after: Node | undefined): void {
    const machine = (after ?? (before as Node)).id
    this.nodes.see(run.now, machine, after)
    const detected = before?.ready === 'True' && after?.ready !== 'True'
    for (const lineage of this.lineages.values()) {
      if (lineage.machine !== machine) continue
      if (detected) for (const impact of this.trackers.get(lineage.workload)?.impacts ?? []) impact.first('detected', run.now)
      this.enter(run, lineage)
    }
  }

  private endpointsChanged(run: Run, before: Endpoints | undefined, after: Endpoints | undefined): void {
    const old = new Set(before?.ready ?? [])
    const fresh = new Set(after?.ready ?? [])
    const moved = [...old].filter((pod) => !fresh.has(pod)).concat([...fresh].filter((pod) => !old.has(pod)))
    for (const tracker of new Set(moved.map((pod) => this.trackerOf(run, pod)))) {
      if (tracker.unsettled(run.now)) for (const impact of tracker.impacts) impact.last('endpoints', run.now)
    }
  }

  private desireChanged(run: Run, change: Change): void {
    const desire = desireOf(change, (object) => run.world.workloads.nameOf(object)) ?? this.desireOfJob(run, change)
    if (desire === null) return
    const tracker = this.tracker(run, desire.workload)
    tracker.ledger.advance(run.now)
    Object.assign(tracker.ledger, { desired: desire.desired, required: desire.required, available: desire.available })
    this.settle(run, tracker, null)
  }

  private desireOfJob(run: Run, { before, after }: Change): Desire | null {
    const object = after ?? before
    if (object?.kind !== 'Job') return null
    const { workload, desired, available } = this.jobs.see(run, object as Job, after === undefined)
    return { workload, desired, required: desired, available }
  }

  /** Looks at the workload after a change; when that opens an episode, finds the occurrence that opened it. */
  private settle(run: Run, tracker: Tracker, pod: PodId | null): void {
    if (!tracker.settle(run.now, this.rows)) return
    const opener = this.opener(run, tracker, pod)
    if (opener === null) return
    const impact = tracker.touch(opener, run.now, this.rows)
    tracker.opened(impact)
    const trigger = pod === null ? undefined : run.world.store.pods.get(pod)
    if (trigger !== undefined && impact.lineages.length === 0) {
      this.follow(run, impact, trigger)
      this.enter(run, this.lineages.get(trigger.id as PodId))
    }
  }

  private opener(run: Run, tracker: Tracker, id: PodId | null): Occurrence | null {
    const touched = tracker.impacts.find((impact) => impact.occurrence.time === run.now || this.current?.time === run.now)
    if (touched !== undefined) return touched.occurrence
    const pod = id === null ? undefined : run.world.store.pods.get(id)
    if (pod === undefined) return null
    return this.active.find((occurrence) => reaches(occurrence, pod)) ?? cascadedFrom(run, pod, this.trackers.values())
  }

  private enter(run: Run, lineage: Lineage | undefined): void {
    if (lineage === undefined) return
    if (this.done.has(lineage.pod)) {
      lineage.log.enter(run.now, null)
      return
    }
    lineage.log.enter(run.now, stageNow(run, lineage))
  }

  /** Nothing will ever restore a Pod without a controller that is gone, deleted or has failed; nor a Job that has failed. */
  private neverAgain(run: Run, { ledger }: Tracker): boolean {
    const [kind, namespace, name] = ledger.name.split('/') as [string, string, string]
    if (kind === 'job') return run.world.store.tables.Job.find(namespace, name)?.status.end?.type === 'Failed'
    if (kind !== 'pod') return false
    const pod = run.world.store.pods.find(namespace, name)
    if (this.mirrors.has(ledger.name)) return false
    return pod === undefined || !isActive(pod)
  }

  private trackerOf(run: Run, pod: PodId): Tracker {
    return this.tracker(run, run.world.workloads.of(pod))
  }

  private tracker(run: Run, workload: string): Tracker {
    let tracker = this.trackers.get(workload)
    if (tracker === undefined) {
      const { from, stableFor } = run.world.scenario.measure
      tracker = new Tracker(workload, run.now, from, stableFor, this.exposures.of(workload))
      tracker.ledger.course = courseOf(run.world.scenario)
      this.trackers.set(workload, tracker)
    }
    // What happens from here on is no longer part of an episode that is over.
    tracker.closeSettled(run.now, this.rows)
    return tracker
  }
}
