import type { RawObject } from './manifests.ts'
import { objectsOf, readObject, referenceOf } from './manifests.ts'
import type { Override } from './problem.ts'
import { duplicateObject, invalidValue, type Report, unknownClaim, unknownNode, unknownPriorityClass } from './problems.ts'
import type { MachineSpec } from './scenario.ts'
import type { SourceRow } from './schema/cluster.ts'
import type { Session } from './session.ts'
import { loadDocuments, reportAt } from './session.ts'
import { applyEdit, overrideOf } from './set.ts'
import type { NodeManifest, PodManifest, PodTemplate, ReplicaSetManifest, WorkloadManifest } from './specs.ts'
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

/** Classes every cluster has (scheduling/v1 well-known). */
const SYSTEM_CLASSES = ['system-cluster-critical', 'system-node-critical']

/** The template of the Pods that a manifest leads to; absent for a Pod itself, and for what has none. */
function templateOf(manifest: WorkloadManifest | NodeManifest): PodTemplate | undefined {
  if (manifest.kind === 'CronJob') return manifest.jobTemplate.spec.template
  return 'template' in manifest ? manifest.template : undefined
}

/** Reports what admission would reject: a priority class that does not exist. */
function checkPriorityClasses(found: readonly ReadManifest[]): void {
  const known = [...found.flatMap(({ manifest }) => (manifest.kind === 'PriorityClass' ? [manifest.name] : [])), ...SYSTEM_CLASSES]
  for (const { manifest, report } of found) {
    const template = templateOf(manifest)
    const spec = template?.spec ?? (manifest.kind === 'Pod' ? manifest.spec : undefined)
    const name = spec?.priorityClassName ?? ''
    if (name === '' || known.includes(name)) continue
    const above = manifest.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template']
    const path = [...(template === undefined ? [] : above), 'spec', 'priorityClassName']
    report(path, unknownPriorityClass(name, known))
  }
}

/** Reports Pods that would wait for ever for a claim that no manifest has; a StatefulSet makes those of its templates itself. */
function checkClaims(found: readonly ReadManifest[]): void {
  const known = found.flatMap(({ manifest }) => (manifest.kind === 'PersistentVolumeClaim' ? [manifest] : []))
  for (const { manifest, report } of found) {
    const template = templateOf(manifest)
    const volumes = template?.spec.volumes ?? (manifest.kind === 'Pod' ? manifest.spec.volumes : [])
    const own = manifest.kind === 'StatefulSet' ? manifest.volumeClaimTemplates.map(({ name }) => name) : []
    const names = known.filter(({ namespace }) => namespace === manifest.namespace).map(({ name }) => name)
    for (const [i, { name, claimName }] of volumes.entries()) {
      if (claimName === undefined || own.includes(name) || names.includes(claimName)) continue
      const above = manifest.kind === 'CronJob' ? ['spec', 'jobTemplate', 'spec', 'template'] : ['spec', 'template']
      const path = [...(template === undefined ? [] : above), 'spec', 'volumes', i, 'persistentVolumeClaim', 'claimName']
      report(path, unknownClaim(claimName, names))
    }
  }
}

/** Reports Pods that are on machines which do not exist. */
function checkNodeNames(found: readonly ReadManifest[], machines: readonly MachineSpec[]): void {
  const names = machines.map(({ name }) => name)
  for (const { manifest, report } of found) {
    const node = manifest.kind === 'Pod' ? manifest.spec.nodeName : undefined
    if (node === undefined || names.includes(node)) continue
    report(['spec', 'nodeName'], unknownNode(node, names))
  }
}

/** The manifests of the rows under `workloads`; one object given twice, and Nodes, are reported. `machines`: where Pods may be already. */
export function readWorkloads(
  session: Session,
  rows: readonly (SourceRow & { readonly adopt?: string | undefined })[],
  machines?: readonly MachineSpec[],
): readonly WorkloadManifest[] {
  const workloads: WorkloadManifest[] = []
  const found: ReadManifest[] = []
  const seen = new Set<string>()
  for (const [i, row] of rows.entries()) {
    for (const read of readManifests(session, row, ['workloads', i])) {
      const { manifest, report } = read
      const reference = referenceOf(manifest)
      if (manifest.kind === 'Node') {
        report(['kind'], invalidValue('expected workloads, got a Node', 'Nodes go under cluster.nodes: { file: … }'))
        continue
      }
      if (seen.has(reference)) report(['metadata', 'name'], duplicateObject(reference))
      seen.add(reference)
      found.push(read)
      workloads.push(row.adopt !== undefined && isBare(manifest) ? adopt(manifest) : manifest)
    }
  }
  checkPriorityClasses(found)
  checkClaims(found)
  if (machines !== undefined) checkNodeNames(found, machines)
  return workloads
}
