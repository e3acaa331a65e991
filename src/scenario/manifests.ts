import { CONVERTERS } from './convert/objects.ts'
import type { Raw } from './convert/shared.ts'
import { textMap } from './convert/shared.ts'
import { ALL_KINDS, isBuiltIn, modelledKind, NOT_MODELLED_KINDS, REFUSED_KINDS } from './kinds.ts'
import {
  invalidName,
  invalidValue,
  missingField,
  type Report,
  refusedKind,
  shown,
  unknownKind,
  wrongApiVersion,
  wrongType,
} from './problems.ts'
import type { Profile } from './profile.ts'
import type { Manifest, NodeManifest, WorkloadManifest } from './specs.ts'
import { isMap, walk } from './walk.ts'
import type { Path } from './yaml.ts'

/** One object of a file, after List kinds are opened. */
export interface RawObject {
  readonly value: unknown
  /** From the document's root. */
  readonly path: Path
  /** The kind and apiVersion that its List gives it when it has none (`PodList`). */
  readonly implied?: { readonly kind: string; readonly apiVersion: unknown }
}

/** What reading manifests gathers beside them. */
export interface ManifestReading {
  readonly profile: Profile
  readonly allowUnknownFields: boolean
  readonly ignored: Set<string>
  readonly notModelled: Map<string, number>
}

/** The objects of one document; `List`, `PodList` … are opened, empty documents give none. */
export function* objectsOf(value: unknown, path: Path = []): Generator<RawObject> {
  if (value === null || value === undefined) return
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) yield* objectsOf(item, [...path, i])
    return
  }
  const kind = isMap(value) && typeof value.kind === 'string' ? value.kind : ''
  if (!isMap(value) || !kind.endsWith('List') || !Array.isArray(value.items)) {
    yield { value, path }
    return
  }
  const implied = kind === 'List' ? undefined : { kind: kind.slice(0, -4), apiVersion: value.apiVersion }
  for (const [i, item] of value.items.entries()) {
    const itemPath = [...path, 'items', i]
    if (implied !== undefined && isMap(item) && item.kind === undefined) yield { value: item, path: itemPath, implied }
    else yield* objectsOf(item, itemPath)
  }
}

const isAbsent = (value: unknown): boolean => value === undefined || value === null

/** One object as a manifest with Kubernetes' defaults; absent when it is not modelled, or wrong and reported. Paths are from the object. */
export function readObject(object: RawObject, reading: ManifestReading, report: Report): WorkloadManifest | NodeManifest | undefined {
  const { value } = object
  if (!isMap(value)) {
    report([], wrongType('a Kubernetes object', value))
    return undefined
  }
  const kind = object.implied?.kind ?? value.kind
  const apiVersion = value.apiVersion ?? object.implied?.apiVersion
  if (typeof kind !== 'string' || kind === '') {
    report(['kind'], isAbsent(kind) ? missingField('kind') : wrongType('a kind such as Deployment', kind))
    return undefined
  }
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    report(['apiVersion'], isAbsent(apiVersion) ? missingField('apiVersion') : wrongType(`an apiVersion for ${kind}`, apiVersion))
    return undefined
  }
  return readKind(value, kind, apiVersion, reading, report)
}

function readKind(
  value: Raw,
  kind: string,
  apiVersion: string,
  reading: ManifestReading,
  report: Report,
): WorkloadManifest | NodeManifest | undefined {
  const builtIn = isBuiltIn(apiVersion)
  if (!builtIn || NOT_MODELLED_KINDS.includes(kind)) {
    reading.notModelled.set(kind, (reading.notModelled.get(kind) ?? 0) + 1)
    return undefined
  }
  if (REFUSED_KINDS.includes(kind)) {
    report(['kind'], refusedKind(kind))
    return undefined
  }
  const row = modelledKind(kind)
  if (row === undefined) {
    report(['kind'], unknownKind(kind, ALL_KINDS))
    return undefined
  }
  const until = row.formerly[apiVersion]
  if (apiVersion !== row.apiVersion && (until === undefined || reading.profile.minor >= until)) {
    report(['apiVersion'], wrongApiVersion(kind, row.apiVersion, apiVersion, until))
    return undefined
  }
  return convert(value, kind, row, reading, report)
}

function convert(value: Raw, kind: string, row: NonNullable<ReturnType<typeof modelledKind>>, reading: ManifestReading, report: Report) {
  let wrong = false
  const watched: Report = (path, diagnosis) => {
    if (diagnosis.severity !== 'warning') wrong = true
    report(path, diagnosis)
  }
  walk(value, row.fields, { kind, ...reading, report: watched })
  if (wrong) return undefined
  const identity = identityOf(value, row.namespaced, watched)
  const made = wrong ? undefined : CONVERTERS[kind]?.(value, identity, { profile: reading.profile, report: watched })
  return wrong ? undefined : made
}

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/

function identityOf(value: Raw, namespaced: boolean, report: Report): Omit<Manifest, 'kind'> {
  const { metadata } = value
  const name = metadata.name ?? ''
  if (name === '') {
    const generated = metadata.generateName !== undefined
    const hint = generated ? 'generateName alone would give the object another name in each run; write name' : undefined
    report(['metadata', 'name'], missingField('name', '', hint))
  } else if (!SUBDOMAIN.test(name) || name.length > 253) {
    report(['metadata', 'name'], invalidName(name))
  }
  const labels = textMap(metadata.labels)
  for (const [key, label] of Object.entries(labels)) {
    if (LABEL_VALUE.test(label) && label.length <= 63) continue
    report(['metadata', 'labels', key], invalidValue(`expected a label of at most 63 letters, digits, -, _ and ., got ${shown(label)}`))
  }
  const namespace = namespaced ? metadata.namespace || 'default' : ''
  return { name, namespace, labels, annotations: textMap(metadata.annotations) }
}

/** How problems and results call an object: `deployment/default/web`, `node/n01`. */
export const referenceOf = ({ kind, namespace, name }: Pick<Manifest, 'kind' | 'namespace' | 'name'>): string =>
  `${kind.toLowerCase()}/${namespace === '' ? '' : `${namespace}/`}${name}`
