import type { Pod, ReplicaSet, Service, StatefulSet } from '../../cluster/objects.ts'
import { selects } from '../../scenario/selectors.ts'
import type { LabelSelector, Labels } from '../../scenario/specs.ts'
import { isEmptySelector } from './pod-info.ts'

/** A controller whose selector counts. */
export type Owner = ReplicaSet | StatefulSet

interface Known {
  readonly version: number
  readonly namespace: string
  readonly owner: string
  readonly selector: LabelSelector | null
}

/**
 * Which Pods belong together by default: those selected by the Services and by the ReplicaSet, ReplicationController or StatefulSet of a Pod. What the default
 * constraints of PodTopologySpread count. pkg/scheduler/framework/plugins/helper/spread.go:DefaultSelector (1.20 … 1.36).
 */
export class OwnerSelectors {
  private readonly services = new Map<string, Map<number, Service>>()
  private readonly controllers = new Map<string, Owner>()
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

  putController(owner: Owner): void {
    const key = `${owner.kind}/${owner.id}`
    if (this.controllers.get(key)?.selector !== owner.selector) this.version++
    this.controllers.set(key, owner)
  }

  removeController(owner: Owner): void {
    this.version++
    this.controllers.delete(`${owner.kind}/${owner.id}`)
  }

  /** The ReplicaSet, ReplicationController or StatefulSet that owns a Pod. */
  controllerOf(pod: Pod): Owner | undefined {
    return pod.owner === null ? undefined : this.controllers.get(`${pod.owner.kind}/${pod.owner.id}`)
  }

  /** The merged selector of a Pod; null when nothing selects it. Pods of one template get the same object. */
  selectorOf(pod: Pod): LabelSelector | null {
    if (pod.owner === null && !this.services.has(pod.namespace)) return null
    const owner = pod.owner === null ? '' : `${pod.owner.kind}/${pod.owner.id}`
    const known = this.known.get(pod.labels)
    if (known !== undefined && known.version === this.version && known.owner === owner && known.namespace === pod.namespace) {
      return known.selector
    }
    const merged = mergeSelectors(this.servicesOf(pod), this.controllerOf(pod)?.selector)
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
