import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { read } from '../../src/scenario/read.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import type { DeploymentManifest, PodManifest, ReplicaSetManifest, ServiceManifest } from '../../src/scenario/specs.ts'
import { around } from './broken-support.ts'
import { loadFrom, vocabulary } from './vocabulary.ts'

/** The scenario around one manifest file, which must be sound. */
function scenarioOf(manifest: string, name = 'objects.yaml'): Scenario {
  const result = around(name, manifest)
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'))
  return result.scenario
}
const first = <Manifest>(manifest: string): Manifest => scenarioOf(manifest).workloads[0] as Manifest

const POD = 'apiVersion: v1\nkind: Pod\nmetadata: { name: p }\n'
const podOf = (spec: string): PodManifest => first<PodManifest>(`${POD}spec: { ${spec} }\n`)
const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  selector: { matchLabels: { app: web } }
  template: { metadata: { labels: { app: web } }, spec: { containers: [{ name: app, image: web }] } }
`

describe('a manifest gets the defaults of the API server', () => {
  test('a Deployment: one replica, rolling a quarter at a time, ten revisions, ten minutes to progress', () => {
    expect(first<DeploymentManifest>(DEPLOYMENT)).toMatchObject({
      namespace: 'default',
      replicas: 1,
      minReadySeconds: 0,
      strategy: 'RollingUpdate',
      maxSurge: { percent: 25 },
      maxUnavailable: { percent: 25 },
      progressDeadlineSeconds: 600,
      revisionHistoryLimit: 10,
      paused: false,
    })
  })

  test('a Pod: restarted always, thirty seconds to stop, the default scheduler, service links', () => {
    expect(podOf('containers: [{ name: c, image: "i:1" }]').spec).toMatchObject({
      restartPolicy: 'Always',
      terminationGracePeriodSeconds: 30,
      schedulerName: 'default-scheduler',
      enableServiceLinks: true,
      hostNetwork: false,
      tolerations: [],
      preemptionPolicy: 'PreemptLowerPriority',
    })
  })

  test.each([
    ['web', 'Always'],
    ['web:latest', 'Always'],
    ['web:v1', 'IfNotPresent'],
    ['registry:5000/web', 'Always'],
    ['registry:5000/web:1', 'IfNotPresent'],
    ['web@sha256:0123', 'IfNotPresent'],
  ])('an image %s is pulled %s', (image, policy) => {
    expect(podOf(`containers: [{ name: c, image: "${image}" }]`).spec.containers[0]?.imagePullPolicy).toBe(policy)
  })

  test('requests are the limits where only limits are given, resource by resource', () => {
    const resources = 'resources: { limits: { cpu: 1, memory: 1Gi }, requests: { cpu: 250m } }'
    const [container] = podOf(`containers: [{ name: c, image: "i:1", ${resources} }]`).spec.containers
    expect(container).toMatchObject({ requests: { cpu: 250, memory: 1024 ** 3 }, limits: { cpu: 1000, memory: 1024 ** 3 } })
  })

  test('a probe: every ten seconds, one second to answer, three failures; 0 counts as absent', () => {
    const [container] = podOf('containers: [{ name: c, image: "i:1", readinessProbe: { tcpSocket: { port: 80 }, periodSeconds: 0 } }]').spec
      .containers
    expect(container?.readinessProbe).toEqual({
      handler: 'tcpSocket',
      initialDelaySeconds: 0,
      timeoutSeconds: 1,
      periodSeconds: 10,
      successThreshold: 1,
      failureThreshold: 3,
    })
  })

  test('a toleration: operator Equal, every effect; negative seconds are none at all', () => {
    const tolerations = 'tolerations: [{ key: a, value: b }, { operator: Exists, effect: NoExecute, tolerationSeconds: -5 }]'
    expect(podOf(`containers: [{ name: c, image: "i:1" }], ${tolerations}`).spec.tolerations).toEqual([
      { key: 'a', operator: 'Equal', value: 'b', effect: '' },
      { key: '', operator: 'Exists', value: '', effect: 'NoExecute', tolerationSeconds: 0 },
    ])
  })

  test('a Service: ClusterIP, TCP, the target port as the port', () => {
    const service = first<ServiceManifest>('apiVersion: v1\nkind: Service\nmetadata: { name: web }\nspec: { ports: [{ port: 80 }] }\n')
    expect(service).toMatchObject({ type: 'ClusterIP', selector: {}, ports: [{ name: '', port: 80, targetPort: 80, protocol: 'TCP' }] })
    expect(service.clusterIP).toBeUndefined()
  })

  test('a ReplicationController selects the labels of its template', () => {
    const controller = first<ReplicaSetManifest>(
      DEPLOYMENT.replace('apps/v1', 'v1')
        .replace('Deployment', 'ReplicationController')
        .replace(/ {2}selector.*\n/, ''),
    )
    expect(controller).toMatchObject({ kind: 'ReplicationController', selector: { matchLabels: { app: 'web' } }, replicas: 1 })
  })

  test('ports of a Pod on the host network are ports of the host', () => {
    const pod = podOf('hostNetwork: true, containers: [{ name: c, image: "i:1", ports: [{ containerPort: 80 }] }]')
    expect(pod.spec.containers[0]?.ports).toEqual([{ name: '', containerPort: 80, hostPort: 80, protocol: 'TCP' }])
  })

  test('affinity, spreading and volumes', () => {
    const spec = `
      affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [{ key: disk, operator: In, values: [ssd] }] }] } }, podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 5, podAffinityTerm: { topologyKey: zone, labelSelector: { matchLabels: { a: b } } } }] } },
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule }],
      volumes: [{ name: a }, { name: b, configMap: { name: x } }, { name: c, nfs: { server: s, path: / } }],
      containers: [{ name: c, image: "i:1" }]`
    expect(podOf(spec).spec).toMatchObject({
      affinity: {
        nodeAffinity: {
          required: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }], matchFields: [] }],
          preferred: [],
        },
        podAffinity: { required: [], preferred: [] },
        podAntiAffinity: { preferred: [{ weight: 5, term: { topologyKey: 'zone', namespaces: [] } }] },
      },
      topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }],
      volumes: [
        { name: 'a', kind: 'emptyDir' },
        { name: 'b', kind: 'configMap' },
      ],
    })
  })

  test('a disruption budget without amounts keeps one Pod; without selector it selects none', () => {
    const scenario = scenarioOf('apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: { name: b }\nspec: {}\n')
    expect(scenario.workloads[0]).toMatchObject({
      minAvailable: { count: 1 },
      selector: { matchExpressions: [{ operator: 'In', values: [] }] },
    })
  })
})

describe('manifests come as kubectl and repositories have them', () => {
  test('with everything a server adds', () => {
    const pod = first<PodManifest>(`apiVersion: v1
kind: Pod
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"v1","kind":"Pod"}
  creationTimestamp: "2024-01-01T00:00:00Z"
  generateName: web-5d4f-
  labels: { app: web }
  managedFields: [{ manager: kubectl, operation: Update, fieldsV1: { f:metadata: { f:labels: {} } } }]
  name: web-5d4f-x7k2p
  ownerReferences:
  - { apiVersion: apps/v1, blockOwnerDeletion: true, controller: true, kind: ReplicaSet, name: web-5d4f, uid: 1-2-3 }
  resourceVersion: "123"
  uid: 4-5-6
spec:
  containers: [{ name: app, image: web, resources: {}, volumeMounts: [{ mountPath: /t, name: t, readOnly: true }] }]
  nodeName: n1
  securityContext: {}
  serviceAccountName: default
  schedulingGates: []
  volumes: [{ name: t, projected: { defaultMode: 0644, sources: [{ serviceAccountToken: { expirationSeconds: 3607, path: token } }] } }]
status:
  conditions: [{ lastProbeTime: null, status: "True", type: Ready }]
  phase: Running
  podIP: 10.0.0.1
`)
    expect(pod).toMatchObject({ name: 'web-5d4f-x7k2p', owner: 'ReplicaSet/web-5d4f', phase: 'Running', spec: { nodeName: 'n1' } })
    expect(Object.keys(pod.annotations)).toHaveLength(1)
  })

  test('as a List, as a PodList whose items have no kind, and as JSON', () => {
    const spec = '{ containers: [{ name: c, image: "i:1" }] }'
    const list = `apiVersion: v1\nkind: List\nitems:\n- { apiVersion: v1, kind: Pod, metadata: { name: a }, spec: ${spec} }\n`
    const pods = `apiVersion: v1\nkind: PodList\nitems:\n- { metadata: { name: b }, spec: ${spec} }\n`
    const json = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'c' },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    })
    expect(scenarioOf(`${list}---\n${pods}---\n${json}\n`).workloads.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })

  test('with kinds that have no part in recovery, and custom resources: counted', () => {
    const config = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c }\ndata: { any: thing }\n'
    const custom = 'apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: c }\n'
    expect(scenarioOf([DEPLOYMENT, config, config.replace('name: c', 'name: d'), custom].join('---\n')).notModelled).toEqual([
      { kind: 'Certificate', count: 1 },
      { kind: 'ConfigMap', count: 2 },
    ])
  })

  test('with fields that have no effect here: each listed once', () => {
    const more = DEPLOYMENT.replace('containers:', 'dnsPolicy: Default, containers:').replace(
      'image: web',
      'image: web, command: [sh], tty: true',
    )
    expect(scenarioOf(`${more}---\n${more.replace('name: web', 'name: api')}`).ignored).toEqual([
      'Deployment spec.template.spec.containers[].command',
      'Deployment spec.template.spec.containers[].tty',
      'Deployment spec.template.spec.dnsPolicy',
    ])
  })

  test('in the version of their time: a budget of policy/v1beta1 for Kubernetes 1.20', () => {
    const budget = 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: { name: b }\nspec: { maxUnavailable: 1 }\n'
    expect(around('before-its-time.yaml', budget).ok).toBe(true)
    expect(around('budget.yaml', budget).ok).toBe(false)
  })
})

test('genuine Nodes and Pods of a recorded cluster are read as they are', () => {
  const file = (name: string) => readFileSync(new URL(`../fixtures/openb/${name}.yaml`, import.meta.url))
  const text = `apiVersion: reconverge/v1
kind: Scenario
metadata: { name: openb }
horizon: 1h
cluster: { nodes: [{ file: nodes.yaml }] }
workloads: [{ file: pods.yaml, adopt: replicaset }]
`
  const result = read({ path: 'x.yaml', text, load: loadFrom({ 'nodes.yaml': file('nodes'), 'pods.yaml': file('pods') }) }, vocabulary)
  if (!result.ok) throw new Error(result.problems[0]?.message)
  const { cluster, workloads } = result.scenario
  expect([cluster.machines.length, workloads.length]).toEqual([13, 25])
  expect(cluster.machines[1]).toMatchObject({
    name: 'openb-node-0000',
    allocatable: { cpu: 64000, memory: 262144 * 1024 ** 2, pods: 1001, 'alibabacloud.com/gpu-count': 2 },
  })
})
