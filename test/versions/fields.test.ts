import { expect, test } from 'vitest'
import { scenarioOf } from '../support/play.ts'

const text = (profile: string, kind: string, spec: string): string => `# Is the field known?
apiVersion: reconverge/v1
kind: Scenario
metadata: { name: field }
kubernetes: "${profile}"
horizon: 1m
cluster: { nodes: [{ name: worker, count: 1, allocatable: { cpu: "1", memory: 1Gi } }] }
workloads: [{ objects: [{ apiVersion: ${kind === 'Job' ? 'batch' : 'apps'}/v1, kind: ${kind}, metadata: { name: w }, spec: { ${spec} } }] }]
`

const pod = (policy: string): string =>
  `template: { metadata: { labels: { app: w } }, spec: { restartPolicy: ${policy}, containers: [{ name: a, image: "a:1" }] } }`
const job = (field: string): string => `${field}, ${pod('Never')}`
const apps = (field: string): string => `selector: { matchLabels: { app: w } }, ${field}, ${pod('Always')}`

/** The profiles on both sides of a change, and the release that brought it. */
test.each([
  [
    'podFailurePolicy (KEP-3329)',
    '1.20',
    '1.27',
    26,
    'Job',
    job('podFailurePolicy: { rules: [{ action: Ignore, onPodConditions: [{ type: DisruptionTarget }] }] }'),
  ],
  [
    'backoffLimitPerIndex (KEP-3850)',
    '1.28',
    '1.29',
    29,
    'Job',
    job('completionMode: Indexed, completions: 2, backoffLimitPerIndex: 1, maxFailedIndexes: 1'),
  ],
  [
    'successPolicy (KEP-3998)',
    '1.30',
    '1.31',
    31,
    'Job',
    job('completionMode: Indexed, completions: 4, successPolicy: { rules: [{ succeededIndexes: "0,2-3", succeededCount: 1 }] }'),
  ],
  ['podReplacementPolicy (KEP-3939)', '1.28', '1.29', 29, 'Job', job('podReplacementPolicy: Failed')],
  [
    'maxSurge of a DaemonSet (KEP-1591)',
    '1.20',
    '1.27',
    22,
    'DaemonSet',
    apps('updateStrategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }'),
  ],
  ['minReadySeconds of a StatefulSet (KEP-2599)', '1.20', '1.27', 22, 'StatefulSet', apps('serviceName: w, minReadySeconds: 5')],
])('%s is refused in %s and heeded in %s: it came with 1.%i', (_, before, after, since, kind, spec) => {
  expect(() => scenarioOf(text(before, kind, spec))).toThrow(`1.${since}`)
  expect(scenarioOf(text(after, kind, spec)).workloads).toHaveLength(1)
})

test.each([
  ['backoffLimitPerIndex: 1', 'Indexed'],
  ['completionMode: Indexed, completions: 2, maxFailedIndexes: 1', 'backoffLimitPerIndex'],
  [
    'completionMode: Indexed, completions: 2, podFailurePolicy: { rules: [{ action: FailIndex, onExitCodes: { operator: In, values: [1] } }] }',
    'FailIndex',
  ],
  ['completionMode: Indexed, completions: 2, successPolicy: { rules: [{}] }', 'succeededIndexes'],
  ['completionMode: Indexed, completions: 2, successPolicy: { rules: [{ succeededIndexes: "1-" }] }', '0,2-4'],
])('a Job with %s is refused, as the API server does', (field, word) => {
  expect(() => scenarioOf(text('1.34', 'Job', job(field)))).toThrow(word)
})
