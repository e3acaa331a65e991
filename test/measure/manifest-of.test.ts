import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { inspect } from '../../src/model.ts'
import { scenarioOf } from '../support/play.ts'

const scenarioWith = (objects: unknown) =>
  scenarioOf(`# Does what is shown say what was read?
${stringify({
  apiVersion: 'reconverge/v1',
  kind: 'Scenario',
  metadata: { name: 'shown' },
  kubernetes: '1.32',
  horizon: '1m',
  cluster: { nodes: [{ name: 'w', count: 2 }] },
  workloads: [{ objects }],
})}`)

const labels = { app: 'web' }
const term = { labelSelector: { matchLabels: labels }, topologyKey: 'kubernetes.io/hostname' }
const podSpec = {
  initContainers: [{ name: 'init', image: 'i:1', resources: { requests: { cpu: '50m' } } }],
  containers: [
    {
      name: 'app',
      image: 'a:1',
      ports: [{ name: 'http', containerPort: 80 }],
      resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { memory: '1Gi' } },
    },
  ],
  tolerations: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 }],
  affinity: {
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 10, podAffinityTerm: term }] },
  },
  volumes: [{ name: 'scratch', emptyDir: {} }],
}
const web = (kind: string, apiVersion: string, more: object) => ({
  apiVersion,
  kind,
  metadata: { name: 'web', labels },
  spec: {
    replicas: 2,
    selector: kind === 'ReplicationController' ? labels : { matchLabels: labels },
    template: { metadata: { labels }, spec: podSpec },
    ...more,
  },
})

const batch = (more: object) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'batch' },
  spec: { template: { metadata: { labels }, spec: { ...podSpec, restartPolicy: 'Never' } }, ...more },
})

const cron = {
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'cron' },
  spec: { schedule: '*/5 * * * *', startingDeadlineSeconds: 30, concurrencyPolicy: 'Forbid', jobTemplate: { spec: batch({}).spec } },
}

test.each([
  ['Deployment', web('Deployment', 'apps/v1', { strategy: { rollingUpdate: { maxSurge: '30%', maxUnavailable: 1 } } })],
  ['Deployment', web('Deployment', 'apps/v1', { strategy: { type: 'Recreate' }, minReadySeconds: 5 })],
  [
    'StatefulSet',
    web('StatefulSet', 'apps/v1', {
      serviceName: 'web',
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
      ordinals: { start: 3 },
      volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: { accessModes: ['ReadWriteOnce'] } }],
    }),
  ],
  ['StatefulSet', web('StatefulSet', 'apps/v1', { updateStrategy: { type: 'OnDelete' }, minReadySeconds: 5 })],
  ['ReplicaSet', web('ReplicaSet', 'apps/v1', {})],
  ['ReplicationController', web('ReplicationController', 'v1', {})],
  ['DaemonSet', web('DaemonSet', 'apps/v1', { replicas: undefined, updateStrategy: { type: 'OnDelete' } })],
  ['CronJob', cron],
  ['Job', batch({ completions: 3, parallelism: 2, completionMode: 'Indexed', backoffLimit: 1, activeDeadlineSeconds: 60 })],
  ['Job', batch({ parallelism: 2, suspend: true, ttlSecondsAfterFinished: 0, podReplacementPolicy: 'Failed' })],
  ['Job', batch({ podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }] } })],
  [
    'DaemonSet',
    web('DaemonSet', 'apps/v1', { replicas: undefined, updateStrategy: { rollingUpdate: { maxSurge: '30%', maxUnavailable: 0 } } }),
  ],
])('of a %s `get -o yaml` shows a manifest that reads as the same object', (kind, manifest) => {
  const scenario = scenarioWith([manifest])
  const { deployments, replicaSets, statefulSets, daemonSets, jobs, cronJobs } = inspect(scenario, 1, 10e6 as never)
  const shown = [...deployments, ...replicaSets, ...statefulSets, ...daemonSets, ...jobs, ...cronJobs]
    .map(({ object }) => object as typeof manifest)
    .filter((object) => object.kind === kind)
  expect(shown).toHaveLength(1)
  expect(scenarioWith(shown).workloads).toEqual(scenario.workloads)
})
