import type { Job, Pod } from '../../cluster/objects.ts'
import type { PodFailureRule } from '../../scenario/specs.ts'
import { isFailed } from './pods.ts'

function matches({ onExitCodes, onPodConditions }: PodFailureRule, pod: Pod): boolean {
  if (onExitCodes !== undefined) {
    const { containerName, operator, values } = onExitCodes
    const names = [...pod.spec.initContainers, ...pod.spec.containers].map(({ name }) => name)
    const statuses = [...pod.initContainerStatuses, ...pod.containerStatuses]
    // Where the kubelet has reported nothing there is nothing to match; 0 never matches.
    return statuses.some(({ state, exitCode }, index) => {
      if (state !== 'terminated' || exitCode === 0) return false
      const named = pod.initContainerStatuses.length > 0 ? names[index] : names[pod.spec.initContainers.length + index]
      if (containerName !== undefined && containerName !== named) return false
      return values.includes(exitCode) === (operator === 'In')
    })
  }
  return (
    onPodConditions?.some(({ type, status }) => type === 'DisruptionTarget' && (status === 'True') === (pod.disruptionTarget === true)) ===
    true
  )
}

/**
 * What the policy of a Job says about a failed Pod: the first rule that matches decides; without one the failure counts.
 * matchPodFailurePolicy (pkg/controller/job/pod_failure_policy.go, 1.26 … 1.36; on from 1.26).
 */
export const policyOf = ({ podFailurePolicy }: Pick<Job, 'podFailurePolicy'>, pod: Pod): PodFailureRule['action'] =>
  podFailurePolicy?.find((rule) => matches(rule, pod))?.action ?? 'Count'

/** Whether the policy lets some failed Pod fail the whole Job (getFailJobMessage). */
export const failsJob = (job: Job, pods: readonly Pod[]): boolean =>
  job.podFailurePolicy !== null && pods.some((pod) => isFailed(pod, job) && policyOf(job, pod) === 'FailJob')

/** Failed Pods that count. */
export const counted = (job: Job, pods: readonly Pod[]): Pod[] => pods.filter((pod) => policyOf(job, pod) !== 'Ignore')
