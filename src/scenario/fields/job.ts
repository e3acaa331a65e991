import { kindOf, LABEL_SELECTOR } from './metadata.ts'
import { POD_TEMPLATE } from './pod.ts'
import { accepted, anything, atLeast, boolean, integer, list, modelled, object, text, word } from './types.ts'

const FAILURE_RULE = object(
  modelled({
    action: word('FailJob', 'FailIndex', 'Ignore', 'Count'),
    onExitCodes: object(modelled({ containerName: text, operator: word('In', 'NotIn'), values: list(integer) }), ['operator', 'values']),
    onPodConditions: list(object(modelled({ type: text, status: text }), ['type'])),
  }),
  ['action'],
)

const SUCCESS_RULE = object({ ...modelled({ succeededIndexes: text }), succeededCount: atLeast(1) })

/** JobSpec (k8s.io/api batch/v1, as of Kubernetes 1.36); each field from the release whose API server keeps it by default. */
export const JOB_SPEC = object(
  {
    ...modelled({ template: POD_TEMPLATE }),
    parallelism: atLeast(0),
    completions: atLeast(0),
    backoffLimit: atLeast(0),
    activeDeadlineSeconds: atLeast(0),
    ttlSecondsAfterFinished: { ...atLeast(0), since: 21 },
    completionMode: { mark: 'modelled', type: word('NonIndexed', 'Indexed'), since: 22 },
    suspend: { mark: 'modelled', type: boolean, since: 22 },
    podFailurePolicy: { mark: 'modelled', type: object(modelled({ rules: list(FAILURE_RULE) }), ['rules']), since: 26 },
    podReplacementPolicy: { mark: 'modelled', type: word('TerminatingOrFailed', 'Failed'), since: 29 },
    backoffLimitPerIndex: { ...atLeast(0), since: 29 },
    maxFailedIndexes: { ...atLeast(0), since: 29 },
    successPolicy: { mark: 'modelled', type: object(modelled({ rules: list(SUCCESS_RULE) }), ['rules']), since: 31 },
    managedBy: { mark: 'refused', type: text, harmless: ['kubernetes.io/job-controller'] },
    ...accepted({ selector: LABEL_SELECTOR, manualSelector: boolean }),
  },
  ['template'],
)

const CONDITION = object({
  ...modelled({ type: text, status: text, reason: text }),
  ...accepted({ lastProbeTime: anything, lastTransitionTime: anything, message: text }),
})
const STATUS = object({
  ...modelled({ succeeded: integer, failed: integer, conditions: list(CONDITION) }),
  ...accepted({
    active: integer,
    completedIndexes: text,
    completionTime: anything,
    failedIndexes: text,
    ready: integer,
    startTime: anything,
    terminating: integer,
    uncountedTerminatedPods: anything,
  }),
})

/** Job (batch/v1). Of a recorded one the counts and the end are read. */
export const JOB = kindOf(modelled({ spec: JOB_SPEC, status: STATUS }), ['spec'])
