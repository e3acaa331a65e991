import type { Pod, ReplicaSet, Service } from '../../cluster/objects.ts'
import { selects } from '../../scenario/selectors.ts'
import type { LabelSelector, Labels } from '../../scenario/specs.ts'
import { isEmptySelector } from './pod-info.ts'

interface Known {
  readonly version: number
  readonly namespace: string
  readonly owner: string
  readonly selector: LabelSelector | null
}

/**
 * Which Pods belong together by default: those selected by the Services and by the ReplicaSet or ReplicationController of a Pod. What the default
 * constraints of PodTopologySpread count. pkg/scheduler/framework/plugins/helper/spread.go:DefaultSelector (1.20 … 1.36).
 */
export class OwnerSelectors {
  private readonly services = new Map<string, Map<number, Service>>()
  private readonly replicaSets = new Map<string, ReplicaSet>()
  private readonly known = new Map<Labels, Known>()
  private version = 0

  putService(service: Service): void {
    const services = this.services.get(service.namespace) ?? new Map<number, Service>()
    this.services.set(service.namespace, services)
    if (services.get(service.id)?.selector !== service.selector) this.version++
    services.set(service.id, service)
  }

  removeService(service: Service): void {
    this.version++
    this.services.get(service.namespace)?.delete(service.id)
  }

  putReplicaSet(replicaSet: ReplicaSet): void {
    const key = `${replicaSet.kind}/${replicaSet.id}`
    if (this.replicaSets.get(key)?.selector !== replicaSet.selector) this.version++
    this.replicaSets.set(key, replicaSet)
  }

  removeReplicaSet(replicaSet: ReplicaSet): void {
    this.version++
    this.replicaSets.delete(`${replicaSet.kind}/${replicaSet.id}`)
  }

  /** The ReplicaSet or ReplicationController that owns a Pod. */
  replicaSetOf(pod: Pod): ReplicaSet | undefined {
    return pod.owner === null ? undefined : this.replicaSets.get(`${pod.owner.kind}/${pod.owner.id}`)
  }

  /** The merged selector of a Pod; null when nothing selects it. Pods of one template get the same object. */
  selectorOf(pod: Pod): LabelSelector | null {
    if (pod.owner === null && !this.services.has(pod.namespace)) return null
    const owner = pod.owner === null ? '' : `${pod.owner.kind}/${pod.owner.id}`
    const known = this.known.get(pod.labels)
    if (known !== undefined && known.version === this.version && known.owner === owner && known.namespace === pod.namespace) {
      return known.selector
    }
    const merged = mergeSelectors(this.servicesOf(pod), this.replicaSetOf(pod)?.selector)
    const selector = known !== undefined && sameSelector(known.selector, merged) ? known.selector : merged
    this.known.set(pod.labels, { version: this.version, namespace: pod.namespace, owner, selector })
    return selector
  }

  private servicesOf(pod: Pod): Labels[] {
    const selectors = [...(this.services.get(pod.namespace)?.values() ?? [])].map((service) => service.selector)
    return selectors.filter(
      (selector) => Object.keys(selector).length > 0 && selects({ matchLabels: selector, matchExpressions: [] }, pod.labels),
    )
  }
}

/** Services' selectors and a controller's selector as one; null when that is empty. */
export function mergeSelectors(services: readonly Labels[], owner: LabelSelector | undefined): LabelSelector | null {
  const matchLabels = Object.assign({}, ...services, owner?.matchLabels ?? {}) as Labels
  const merged = { matchLabels, matchExpressions: owner?.matchExpressions ?? [] }
  return isEmptySelector(merged) ? null : merged
}

const sameSelector = (a: LabelSelector | null, b: LabelSelector | null): boolean => JSON.stringify(a) === JSON.stringify(b)
