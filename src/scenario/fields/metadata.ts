import type { ValueType } from './types.ts'
import { accepted, anything, boolean, ignored, integer, list, modelled, object, text, textMap, texts, word } from './types.ts'

const OWNER_REFERENCE = object(
  {
    ...modelled({ kind: text, name: text, controller: boolean }),
    ...accepted({ apiVersion: text, uid: text, blockOwnerDeletion: boolean }),
  },
  ['kind', 'name'],
)

/** ObjectMeta (k8s.io/apimachinery meta/v1). */
export const METADATA = object({
  ...modelled({
    name: text,
    namespace: text,
    labels: textMap,
    annotations: textMap,
    ownerReferences: list(OWNER_REFERENCE),
    generateName: text,
  }),
  ...ignored({ finalizers: texts, deletionTimestamp: text, deletionGracePeriodSeconds: integer }),
  ...accepted({
    uid: text,
    resourceVersion: text,
    generation: integer,
    creationTimestamp: text,
    selfLink: text,
    managedFields: list(anything),
    clusterName: text,
  }),
})

/** LabelSelectorRequirement (k8s.io/apimachinery meta/v1). */
export const REQUIREMENT = object(modelled({ key: text, operator: word('In', 'NotIn', 'Exists', 'DoesNotExist'), values: texts }), [
  'key',
  'operator',
])
/** A requirement of a node selector, which also compares whole numbers. */
export const NODE_REQUIREMENT = object(
  modelled({ key: text, operator: word('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'), values: texts }),
  ['key', 'operator'],
)
/** LabelSelector (k8s.io/apimachinery meta/v1). */
export const LABEL_SELECTOR = object(modelled({ matchLabels: textMap, matchExpressions: list(REQUIREMENT) }))

/** A whole object of a kind: its own fields beside those every object has. */
export const kindOf = (fields: Parameters<typeof object>[0], required: readonly string[] = []) =>
  object({ ...modelled({ apiVersion: text, kind: text, metadata: METADATA }), ...fields }, ['metadata', ...required])

/** The status of a kind of which nothing is read. */
export const STATUS: ValueType = anything
