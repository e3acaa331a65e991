import type { Node } from '../../cluster/objects.ts'
import type { PodView } from '../scheduler/pod-info.ts'
import { overdueAt } from './drain-rules.ts'
import type { AutoscalerFlags } from './flags.ts'

type UtilizationFlags = Pick<AutoscalerFlags, 'ignore-daemonsets-utilization' | 'ignore-mirror-pods-utilization'>

/**
 * Share of a Node that its Pods request: the larger one of CPU and memory. Pods that are left out take their room with them; Pods whose end
 * is long overdue do not count. 0 where it has no CPU or memory. autoscaler simulator/utilization/info.go:Calculate.
 */
export function utilization(
  { allocatable }: Pick<Node, 'allocatable'>,
  pods: readonly PodView[],
  now: number,
  flags: UtilizationFlags,
): number {
  if ((allocatable.cpu ?? 0) === 0 || (allocatable.memory ?? 0) === 0) return 0
  const shares = (['cpu', 'memory'] as const).map((resource) => {
    let room = allocatable[resource] as number
    let requested = 0
    for (const { pod, info } of pods) {
      const ignored =
        (flags['ignore-daemonsets-utilization'] && pod.owner?.kind === 'DaemonSet') ||
        (flags['ignore-mirror-pods-utilization'] && pod.mirror)
      if (ignored) room -= info[resource]
      else if (overdueAt(pod) >= now) requested += info[resource]
    }
    return requested / room
  })
  return Math.max(...shares)
}
