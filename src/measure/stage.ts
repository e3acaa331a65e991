import type { PodStage } from '../cluster/observers.ts'
import type { Instant } from '../kernel/time.ts'
import { STAGES, type Stage } from './record.ts'

/** What decides which thing a replica still lacks: facts about its current Pod, its machine and its Node. */
export interface Facts {
  /** Neither terminating nor ended. */
  readonly active: boolean
  /** Where it is not active: its object is still there and has the only name, or the Node, that a replacement may have. */
  readonly held: boolean
  readonly bound: boolean
  /** The last scheduling attempt found no node. */
  readonly unschedulable: boolean
  /** The machine has power and a network. */
  readonly powered: boolean
  /** The machine has booted and its kubelet can run. */
  readonly up: boolean
  /** The Node is deleted. */
  readonly nodeGone: boolean
  /** The Node's Ready condition in the store. */
  readonly nodeReady: boolean
  /** The Node carries a NoExecute taint for being unreachable or not ready. */
  readonly tainted: boolean
  /** The kubelet has noticed that something of the Pod is gone, or has not had anything to notice. */
  readonly detected: boolean
  readonly serves: boolean
  readonly ready: boolean
  /** What the kubelet waits for. */
  readonly podStage: PodStage | null
}

/** The next thing that a replica lacks; null when it is active, ready and serves. Exactly one answer for every combination of facts. */
export function stageOf(facts: Facts): Stage | null {
  if (!facts.active) return facts.held ? 'terminate' : 'create'
  if (!facts.bound) return facts.unschedulable ? 'capacity' : 'schedule'
  if (!facts.powered) {
    if (facts.nodeGone) return 'terminate'
    if (facts.nodeReady) return 'detect'
    return facts.tainted ? 'tolerate' : 'taint'
  }
  if (facts.serves) {
    if (facts.ready) return null
    if (!facts.nodeReady) return facts.tainted ? 'tolerate' : 'taint'
    return facts.podStage === 'ready' ? 'ready' : 'settle'
  }
  if (!facts.up) return 'start'
  if (!facts.detected) return 'detect'
  return facts.podStage ?? 'start'
}

/** Stages that turn out to have been waiting for repair when the machine comes back before the Pod is deleted. */
const WAITING: ReadonlySet<Stage> = new Set(['detect', 'taint', 'tolerate', 'terminate'])

interface Segment {
  from: Instant
  stage: Stage | null
  /** What it was before it was taken for a wait for repair. */
  was: Stage | null
}

/** What one replica lacked, over time. Each µs belongs to exactly one stage, or to none while it is whole. */
export class StageLog {
  private readonly segments: Segment[] = []

  /** When the replica became whole for the last time; null while it is not. */
  get wholeSince(): Instant | null {
    const last = this.segments.at(-1)
    return last === undefined || last.stage !== null ? null : last.from
  }

  /** From `now` on the replica lacks this. */
  enter(now: Instant, stage: Stage | null): void {
    const last = this.segments.at(-1)
    if (last?.stage === stage) return
    if (last?.from === now) {
      last.stage = stage
      last.was = stage
      return
    }
    this.segments.push({ from: now, stage, was: stage })
  }

  /** The machine is back and the Pod is still its own: since the outage began the replica waited for nothing but the repair. */
  repaired(since: Instant): void {
    for (const segment of this.segments) {
      if (segment.from >= since && segment.stage !== null && WAITING.has(segment.stage)) segment.stage = 'repair'
    }
  }

  /** The Pod is deleted after all: what decided was detection, taint and toleration, not the repair. */
  replaced(): void {
    for (const segment of this.segments) segment.stage = segment.was
  }

  /** Whole µs in each stage between two instants; time in which the replica was whole counts as `settle`. Their sum is `to − from`. */
  between(from: Instant, to: Instant): Record<Stage, number> {
    const sums = Object.fromEntries(STAGES.map((stage) => [stage, 0])) as Record<Stage, number>
    let at = from
    for (const [index, { stage }] of this.segments.entries()) {
      const next = this.segments[index + 1]
      const end = next === undefined ? to : (Math.min(next.from, to) as Instant)
      if (end <= at) continue
      sums[stage ?? 'settle'] += end - at
      at = end
    }
    sums.settle += Math.max(0, to - at)
    return sums
  }
}
