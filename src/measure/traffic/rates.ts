import { loadOf, requestsPerSecond } from '../../cluster/load.ts'
import type { PodId } from '../../cluster/objects.ts'
import type { Run } from '../../cluster/world.ts'
import type { Instant } from '../../kernel/time.ts'

/** Requests per second to one Service over time: those that the scenario sends to the workloads behind it (`behaviour: load`). */
export class Rates {
  /** Instants at which the rate changes, with what it becomes; ascending. */
  private steps: { readonly at: Instant; readonly rps: number }[] = []
  private readonly known = new Set<string>()

  /** Whether the scenario says anything. */
  get given(): boolean {
    return this.steps.length > 0
  }

  /** A workload is behind the Service; the Pod is one of its. */
  learn(run: Run, workload: string, id: PodId): void {
    if (this.known.has(workload) || run.world.scenario.behaviour.length === 0) return
    const pod = run.world.store.pods.get(id)
    if (pod === undefined) return
    this.known.add(workload)
    const load = loadOf(run.world, workload, pod)
    if (load === undefined) return
    const added = load.rps.map(({ at }) => ({ at, rps: requestsPerSecond(run, workload, load, at) }))
    const instants = [...new Set([...this.steps, ...added].map(({ at }) => at))].sort((a, b) => a - b)
    this.steps = instants.map((at) => ({ at, rps: rateAt(this.steps, at) + rateAt(added, at) }))
  }

  /** Requests per second at `time`. */
  at(time: number): number {
    return rateAt(this.steps, time)
  }

  /** When it changes next after `time`. */
  next(time: number): number {
    return this.steps.find(({ at }) => at > time)?.at ?? Number.POSITIVE_INFINITY
  }
}

const rateAt = (steps: readonly { readonly at: number; readonly rps: number }[], time: number): number =>
  steps.findLast(({ at }) => at <= time)?.rps ?? 0
