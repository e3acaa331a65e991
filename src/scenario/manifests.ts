import { CONVERTERS } from './convert/objects.ts'
import type { Raw } from './convert/shared.ts'
import { textMap } from './convert/shared.ts'
import { ALL_KINDS, isBuiltIn, modelledKind, NOT_MODELLED_KINDS, REFUSED_KINDS } from './kinds.ts'
import type { Profile } from './profile.ts'
import type { Manifest, NodeManifest, WorkloadManifest } from './specs.ts'
import { nearest } from './suggest.ts'
import type { Report } from './walk.ts'
import { isMap, shown, walk } from './walk.ts'
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

/** One object as a manifest with Kubernetes' defaults; absent when it is not modelled, or wrong and reported. Paths are from the object. */
export function readObject(object: RawObject, reading: ManifestReading, report: Report): WorkloadManifest | NodeManifest | undefined {
  const { value } = object
  if (!isMap(value)) {
    report('wrong-type', [], `expected a Kubernetes object, got ${shown(value)}`)
    return undefined
  }
  const kind = object.implied?.kind ?? value.kind
  const apiVersion = value.apiVersion ?? object.implied?.apiVersion
  if (typeof kind !== 'string' || kind === '') {
    report(
      kind === undefined || kind === null ? 'missing-field' : 'wrong-type',
      ['kind'],
      `expected a kind such as Deployment, got ${shown(kind)}`,
    )
    return undefined
  }
  if (typeof apiVersion !== 'string' || apiVersion === '') {
    const missing = apiVersion === undefined || apiVersion === null
    report(missing ? 'missing-field' : 'wrong-type', ['apiVersion'], `expected an apiVersion for ${kind}, got ${shown(apiVersion)}`)
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
    const hint = `see docs/MODEL.md#${kind.toLowerCase()}`
    report('refused-kind', ['kind'], `expected no ${kind}: it would change recovery and is not modelled`, { hint })
    return undefined
  }
  const row = modelledKind(kind)
  if (row === undefined) {
    const near = nearest(kind, ALL_KINDS)
    const hint = near === undefined ? undefined : `did you mean ${JSON.stringify(near)}?`
    report('unknown-kind', ['kind'], `expected a kind of Kubernetes, got ${shown(kind)}`, { hint })
    return undefined
  }
  const until = row.formerly[apiVersion]
  if (apiVersion !== row.apiVersion && (until === undefined || reading.profile.minor >= until)) {
    const gone = until === undefined ? '' : `, which Kubernetes no longer serves from 1.${until}`
    report('wrong-api-version', ['apiVersion'], `expected ${row.apiVersion} for ${kind}, got ${apiVersion}${gone}`, {
      hint: `write apiVersion: ${row.apiVersion}`,
    })
    return undefined
  }
  return convert(value, kind, row, reading, report)
}

function convert(value: Raw, kind: string, row: NonNullable<ReturnType<typeof modelledKind>>, reading: ManifestReading, report: Report) {
  let wrong = false
  const watched: Report = (code, path, message, more) => {
    if (more?.severity !== 'warning') wrong = true
    report(code, path, message, more)
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
    report('missing-field', ['metadata', 'name'], 'expected the field "name", got nothing', { at: 'key', hint })
  } else if (!SUBDOMAIN.test(name) || name.length > 253) {
    report('invalid-name', ['metadata', 'name'], `expected a name of lower-case letters, digits, - and ., got ${shown(name)}`)
  }
  const labels = textMap(metadata.labels)
  for (const [key, label] of Object.entries(labels)) {
    if (LABEL_VALUE.test(label) && label.length <= 63) continue
    report('invalid-value', ['metadata', 'labels', key], `expected a label of at most 63 letters, digits, -, _ and ., got ${shown(label)}`)
  }
  const namespace = namespaced ? metadata.namespace || 'default' : ''
  return { name, namespace, labels, annotations: textMap(metadata.annotations) }
}

/** How problems and results call an object: `deployment/default/web`, `node/n01`. */
export const referenceOf = ({ kind, namespace, name }: Pick<Manifest, 'kind' | 'namespace' | 'name'>): string =>
  `${kind.toLowerCase()}/${namespace === '' ? '' : `${namespace}/`}${name}`
