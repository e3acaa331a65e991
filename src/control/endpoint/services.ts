import type { Cache } from '../../cluster/cache.ts'
import type { Pod, PodId, Service, ServiceId } from '../../cluster/objects.ts'
import { labelsMatch } from '../../cluster/selectors.ts'
import type { Labels } from '../../scenario/specs.ts'

const NONE: ReadonlySet<ServiceId> = new Set<ServiceId>()

/** The pair of a selector it is found by: that of its smallest key. */
function pairOf({ namespace, selector }: Service): string | null {
  let least: string | null = null
  for (const key in selector) if (least === null || key < least) least = key
  return least === null ? null : `${namespace}/${least}=${selector[least]}`
}

/** Services by one pair of their selector, so that finding those of a Pod costs as much as the Pod has labels. */
export class ServiceIndex {
  private readonly byPair = new Map<string, Set<ServiceId>>()

  /** A Service was created or written; `before` is what was held of it. */
  put(before: Service | undefined, after: Service | undefined): void {
    const [old, next] = [before && pairOf(before), after && pairOf(after)]
    if (old === next) return
    if (old && before !== undefined) this.byPair.get(old)?.delete(before.id as ServiceId)
    if (!next || after === undefined) return
    const bucket = this.byPair.get(next)
    if (bucket === undefined) this.byPair.set(next, new Set([after.id as ServiceId]))
    else bucket.add(after.id as ServiceId)
  }

  /** The Services that select these labels, in order of id. */
  matching(cache: Cache, namespace: string, labels: Labels): ServiceId[] {
    const found: ServiceId[] = []
    for (const key in labels) {
      for (const id of this.byPair.get(`${namespace}/${key}=${labels[key]}`) ?? NONE) {
        const service = cache.get('Service', id)
        if (service !== undefined && labelsMatch(service.selector, labels)) found.push(id)
      }
    }
    return found.length > 1 ? found.sort((a, b) => a - b) : found
  }
}

/** The Pods a Service selects, in order of id; the smallest bucket of its pairs is searched. Pods of one template share their labels: each set is matched once. */
export function podsOfService(cache: Cache, { namespace, selector }: Service): Pod[] {
  let smallest: ReadonlySet<PodId> | null = null
  for (const key in selector) {
    const bucket = cache.podsWithLabel(namespace, key, selector[key] as string)
    if (smallest === null || bucket.size < smallest.size) smallest = bucket
  }
  const pods: Pod[] = []
  let labels: Labels | null = null
  let matches = false
  let sorted = true
  for (const id of smallest ?? []) {
    const pod = cache.get('Pod', id) as Pod
    if (pod.labels !== labels) {
      labels = pod.labels
      matches = labelsMatch(selector, labels)
    }
    if (!matches) continue
    if (pods.length > 0 && (pods[pods.length - 1] as Pod).id > id) sorted = false
    pods.push(pod)
  }
  return sorted ? pods : pods.sort((a, b) => a.id - b.id)
}
