import type { Cache } from '../../cluster/cache.ts'
import { isTerminal, type Pod, type PodId, type Service, type SliceEndpoint } from '../../cluster/objects.ts'
import { type MembershipRules, mayBecomeReady } from '../endpoint/membership.ts'

/** The endpoint of a Pod in the slices of a Service; null when it has none. */
export function sliceEndpoint(pod: Pod, service: Service, rules: MembershipRules): SliceEndpoint | null {
  if (pod.podIP === '') return null
  if (rules.terminalExcluded ? isTerminal(pod) : !mayBecomeReady(pod)) return null
  const terminating = pod.deletionTimestamp !== null
  if (terminating && !rules.terminatingKept && !service.publishNotReadyAddresses) return null
  return {
    pod: pod.id as PodId,
    ip: pod.podIP,
    ready: service.publishNotReadyAddresses || (pod.ready && !terminating),
    serving: pod.ready,
    terminating,
  }
}

/** What the slices of a Service should hold. */
export interface Desired {
  readonly endpoints: readonly SliceEndpoint[]
  /** A selected Pod names a Node that the cache does not hold: the sync is repeated. */
  readonly nodeMissing: boolean
}

/** The endpoints of `pods`, which the Service selects; Pods of missing Nodes are left out unless not-ready addresses are published. */
export function desiredEndpoints(cache: Cache, pods: readonly Pod[], service: Service, rules: MembershipRules): Desired {
  const endpoints: SliceEndpoint[] = []
  let nodeMissing = false
  for (const pod of pods) {
    const endpoint = sliceEndpoint(pod, service, rules)
    if (endpoint === null) continue
    if (!service.publishNotReadyAddresses && cache.get('Node', pod.node) === undefined) nodeMissing = true
    else endpoints.push(endpoint)
  }
  return { endpoints, nodeMissing }
}
