import type { BehaviourRow, WorkloadSelector } from '../scenario/scenario.ts'
import type { PodSpec } from '../scenario/specs.ts'
import type { Pod, PodId } from './objects.ts'
import { selectorMatches } from './selectors.ts'
import { type Run, stateKey, type World } from './world.ts'

/**
 * What a scenario says about a container beyond its manifest; absent fields are left to the cluster's latencies. Times in µs, image in
 * bytes.
 */
export type Behaviour = Omit<BehaviourRow, 'select' | 'container'>

type Cache = Map<PodSpec, Map<string, Behaviour>>

const cache = stateKey<Cache>('behaviour')

/** Whether a row's selector takes in a Pod of this workload (`kind/namespace/name`). */
export function selects(select: WorkloadSelector, workload: string, pod: Pick<Pod, 'namespace' | 'labels'>): boolean {
  if ('all' in select) return true
  if ('workload' in select) return select.workload === workload
  return (select.namespace === undefined || select.namespace === pod.namespace) && selectorMatches(select.selector, pod.labels)
}

/** The rows that take in a container, laid over each other: later rows win, field by field. */
export function mergeBehaviour(
  rows: readonly BehaviourRow[],
  workload: string,
  pod: Pick<Pod, 'namespace' | 'labels'>,
  container: string,
): Behaviour {
  let merged: Behaviour = {}
  for (const { select, container: only, ...fields } of rows) {
    if ((only === undefined || only === container) && selects(select, workload, pod)) merged = { ...merged, ...fields }
  }
  return merged
}

/** How a container of a Pod behaves. Pods of one template share their spec, so it is worked out once for each. */
export function behaviourOf(world: World, pod: Pod, container: string): Behaviour {
  const { behaviour } = world.scenario
  if (behaviour.length === 0) return NOTHING
  const specs = (world.states.get(cache.name) ?? new Map()) as Cache
  world.states.set(cache.name, specs)
  const known = specs.get(pod.spec) ?? new Map<string, Behaviour>()
  specs.set(pod.spec, known)
  let found = known.get(container)
  if (found === undefined) {
    const workload = world.workloads.of(pod.id as PodId) ?? `pod/${pod.namespace}/${pod.name}`
    found = mergeBehaviour(behaviour, workload, pod, container)
    known.set(container, found)
  }
  return found
}

/** The exit code with which one run of a container ends by itself; `entity` and `attempt` address the draw. */
export function exitCodeOf(run: Run, { exitCode }: Behaviour, entity: string, attempt: number): number {
  if (exitCode === undefined || typeof exitCode === 'number') return exitCode ?? 0
  let left = run.random.draw('exit-code', entity, attempt)
  for (const { code, share } of exitCode) {
    left -= share
    if (left < 0) return code
  }
  return exitCode.at(-1)?.code ?? 0
}

const NOTHING: Behaviour = Object.freeze({})
