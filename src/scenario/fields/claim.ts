import { kindOf, LABEL_SELECTOR, STATUS } from './metadata.ts'
import { accepted, ignored, list, mapOf, modelled, object, plain, quantity, text, word } from './types.ts'

const SOURCE = plain({ apiGroup: text, kind: text, name: text, namespace: text })

const CLAIM_SPEC = object(
  {
    ...modelled({ accessModes: list(word('ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany', 'ReadOnlyMany')) }),
    ...ignored({
      storageClassName: text,
      volumeName: text,
      selector: LABEL_SELECTOR,
      dataSource: SOURCE,
      dataSourceRef: SOURCE,
      volumeAttributesClassName: text,
    }),
    ...accepted({ volumeMode: text, resources: plain({ requests: mapOf(quantity), limits: mapOf(quantity) }) }),
  },
  ['accessModes'],
)

/** PersistentVolumeClaim (v1); as `volumeClaimTemplates[]` of a StatefulSet its apiVersion and kind are absent. */
export const PERSISTENT_VOLUME_CLAIM = kindOf({ ...modelled({ spec: CLAIM_SPEC }), ...accepted({ status: STATUS }) }, ['spec'])
