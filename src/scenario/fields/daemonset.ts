import { kindOf, LABEL_SELECTOR, STATUS } from './metadata.ts'
import { POD_TEMPLATE } from './pod.ts'
import { accepted, atLeast, integer, integerOrText, modelled, object, word } from './types.ts'

/** DaemonSet (apps/v1). `maxSurge` is on from 1.22 (gate DaemonSetUpdateSurge). */
export const DAEMON_SET = kindOf(
  {
    ...modelled({
      spec: object(
        {
          minReadySeconds: atLeast(0),
          ...modelled({
            selector: LABEL_SELECTOR,
            template: POD_TEMPLATE,
            updateStrategy: object(
              modelled({
                type: word('RollingUpdate', 'OnDelete'),
                rollingUpdate: object({
                  ...modelled({ maxUnavailable: integerOrText }),
                  maxSurge: { mark: 'modelled', type: integerOrText, since: 22 },
                }),
              }),
            ),
          }),
          ...accepted({ revisionHistoryLimit: integer, templateGeneration: integer }),
        },
        ['selector', 'template'],
      ),
    }),
    ...accepted({ status: STATUS }),
  },
  ['spec'],
)
