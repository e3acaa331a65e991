import { z } from 'zod'
import { draftOf } from '../cluster/drafts.ts'
import type { ApiObject, Deployment, Draft } from '../cluster/objects.ts'
import type { WorkloadManifest } from '../scenario/specs.ts'
import type { Operation } from './operation.ts'

/** Fields of an object that belong to its status or its identity: `apply` leaves them as they are. */
const KEPT = new Set([
  'kind',
  'namespace',
  'name',
  'key',
  'owner',
  'status',
  'clusterIP',
  'desiredReplicas',
  'maxReplicas',
  'revision',
  'readyElsewhere',
])

/** What applying `draft` over `object` writes: the spec and metadata of the manifest. */
export function appliedFields(draft: Draft<ApiObject>): Partial<ApiObject> {
  return Object.fromEntries(Object.entries(draft).filter(([field]) => !KEPT.has(field))) as Partial<ApiObject>
}

/** `kubectl apply -f`. */
export const apply: Operation<{ readonly manifests: readonly WorkloadManifest[] }> = {
  name: 'apply',
  doc: 'Creates or updates objects from manifests, as kubectl apply does.',
  of: [],
  parameters: (read) => z.strictObject({ manifests: read.manifests.meta({ description: 'Kubernetes manifests, inline or { file }.' }) }),
  send(run, client, _object, { manifests }) {
    const { api, store } = run.world
    for (const manifest of manifests) {
      const draft = draftOf(manifest) as Draft<ApiObject>
      const existing = store.tables[manifest.kind].find(manifest.namespace, manifest.name)
      if (existing === undefined) api.create(run, client, manifest.kind, draft as never, null, 0)
      else if (manifest.kind !== 'Pod')
        api.update(run, client, existing as Deployment, appliedFields(draft) as Partial<Deployment>, 0, null, 0, true)
    }
  },
}
