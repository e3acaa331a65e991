import { podDraft } from '../../cluster/drafts.ts'
import type { Draft, Pod, PodId } from '../../cluster/objects.ts'
import type { Run } from '../../cluster/world.ts'
import type { PodManifest, Toleration } from '../../scenario/specs.ts'
import { kubeletsOf, type Worker } from './state.ts'

/** What every static Pod tolerates (pkg/kubelet/config/common.go:applyDefaults): it is never evicted by taints. */
const EVERY_NO_EXECUTE: Toleration = { key: '', operator: 'Exists', value: '', effect: 'NoExecute' }

/** A static Pod as its kubelet reads it from the manifest: named after its machine, bound to it, with the id that its mirror will have. */
export function staticPod(run: Run, manifest: PodManifest, machine: Pod['node']): Pod {
  const { name } = run.world.truth.machine(machine).spec
  return {
    ...mirrorDraft(manifest, `${manifest.name}-${name}`, machine),
    id: run.world.store.pods.reserve(),
    created: run.now,
    deletionTimestamp: null,
    resourceVersion: 0,
    version: 1,
    generation: 1,
  }
}

function mirrorDraft(manifest: PodManifest, name: string, machine: Pod['node']): Draft<Pod> {
  const { namespace, labels, annotations } = manifest
  const spec = { ...manifest.spec, tolerations: [...manifest.spec.tolerations, EVERY_NO_EXECUTE] }
  const draft = podDraft(name, namespace, `pod/${namespace}/${name}`, { labels, annotations, spec }, { kind: 'Node', id: machine })
  return { ...draft, node: machine, mirror: true }
}

/** The static Pods of a machine, read from its manifests when its kubelet first starts. */
export function staticPodsOf(run: Run, machine: Pod['node']): readonly Pod[] {
  const { statics, staticPods } = kubeletsOf(run.world)
  let pods = statics[machine]
  if (pods === undefined) {
    pods = run.world.truth.machine(machine).spec.staticPods.map((manifest) => staticPod(run, manifest, machine))
    while (statics.length < machine) statics.push(undefined)
    statics[machine] = pods
    for (const pod of pods) staticPods.set(pod.id as PodId, pod)
  }
  return pods
}

/** The mirror of a static Pod as it is created in the API. */
export function mirrorOf({
  created: _created,
  deletionTimestamp: _deleted,
  resourceVersion: _rv,
  version: _v,
  generation: _g,
  ...draft
}: Pod): Draft<Pod> {
  return draft
}

/**
 * A static Pod has a mirror in the API: one that is being deleted is removed, one that is missing is created. Failure waits for the next
 * sync. pkg/kubelet/kubelet.go:syncPod, pkg/kubelet/pod/mirror_client.go (1.20 … 1.36).
 */
export function ensureMirror(run: Run, worker: Worker): void {
  const { api } = run.world
  const { kubelet, pod } = worker
  const mirror = kubelet.process.cache.get('Pod', worker.id)
  if (mirror !== undefined && mirror.deletionTimestamp === null) return
  if (mirror !== undefined) api.delete(run, kubelet.client, mirror, null, 0, 0)
  api.create(run, kubelet.client, 'Pod', mirrorOf(pod), null, 0)
}
