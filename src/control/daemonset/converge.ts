import { admitPod } from '../../cluster/admission.ts'
import type { DaemonSet, Pod } from '../../cluster/objects.ts'
import type { Run } from '../../cluster/world.ts'
import { fitOf } from './fit.ts'
import type { NodeRow } from './plan.ts'
import { differs, statusOf } from './status.ts'
import { DaemonTemplates, daemonDraft, ownerOf, REVISION_HASH, targetOf } from './template.ts'

/** Every Node that suits a DaemonSet has its Pod, which the scheduler has yet to bind there. Before any process has started. */
export function convergeDaemonSets(run: Run): void {
  const { lineages, store } = run.world
  const templates = new DaemonTemplates()
  for (const set of store.tables.DaemonSet) {
    const daemon = templates.of(set)
    for (const node of store.tables.Node) {
      if (!fitOf(daemon.template.spec, node).shouldRun) continue
      const place = lineages.takeAt(ownerOf(set), node.id)
      const pod = store.create(run, 'Pod', admitPod(run, daemonDraft(set, daemon, node, place)))
      lineages.settle(pod.id, place)
    }
  }
}

/** The status of every DaemonSet says what its Pods are. */
export function convergeDaemonSetStatus(run: Run): void {
  const { store } = run.world
  const templates = new DaemonTemplates()
  for (const set of store.tables.DaemonSet) {
    const daemon = templates.of(set)
    const fields = statusOf(set, rowsInStore(run, set, daemon.template.spec), daemon.hash, run.now, true)
    if (differs(set, fields)) store.update(run, set, fields)
  }
}

function rowsInStore(run: Run, set: DaemonSet, spec: Parameters<typeof fitOf>[0]): NodeRow[] {
  const { store, truth } = run.world
  const pods = [...store.pods].filter(({ owner }) => owner?.kind === 'DaemonSet' && owner.id === set.id)
  const isFor = (pod: Pod, machine: number): boolean => (pod.node < 0 ? truth.machineNamed(targetOf(pod) ?? '') : pod.node) === machine
  return [...store.tables.Node].map((node) => ({ node, pods: pods.filter((pod) => isFor(pod, node.id)), ...fitOf(spec, node) }))
}

const GENERATION = 'pod-template-generation'
const SET_GENERATION = 'deprecated.daemonset.template.generation'

/**
 * Recorded daemon Pods carry a hash that Kubernetes made; those of their DaemonSet's recorded generation, or of none, are of its template
 * (util/daemonset_util.go:IsPodUpdated).
 */
export function takeRecordedDaemons(run: Run): void {
  const { store } = run.world
  const templates = new DaemonTemplates()
  for (const pod of [...store.pods]) {
    const set = pod.owner?.kind === 'DaemonSet' ? store.tables.DaemonSet.get(pod.owner.id) : undefined
    if (set === undefined) continue
    const generation = set.annotations[SET_GENERATION]
    const isOld = generation !== undefined && pod.labels[GENERATION] !== undefined && pod.labels[GENERATION] !== generation
    if (!isOld) store.update(run, pod, { labels: { ...pod.labels, [REVISION_HASH]: templates.of(set).hash } })
  }
}
