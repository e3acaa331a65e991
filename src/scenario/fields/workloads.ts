import { kindOf, LABEL_SELECTOR, STATUS } from './metadata.ts'
import { POD_TEMPLATE } from './pod.ts'
import { accepted, atLeast, boolean, integerOrText, modelled, object, textMap, word } from './types.ts'

const SCALED = { replicas: atLeast(0), minReadySeconds: atLeast(0), ...modelled({ template: POD_TEMPLATE }) }
const INTEGER_OR_TEXT = modelled({ maxSurge: integerOrText, maxUnavailable: integerOrText })

/** ReplicationController (v1): selector and template fall back on each other. */
export const REPLICATION_CONTROLLER = kindOf(
  { ...modelled({ spec: object({ ...SCALED, ...modelled({ selector: textMap }) }, ['template']) }), ...accepted({ status: STATUS }) },
  ['spec'],
)

/** ReplicaSet (apps/v1). */
export const REPLICA_SET = kindOf(
  {
    ...modelled({ spec: object({ ...SCALED, ...modelled({ selector: LABEL_SELECTOR }) }, ['selector', 'template']) }),
    ...accepted({ status: STATUS }),
  },
  ['spec'],
)

/** Deployment (apps/v1). */
export const DEPLOYMENT = kindOf(
  {
    ...modelled({
      spec: object(
        {
          ...SCALED,
          ...modelled({
            selector: LABEL_SELECTOR,
            strategy: object(modelled({ type: word('RollingUpdate', 'Recreate'), rollingUpdate: object(INTEGER_OR_TEXT) })),
            paused: boolean,
          }),
          progressDeadlineSeconds: atLeast(1),
          revisionHistoryLimit: atLeast(0),
          podReplacementPolicy: {
            mark: 'refused',
            type: word('TerminationStarted', 'TerminationComplete'),
            harmless: ['TerminationStarted'],
          },
        },
        ['selector', 'template'],
      ),
    }),
    ...accepted({ status: STATUS }),
  },
  ['spec'],
)

/** PodDisruptionBudget (policy/v1). */
export const POD_DISRUPTION_BUDGET = kindOf(
  {
    ...modelled({
      spec: object({
        ...modelled({ selector: LABEL_SELECTOR, minAvailable: integerOrText, maxUnavailable: integerOrText }),
        unhealthyPodEvictionPolicy: { mark: 'modelled', type: word('IfHealthyBudget', 'AlwaysAllow'), since: 27 },
      }),
    }),
    ...accepted({ status: STATUS }),
  },
  ['spec'],
)
