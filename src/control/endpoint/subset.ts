import type { Draft, Endpoints, Pod, PodId, Service, ServiceId } from '../../cluster/objects.ts'
import { endpointOf, type MembershipRules } from './membership.ts'

/** Addresses an Endpoints object may hold (maxCapacity, pkg/controller/endpoint/endpoints_controller.go, from 1.22). */
const CAPACITY = 1000

/** The addresses of a Service. */
export type Subset = Pick<Endpoints, 'ready' | 'notReady' | 'readyIPs' | 'notReadyIPs'>

/** Capacity of an Endpoints object in Kubernetes 1.`minor`; ready addresses have precedence. */
export const capacityOf = (minor: number): number => (minor >= 22 ? CAPACITY : Number.POSITIVE_INFINITY)

/** The addresses of `pods`, which the Service selects, in order of id. */
export function subsetOf(pods: readonly Pod[], service: Service, rules: MembershipRules, capacity: number): Subset {
  const ready: PodId[] = []
  const notReady: PodId[] = []
  const readyIPs: string[] = []
  const notReadyIPs: string[] = []
  for (const pod of pods) {
    const place = endpointOf(pod, service, rules)
    if (place === 'none') continue
    if (place === 'ready') {
      ready.push(pod.id as PodId)
      readyIPs.push(pod.podIP)
    } else {
      notReady.push(pod.id as PodId)
      notReadyIPs.push(pod.podIP)
    }
  }
  const room = Math.max(0, capacity - ready.length)
  return {
    ready: ready.slice(0, capacity),
    notReady: notReady.slice(0, room),
    readyIPs: readyIPs.slice(0, capacity),
    notReadyIPs: notReadyIPs.slice(0, room),
  }
}

const same = <Value>(a: readonly Value[], b: readonly Value[]): boolean => a.length === b.length && a.every((value, i) => value === b[i])

/** Whether two subsets hold the same addresses. */
export const sameSubset = (a: Subset, b: Subset): boolean =>
  same(a.ready, b.ready) && same(a.notReady, b.notReady) && same(a.readyIPs, b.readyIPs) && same(a.notReadyIPs, b.notReadyIPs)

/** The Endpoints object of a Service, named and labelled as it. */
export const endpointsDraft = (service: Service, subset: Subset): Draft<Endpoints> => ({
  kind: 'Endpoints',
  namespace: service.namespace,
  name: service.name,
  key: `endpoints/${service.namespace}/${service.name}`,
  labels: service.labels,
  annotations: {},
  owner: null,
  service: service.id as ServiceId,
  ...subset,
})
