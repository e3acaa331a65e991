import { isActive, type Pod, type PodId } from '../cluster/objects.ts'
import type { Instant } from '../kernel/time.ts'
import type { Course } from './course.ts'

/** What one Pod counts for. */
interface Standing {
  active: boolean
  ready: boolean
  serves: boolean
  /** It has done its work and counts no more. */
  done: boolean
}

/**
 * One workload over time: how many Pods it wants, how many are ready (belief) and serve (truth), whether it is converged, and the integrals of what is missing.
 * Every update costs the same however many Pods there are.
 */
export class WorkloadLedger {
  readonly name: string
  desired = 0
  /** Pods that are active and Ready. */
  ready = 0
  /** Pods that serve, whatever the store says. */
  serving = 0
  /** `status.availableReplicas` of the top-most controller; Ready Pods where there is no controller. */
  available = 0
  /** Pods serving below which the workload counts as down. */
  required = 0
  converged = false
  /** Since when `converged` has its value. */
  convergedSince: Instant
  believed = false
  believedSince: Instant
  /** ∫ max(0, desired − serving) dt up to `time` [Pod·µs]. */
  unserved = 0
  /** `unserved` and `believedSince` as they were when it last became converged. */
  unservedWhenConverged = 0
  believedWhenConverged: Instant
  /** The same inside the measured window. */
  windowUnserved = 0
  /** ∫ desired dt inside the measured window. */
  windowDesired = 0
  /** Time inside the measured window with serving ≥ required [µs]. */
  windowUp = 0
  /** Container restarts, and Pods evicted by taints, inside the measured window. */
  restarts = 0
  evictions = 0
  /** Of the evictions, Pods all of whose containers ran. */
  falseEvictions = 0

  /** Availability step by step, where faults come again and again so that there is a long run. */
  course: Course | null = null

  private time: Instant
  private readonly windowFrom: Instant
  private readyAndServing = 0
  private readonly pods = new Map<PodId, Standing>()

  constructor(name: string, now: Instant, windowFrom: Instant) {
    this.name = name
    this.time = now
    this.convergedSince = now
    this.believedSince = now
    this.believedWhenConverged = now
    this.windowFrom = windowFrom
  }

  /** Lets time pass: the integrals grow by what has held since the last change. */
  advance(now: Instant): void {
    const missing = Math.max(0, this.desired - this.serving)
    this.unserved += missing * (now - this.time)
    this.course?.add(this.time, now, missing, this.desired)
    const inWindow = now - Math.max(this.time, this.windowFrom)
    if (inWindow > 0) {
      this.windowUnserved += missing * inWindow
      this.windowDesired += this.desired * inWindow
      if (this.serving >= this.required) this.windowUp += inWindow
    }
    this.time = now
  }

  /** The store holds this version of a Pod of the workload; undefined: it is gone. */
  seePod(id: PodId, pod: Pod | undefined): void {
    const standing = this.standing(id)
    this.count(standing, -1)
    standing.active = pod !== undefined && isActive(pod)
    standing.ready = pod?.ready ?? false
    this.count(standing, 1)
    if (pod === undefined && !standing.serves) this.pods.delete(id)
  }

  seeServing(id: PodId, serves: boolean): void {
    const standing = this.standing(id)
    this.count(standing, -1)
    standing.serves = serves
    this.count(standing, 1)
  }

  /** A Pod has done its work: it is neither wanted nor counted any more. */
  seeDone(id: PodId): void {
    const standing = this.standing(id)
    this.count(standing, -1)
    standing.done = true
  }

  /** Recomputes the two predicates of design §2 after a change; answers whether `converged` changed. */
  settle(now: Instant): boolean {
    const believed = this.ready === this.desired
    if (believed !== this.believed) {
      this.believed = believed
      this.believedSince = now
    }
    const converged = believed && this.readyAndServing === this.ready
    if (converged === this.converged) return false
    this.converged = converged
    this.convergedSince = now
    if (converged) {
      this.unservedWhenConverged = this.unserved
      this.believedWhenConverged = this.believedSince
    }
    return true
  }

  private standing(id: PodId): Standing {
    let standing = this.pods.get(id)
    if (standing === undefined) {
      standing = { active: false, ready: false, serves: false, done: false }
      this.pods.set(id, standing)
    }
    return standing
  }

  private count({ active, ready, serves, done }: Standing, sign: 1 | -1): void {
    if (done) return
    if (serves) this.serving += sign
    if (!active || !ready) return
    this.ready += sign
    if (serves) this.readyAndServing += sign
  }
}
