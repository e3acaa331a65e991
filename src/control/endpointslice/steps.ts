import { nameSuffix } from '../../cluster/lineage.ts'
import type { Draft, EndpointSlice, Service, ServiceId, SliceEndpoint } from '../../cluster/objects.ts'
import type { SliceWrites } from './reconcile.ts'

/** One write of a sync. */
export type Step =
  | { readonly do: 'create'; readonly draft: Draft<EndpointSlice> }
  | { readonly do: 'update'; readonly slice: EndpointSlice; readonly endpoints: readonly SliceEndpoint[] }
  | { readonly do: 'remove'; readonly slice: EndpointSlice }

const numberOf = ({ key }: EndpointSlice): number => Number(key.slice(key.lastIndexOf('-') + 1))

/** The n-th slice of a Service, from 1. */
export function sliceDraft(service: Service, n: number, endpoints: readonly SliceEndpoint[]): Draft<EndpointSlice> {
  const key = `endpointslice/${service.namespace}/${service.name}-${n}`
  return {
    kind: 'EndpointSlice',
    namespace: service.namespace,
    name: `${service.name}-${nameSuffix(key)}`,
    key,
    labels: { ...service.labels, 'kubernetes.io/service-name': service.name },
    annotations: {},
    owner: null,
    service: service.id as ServiceId,
    endpoints,
  }
}

/** The writes in the order of `reconciler.finalize`: creations, updates, deletions. New slices take the smallest free numbers. */
export function stepsOf(writes: SliceWrites, service: Service, existing: readonly EndpointSlice[]): Step[] {
  const taken = new Set(existing.map(numberOf))
  const slice = (id: number): EndpointSlice => existing.find((one) => one.id === id) as EndpointSlice
  const steps: Step[] = []
  let n = 1
  for (const endpoints of writes.create) {
    while (taken.has(n)) n++
    taken.add(n)
    steps.push({ do: 'create', draft: sliceDraft(service, n, endpoints) })
  }
  for (const { id, endpoints } of writes.update) steps.push({ do: 'update', slice: slice(id), endpoints })
  for (const id of writes.remove) steps.push({ do: 'remove', slice: slice(id) })
  return steps
}
