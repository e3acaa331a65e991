import type { Instant } from '../kernel/time.ts'
import type { LoadSpec } from '../scenario/scenario.ts'
import { mergeBehaviour } from './behaviour.ts'
import type { Pod } from './objects.ts'
import type { Run, World } from './world.ts'

/** The load that the scenario puts on a workload (`kind/namespace/name`) with Pods of these labels; undefined when it says nothing. */
export function loadOf(world: World, workload: string, pod: Pick<Pod, 'namespace' | 'labels'>): LoadSpec | undefined {
  if (world.scenario.behaviour.length === 0) return undefined
  return mergeBehaviour(world.scenario.behaviour, workload, pod, '').load
}

/** The step of a schedule that holds at `time`; undefined before the first. */
function stepAt(load: LoadSpec, time: Instant): number | undefined {
  const step = load.rps.findLastIndex(({ at }) => at <= time)
  return step < 0 ? undefined : step
}

/** Requests per second to all Pods of the workload together at `time` [1/s]; each step of its schedule is drawn once per replication. */
export function requestsPerSecond(run: Run, workload: string, load: LoadSpec, time: Instant): number {
  const step = stepAt(load, time)
  if (step === undefined) return 0
  return Math.max(0, run.random.sample((load.rps[step] as LoadSpec['rps'][number]).rps, 'load.rps', workload, step))
}

/** Requests per second at which one Pod of the workload uses all the CPU that it requests [1/s]; drawn once per replication. */
export function requestsPerPod(run: Run, workload: string, load: LoadSpec): number {
  return Math.max(Number.MIN_VALUE, run.random.sample(load.perPod, 'load.per-pod', workload))
}
