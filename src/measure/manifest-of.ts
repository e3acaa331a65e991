import type { ApiObject } from '../cluster/objects.ts'

const GROUPS: Readonly<Record<string, string>> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  EndpointSlice: 'discovery.k8s.io/v1',
  PriorityClass: 'scheduling.k8s.io/v1',
  PodDisruptionBudget: 'policy/v1',
}

/** Fields that are metadata; `status` and the rest follow as the model keeps them. */
const METADATA = new Set([
  'kind',
  'id',
  'key',
  'namespace',
  'name',
  'labels',
  'annotations',
  'owner',
  'created',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'resourceVersion',
  'version',
  'generation',
])

/** An object in the shape of `kubectl get -o yaml`: metadata as Kubernetes has it, then the modelled fields by their Kubernetes names. */
export function manifestOf(object: ApiObject): unknown {
  const { kind, namespace, name, labels, annotations, resourceVersion, generation, deletionTimestamp } = object
  const metadata = {
    name,
    ...(namespace === '' ? {} : { namespace }),
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    resourceVersion: String(resourceVersion),
    generation,
    ...(deletionTimestamp === null ? {} : { deletionTimestamp: `${deletionTimestamp / 1e6}s` }),
  }
  const fields = Object.fromEntries(Object.entries(object).filter(([field, value]) => !METADATA.has(field) && value !== null))
  return { apiVersion: GROUPS[kind] ?? 'v1', kind, metadata, ...fields }
}
