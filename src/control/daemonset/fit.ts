import type { Node } from '../../cluster/objects.ts'
import type { PodSpec, Toleration } from '../../scenario/specs.ts'
import { matchesNode } from '../filters/node-affinity.ts'
import { repellingTaint, tolerated } from '../scheduler/tolerations.ts'

const forever = (key: string, effect: Toleration['effect']): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  value: '',
  effect,
})
const ADDED = [
  forever('not-ready', 'NoExecute'),
  forever('unreachable', 'NoExecute'),
  forever('disk-pressure', 'NoSchedule'),
  forever('memory-pressure', 'NoSchedule'),
  forever('pid-pressure', 'NoSchedule'),
  forever('unschedulable', 'NoSchedule'),
]
const ADDED_ON_HOST_NETWORK = forever('network-unavailable', 'NoSchedule')

const isSame = (a: Toleration, b: Toleration): boolean =>
  a.key === b.key && a.operator === b.operator && a.value === b.value && a.effect === b.effect

/**
 * The tolerations of a daemon Pod: those of its template, and those that keep it where ordinary Pods must go. One that is there already
 * with a time is replaced by one without. pkg/controller/daemon/util/daemonset_util.go:AddOrUpdateDaemonPodTolerations (1.20 … 1.36).
 */
export function daemonTolerations({ tolerations, hostNetwork }: Pick<PodSpec, 'tolerations' | 'hostNetwork'>): readonly Toleration[] {
  const added = hostNetwork ? [...ADDED, ADDED_ON_HOST_NETWORK] : ADDED
  const kept = tolerations.map((one) => added.find((each) => isSame(each, one)) ?? one)
  return [...kept, ...added.filter((one) => !kept.some((each) => isSame(each, one)))]
}

/** Whether a Pod is to be started on a Node, and whether one that is there may stay. */
export interface Fit {
  readonly shouldRun: boolean
  readonly shouldContinue: boolean
}

const NEITHER: Fit = { shouldRun: false, shouldContinue: false }

/**
 * Where a Pod with this spec belongs: its node name, selector and affinity must fit; a taint of any effect but PreferNoSchedule keeps it from
 * starting, only one of NoExecute ends it. Resources are the scheduler's business.
 * pkg/controller/daemon/daemon_controller.go:NodeShouldRunDaemonPod (1.20 … 1.36); kubernetes-semantics §6.2.
 */
export function fitOf(
  spec: Pick<PodSpec, 'nodeName' | 'nodeSelector' | 'affinity' | 'tolerations'>,
  node: Pick<Node, 'name' | 'labels' | 'taints'>,
): Fit {
  if (spec.nodeName !== undefined && spec.nodeName !== node.name) return NEITHER
  if (!matchesNode(spec, node)) return NEITHER
  if (repellingTaint(spec.tolerations, node.taints) === undefined) return { shouldRun: true, shouldContinue: true }
  const ends = node.taints.some((taint) => taint.effect === 'NoExecute' && !tolerated(spec.tolerations, taint))
  return { shouldRun: false, shouldContinue: !ends }
}
