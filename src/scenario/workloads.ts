import type { RawObject } from './manifests.ts'
import { objectsOf, readObject, referenceOf } from './manifests.ts'
import type { Override } from './problem.ts'
import type { SourceRow } from './schema/cluster.ts'
import type { Session } from './session.ts'
import { loadDocuments, reportAt } from './session.ts'
import { applyEdit, overrideOf } from './set.ts'
import type { NodeManifest, PodManifest, ReplicaSetManifest, WorkloadManifest } from './specs.ts'
import type { Report } from './walk.ts'
import { isMap } from './walk.ts'
import type { Path } from './yaml.ts'

/** A manifest that was read, and how to report on it. */
export interface ReadManifest {
  readonly manifest: WorkloadManifest | NodeManifest
  readonly report: Report
}

/** Every manifest that a row with `file`, `glob` or `objects` names, in order; `inPlace`: the objects stand at `path` itself. */
export function readManifests(session: Session, row: SourceRow, path: Path, inPlace = false): readonly ReadManifest[] {
  const { findings } = session
  const found: ReadManifest[] = []
  const read = (object: RawObject, reporter: (base: Path, overrides: readonly Override[]) => Report): void => {
    const { value, overrides } = edited(session, object)
    const report = reporter(object.path, overrides)
    const manifest = readObject({ ...object, value }, session.manifests, report)
    if (manifest !== undefined) found.push({ manifest, report })
  }
  const { objects } = row
  if (objects !== undefined) {
    const own = (base: Path, overrides: readonly Override[]) =>
      reportAt(findings, session.main, session.document, base, [...session.overrides, ...overrides])
    for (const object of objectsOf(objects, inPlace ? path : [...path, 'objects'])) read(object, own)
    return found
  }
  const name = row.file ?? row.glob ?? ''
  for (const { source, document } of loadDocuments(session, name, [...path, row.file === undefined ? 'glob' : 'file'])) {
    const there = (base: Path, overrides: readonly Override[]) => reportAt(findings, source, document, base, overrides)
    for (const object of objectsOf(document.value)) read(object, there)
  }
  return found
}

/** The object after the `--set` arguments that name it. */
function edited(session: Session, object: RawObject): { value: unknown; overrides: readonly Override[] } {
  const { value } = object
  if (session.manifestEdits.length === 0 || !isMap(value) || !isMap(value.metadata)) return { value, overrides: [] }
  const kind = String(value.kind ?? object.implied?.kind ?? '').toLowerCase()
  const name = String(value.metadata.name)
  const names = [`${kind}/${value.metadata.namespace ?? 'default'}/${name}`, `${kind}/${name}`]
  let current: unknown = value
  const overrides: Override[] = []
  for (const edit of session.manifestEdits) {
    if (!names.includes(edit.target as string)) continue
    const result = applyEdit(current, edit)
    if (!result.ok) continue
    session.appliedEdits.add(edit)
    current = result.value
    overrides.push(overrideOf(edit, [...object.path, ...result.path]))
  }
  return { value: current, overrides }
}

const ADOPTED = 'reconverge/adopted'

/** A ReplicaSet of one replica for a Pod without owner: as if a controller had made it, so that losing it means replacing it. */
export function adopt(pod: PodManifest): ReplicaSetManifest {
  const { name, namespace, annotations } = pod
  const labels = { ...pod.labels, [ADOPTED]: name }
  const selector = { matchLabels: { [ADOPTED]: name }, matchExpressions: [] }
  // A template may name no Node, and its Pods restart for ever.
  const { nodeName: _, ...spec } = pod.spec
  const template = { labels, annotations, spec: { ...spec, restartPolicy: 'Always' as const } }
  return { kind: 'ReplicaSet', name, namespace, labels, annotations, replicas: 1, minReadySeconds: 0, selector, template }
}

const isBare = (manifest: WorkloadManifest): manifest is PodManifest => manifest.kind === 'Pod' && manifest.owner === undefined

/** The manifests of the rows under `workloads`; one object given twice, and Nodes, are reported. */
export function readWorkloads(
  session: Session,
  rows: readonly (SourceRow & { readonly adopt?: string | undefined })[],
): readonly WorkloadManifest[] {
  const workloads: WorkloadManifest[] = []
  const seen = new Set<string>()
  for (const [i, row] of rows.entries()) {
    for (const { manifest, report } of readManifests(session, row, ['workloads', i])) {
      const reference = referenceOf(manifest)
      if (manifest.kind === 'Node') {
        report('invalid-value', ['kind'], 'expected workloads, got a Node', { hint: 'Nodes go under cluster.nodes: { file: … }' })
        continue
      }
      if (seen.has(reference)) report('duplicate-object', ['metadata', 'name'], `expected each object once, got ${reference} again`)
      seen.add(reference)
      workloads.push(row.adopt !== undefined && isBare(manifest) ? adopt(manifest) : manifest)
    }
  }
  return workloads
}
