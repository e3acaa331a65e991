import { PERSISTENT_VOLUME_CLAIM } from './claim.ts'
import { kindOf, LABEL_SELECTOR, STATUS } from './metadata.ts'
import { POD_TEMPLATE } from './pod.ts'
import { accepted, atLeast, ignored, integerOrText, list, modelled, object, text, word } from './types.ts'

const RETENTION = { mark: 'refused', type: word('Retain', 'Delete'), harmless: ['Retain'] } as const

/** StatefulSet (apps/v1). */
export const STATEFUL_SET = kindOf(
  {
    ...modelled({
      spec: object(
        {
          replicas: atLeast(0),
          minReadySeconds: { ...atLeast(0), since: 22 },
          revisionHistoryLimit: atLeast(0),
          ...modelled({
            selector: LABEL_SELECTOR,
            template: POD_TEMPLATE,
            volumeClaimTemplates: list(PERSISTENT_VOLUME_CLAIM),
            podManagementPolicy: word('OrderedReady', 'Parallel'),
            updateStrategy: object({
              ...modelled({
                type: word('RollingUpdate', 'OnDelete'),
                rollingUpdate: object({
                  partition: atLeast(0),
                  // The gate MaxUnavailableStatefulSet is off from 1.24 to 1.36 (1.35 had it on up to 1.35.3): the API server drops the
                  // field.
                  maxUnavailable: { mark: 'ignored', type: integerOrText, since: 24 },
                }),
              }),
            }),
            persistentVolumeClaimRetentionPolicy: object({ whenDeleted: RETENTION, whenScaled: RETENTION }),
          }),
          ordinals: { mark: 'modelled', type: object({ start: atLeast(0) }), since: 26 },
          ...ignored({ serviceName: text }),
        },
        ['selector', 'template'],
      ),
    }),
    ...accepted({ status: STATUS }),
  },
  ['spec'],
)
