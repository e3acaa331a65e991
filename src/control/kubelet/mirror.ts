import { podDraft } from '../../cluster/drafts.ts'
import type { Draft, Pod, PodId } from '../../cluster/objects.ts'
import { UNAVAILABLE } from '../../cluster/status.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import type { PodManifest, Toleration } from '../../scenario/specs.ts'
import { kubeletsOf, type Worker } from './state.ts'

/** Greatest share by which the wait for the next sync of a Pod is stretched (pkg/kubelet/pod_workers.go:workerResyncIntervalJitterFactor, 1.20 … 1.36). */
const JITTER = 0.5

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
 * sync: of the syncs that would do nothing else, only the one that makes the mirror is an event. pkg/kubelet/kubelet.go:syncPod, pkg/kubelet/pod/mirror_client.go (1.20 … 1.36).
 */
export function ensureMirror(run: Run, worker: Worker): void {
  const { api } = run.world
  const { kubelet, pod } = worker
  const mirror = kubelet.process.cache.get('Pod', worker.id)
  if (mirror !== undefined && mirror.deletionTimestamp === null) return
  if (mirror !== undefined) api.delete(run, kubelet.client, mirror, null, 0, 0)
  api.create(run, kubelet.client, 'Pod', mirrorOf(pod), MirrorCreated, worker.id)
}

/** The mirror has been created, or was there; when nobody has answered, the next sync tries again. */
export const MirrorCreated: Kind<PodId> = {
  name: 'kubelet/mirror-created',
  on(run, pod, answer) {
    const worker = kubeletsOf(run.world).workers.get(pod)
    if (answer !== UNAVAILABLE || worker === undefined) return
    const { flags, incarnation } = worker.kubelet
    const share = run.random.draw('mirror-sync', `${worker.pod.key}|${incarnation}`, run.now)
    run.after(Math.round(flags.syncFrequency * (1 + JITTER * share)), MirrorMissing, pod, incarnation)
  },
}

/** The sync of a static Pod whose mirror could not be created. Detail: the kubelet's incarnation. */
export const MirrorMissing: Kind<PodId> = {
  name: 'kubelet/mirror-missing',
  on(run, pod, incarnation) {
    const worker = kubeletsOf(run.world).workers.get(pod)
    if (worker?.kubelet.incarnation === incarnation) ensureMirror(run, worker)
  },
}
