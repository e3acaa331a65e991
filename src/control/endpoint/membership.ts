import { isTerminal, type Pod, type Service } from '../../cluster/objects.ts'

/** How a release decides which Pods are endpoints. */
export interface MembershipRules {
  /** Pods that have ended are never endpoints (`ShouldPodBeInEndpoints`: IsPodTerminal, from 1.25). */
  readonly terminalExcluded: boolean
  /** EndpointSlices keep terminating Pods, with conditions serving and terminating (EndpointSliceTerminatingCondition, on from 1.22). */
  readonly terminatingKept: boolean
}

/** The rules of Kubernetes 1.`minor`. */
export const membershipRules = (minor: number): MembershipRules => ({ terminalExcluded: minor >= 25, terminatingKept: minor >= 22 })

/**
 * Whether a Pod that is not ready may still become so: always under restartPolicy Always; under OnFailure unless it succeeded; under Never unless it ended.
 * pkg/controller/util/endpoint/controller_utils.go:ShouldPodBeInEndpoints (1.20).
 */
export function mayBecomeReady({ spec, phase }: Pod): boolean {
  if (spec.restartPolicy === 'Always') return true
  return spec.restartPolicy === 'OnFailure' ? phase !== 'Succeeded' : phase !== 'Failed' && phase !== 'Succeeded'
}

/** Where a Pod stands in the Endpoints of a Service: pkg/controller/endpoint/endpoints_controller.go:syncService (1.20 … 1.36). */
export function endpointOf(pod: Pod, service: Service, rules: MembershipRules): 'ready' | 'notReady' | 'none' {
  if (pod.podIP === '') return 'none'
  if (rules.terminalExcluded && isTerminal(pod)) return 'none'
  if (service.publishNotReadyAddresses) return 'ready'
  if (pod.deletionTimestamp !== null) return 'none'
  if (pod.ready) return 'ready'
  return mayBecomeReady(pod) ? 'notReady' : 'none'
}

/** Whether a change of a Pod can change endpoints: pkg/controller/util/endpoint/controller_utils.go:podEndpointsChanged (1.20 … 1.36). */
export function endpointsChanged(before: Pod, after: Pod): boolean {
  return (
    before.ready !== after.ready ||
    before.podIP !== after.podIP ||
    before.deletionTimestamp !== after.deletionTimestamp ||
    before.labels !== after.labels ||
    isTerminal(before) !== isTerminal(after)
  )
}
