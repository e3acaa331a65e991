/** One Pod of a target as the replica calculator sees it. CPU in millicores. */
export interface Sample {
  /** Leaving: up to 1.20 a deleted Pod counts as long as it has a sample. */
  readonly group: 'ignored' | 'unready' | 'missing' | 'ready' | 'leaving'
  readonly usage: number
  readonly request: number
}

/** What decides the group of a Pod; times in µs. */
export interface PodFacts {
  readonly deleted: boolean
  readonly failed: boolean
  readonly pending: boolean
  /** Its sample: when its window ended, and how long that was; null: none. */
  readonly sample: { readonly time: number; readonly window: number } | null
  readonly ready: boolean
  readonly startTime: number | null
  readonly readyTransition: number
}

/** `--horizontal-pod-autoscaler-cpu-initialization-period`, `--…-initial-readiness-delay` [µs]. */
export interface Periods {
  readonly cpuInitialization: number
  readonly initialReadiness: number
}

/** The last release modelled that leaves the samples of deleted Pods among the others (replica_calculator.go:groupPods). */
const LAST_LEAVING = 20

/** pkg/controller/podautoscaler/replica_calculator.go:groupPods, for CPU (1.20 … 1.36). */
export function groupOf(facts: PodFacts, now: number, { cpuInitialization, initialReadiness }: Periods, minor: number): Sample['group'] {
  const { sample, startTime, ready, readyTransition } = facts
  if (facts.deleted || facts.failed) return minor <= LAST_LEAVING && sample !== null ? 'leaving' : 'ignored'
  if (facts.pending) return 'unready'
  if (sample === null) return 'missing'
  if (startTime === null) return 'unready'
  if (startTime + cpuInitialization > now) return !ready || sample.time < readyTransition + sample.window ? 'unready' : 'ready'
  return !ready && startTime + initialReadiness > readyTransition ? 'unready' : 'ready'
}

interface Use {
  readonly usage: number
  readonly request: number
}

/** Utilization in whole per cent over its target (metrics/utilization.go:GetResourceUtilizationRatio). */
function ratioOf(uses: readonly Use[], target: number): number {
  const requests = uses.reduce((sum, { request }) => sum + request, 0)
  return requests === 0 ? 0 : Math.trunc((uses.reduce((sum, { usage }) => sum + usage, 0) * 100) / requests) / target
}

/**
 * How many replicas a utilization of CPU asks for; null: no metric to go by. Missing Pods count against a change, unready ones against growth.
 * replica_calculator.go:GetResourceReplicas (1.20 … 1.36).
 */
export function replicasFor(samples: readonly Sample[], current: number, target: number, tolerance: number): number | null {
  const of = (group: Sample['group']): readonly Sample[] => samples.filter((sample) => sample.group === group)
  const [ready, missing, unready] = [of('ready'), of('missing'), of('unready')]
  const measured = [...ready, ...of('leaving')]
  if (measured.length === 0 || measured.every(({ request }) => request === 0)) return null
  const within = (ratio: number): boolean => Math.abs(1 - ratio) <= tolerance
  const ratio = ratioOf(measured, target)
  const growsUnready = unready.length > 0 && ratio > 1
  if (!growsUnready && missing.length === 0) return within(ratio) ? current : Math.ceil(ratio * ready.length)
  const filled: Use[] = [...measured]
  const full = Math.max(100, target) / 100
  if (ratio < 1) filled.push(...missing.map(({ request }) => ({ request, usage: request * full })))
  else if (ratio > 1) filled.push(...missing.map(({ request }) => ({ request, usage: 0 })))
  if (growsUnready) filled.push(...unready.map(({ request }) => ({ request, usage: 0 })))
  const again = ratioOf(filled, target)
  if (within(again) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1)) return current
  const wanted = Math.ceil(again * filled.length)
  return (again < 1 && wanted > current) || (again > 1 && wanted < current) ? current : wanted
}
