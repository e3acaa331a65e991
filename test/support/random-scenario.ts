import fc from 'fast-check'
import { PROFILES } from '../../src/scenario/profile.ts'

/** A small cluster with faults and operations, as a scenario file. */
export interface RandomScenario {
  readonly profile: string
  readonly nodes: number
  readonly zones: number
  readonly workloads: readonly {
    readonly replicas: number
    readonly kind: string
    readonly probes: boolean
    readonly tolerationSeconds: number
    readonly parallel: boolean
    readonly claims: string
    /** Value of its PriorityClass; 0: none. */
    readonly priority: number
    /** How many of its Pods a PodDisruptionBudget lets go at once; −1: it has none. */
    readonly budget: number
  }[]
  readonly faults: readonly {
    readonly kind: string
    readonly at: number
    readonly lasts: number
    readonly count: number
    readonly component: string
    readonly role: string
    readonly factor: number
    readonly graceful: boolean
  }[]
  readonly controlPlane: { readonly count: number; readonly registered: boolean; readonly leaderElect: boolean }
  readonly operations: readonly { readonly kind: string; readonly at: number; readonly workload: number; readonly replicas: number }[]
  readonly initial: string
  readonly deletesNodes: boolean
  readonly autoscales: boolean
  /** Percent of the CPU that the Pods of the first workload request; 0: no autoscaler. */
  readonly load: number
  /** Pods that a ResourceQuota allows; 0: none forbids any. */
  readonly quota: number
  readonly seed: number
}

const workload = fc.record({
  replicas: fc.integer({ min: 1, max: 6 }),
  kind: fc.constantFrom(
    'Deployment',
    'Deployment',
    'ReplicaSet',
    'ReplicationController',
    'Pod',
    'StatefulSet',
    'DaemonSet',
    'Job',
    'CronJob',
  ),
  probes: fc.boolean(),
  tolerationSeconds: fc.constantFrom(5, 30, 300),
  parallel: fc.boolean(),
  claims: fc.constantFrom('', '', 'ReadWriteOnce', 'ReadWriteMany'),
  priority: fc.constantFrom(0, 0, 0, 1000),
  budget: fc.constantFrom(-1, -1, 0, 1, 2),
})
const fault = fc.record({
  kind: fc.constantFrom(
    'node-crash',
    'node-crash',
    'node-reboot',
    'node-partition',
    'kubelet-stop',
    'registry-outage',
    'container-crash',
    'crash-loop',
    'oom-kill',
    'pause-kill',
    'pod-kill',
    'vm-terminate',
    'spot-reclaim',
    'node-slow',
    'node-pressure',
    'runtime-hang',
    'readiness-slow',
    'registry-slow',
    'component-down',
    'component-down',
    'component-slow',
    'component-slow',
    'master-crash',
    'master-partition',
  ),
  at: fc.integer({ min: 1, max: 200 }),
  lasts: fc.constantFrom(0, 20, 60, 150),
  count: fc.integer({ min: 1, max: 2 }),
  component: fc.constantFrom('kube-apiserver', 'etcd', 'kube-controller-manager', 'kube-scheduler'),
  role: fc.constantFrom('any', 'any', 'leader', 'follower'),
  factor: fc.constantFrom(3, 100, 2000),
  graceful: fc.boolean(),
})
const operation = fc.record({
  kind: fc.constantFrom(
    'scale',
    'set-image',
    'delete',
    'rollout-restart',
    'cordon',
    'uncordon',
    'taint',
    'drain',
    'out-of-service',
    'force-delete',
    'apply',
  ),
  at: fc.integer({ min: 1, max: 300 }),
  workload: fc.nat(3),
  replicas: fc.integer({ min: 0, max: 8 }),
})

/** Random small scenarios, for fast-check. */
export const randomScenario: fc.Arbitrary<RandomScenario> = fc.record({
  profile: fc.constantFrom(...PROFILES),
  nodes: fc.integer({ min: 1, max: 5 }),
  zones: fc.integer({ min: 0, max: 3 }),
  workloads: fc.array(workload, { minLength: 1, maxLength: 3 }),
  faults: fc.array(fault, { minLength: 1, maxLength: 3 }),
  operations: fc.array(operation, { maxLength: 2 }),
  controlPlane: fc.record({
    count: fc.constantFrom(1, 1, 3),
    registered: fc.boolean(),
    leaderElect: fc.constantFrom(true, true, true, false),
  }),
  initial: fc.constantFrom('converged', 'converged', 'converged', 'empty'),
  deletesNodes: fc.boolean(),
  autoscales: fc.boolean(),
  load: fc.constantFrom(0, 0, 30, 70, 180),
  quota: fc.constantFrom(0, 0, 0, 5),
  seed: fc.nat(1000),
})

/** The scenario file of a random scenario. */
export function scenarioText(random: RandomScenario): string {
  const zones = Array.from({ length: random.zones }, (_, i) => String.fromCharCode(97 + i))
  const document = {
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'random' },
    kubernetes: random.profile,
    horizon: '12m',
    seed: random.seed,
    replications: 1,
    initial: random.initial,
    cluster: {
      'control-plane': controlPlaneDocument(random, zones),
      ...(isLater(random) ? { kubelet: { shutdownGracePeriod: '20s', shutdownGracePeriodCriticalPods: '5s' } } : {}),
      nodes: [
        {
          name: 'worker',
          count: random.nodes,
          ...(zones.length > 0 ? { zones } : {}),
          ...(random.autoscales ? { allocatable: { cpu: '1', memory: '4Gi', pods: 10 } } : {}),
        },
      ],
      cloud: {
        'deletes-nodes-of-terminated-machines': random.deletesNodes,
        'node-groups': random.autoscales ? [{ name: 'worker', max: random.nodes + 2 }] : [],
      },
    },
    workloads: [
      {
        objects: [
          ...random.workloads.flatMap((each, index) => objects(each, index, isLater(random))),
          ...random.workloads.flatMap((each, index) => budget(each, index, isLater(random))),
          ...(random.workloads.some(({ priority }) => priority > 0) ? [URGENT] : []),
          ...autoscaler(random),
          ...(random.quota > 0
            ? [
                {
                  apiVersion: 'v1',
                  kind: 'ResourceQuota',
                  metadata: { name: 'q', namespace: 'default' },
                  spec: { hard: { pods: random.quota } },
                },
              ]
            : []),
        ],
      },
    ],
    behaviour: [
      ...random.workloads.flatMap(behaviour),
      ...(random.load > 0 && SCALABLE.has(random.workloads[0]?.kind ?? '')
        ? [{ select: `${random.workloads[0]?.kind.toLowerCase()}/default/${nameOf(0)}`, load: loadOf(random) }]
        : []),
    ],
    faults: random.faults.map(faultDocument),
    operations: random.operations.flatMap((each) => operationDocument(random, each)),
  }
  return JSON.stringify(document)
}

const controlPlaneDocument = ({ controlPlane: { count, registered, leaderElect } }: RandomScenario, zones: readonly string[]): object => ({
  count,
  registered,
  'leader-elect': leaderElect,
  ...(zones.length > 0 ? { zones } : {}),
})

/** Kinds that an autoscaler scales. */
const SCALABLE: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])

/** The first workload under an autoscaler, if it can be scaled. */
function autoscaler({ load, workloads }: RandomScenario): object[] {
  const kind = workloads[0]?.kind ?? 'Pod'
  if (load === 0 || !SCALABLE.has(kind)) return []
  const apiVersion = kind === 'ReplicationController' ? 'v1' : 'apps/v1'
  const target = { type: 'Utilization', averageUtilization: 60 }
  const spec = {
    scaleTargetRef: { apiVersion, kind, name: nameOf(0) },
    minReplicas: 1,
    maxReplicas: 7,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
  }
  return [{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: nameOf(0), namespace: 'default' }, spec }]
}

/** A load that changes twice. */
function loadOf({ load, workloads }: RandomScenario): object {
  const rps = (load / 10) * (workloads[0]?.replicas ?? 1)
  return {
    perPod: 10,
    rps: [
      { at: '0s', rps },
      { at: '150s', rps: rps * 2 },
      { at: '400s', rps: rps / 3 },
    ],
  }
}

/** Faults that hit one machine and may last. */
const MACHINE_FAULTS: ReadonlySet<string> = new Set([
  'node-crash',
  'node-reboot',
  'node-partition',
  'kubelet-stop',
  'vm-terminate',
  'spot-reclaim',
  'node-slow',
  'runtime-hang',
])

const nameOf = (index: number): string => `w${index}`

/** Whether the release has what came after 1.20. */
const isLater = ({ profile }: RandomScenario): boolean => !profile.startsWith('1.20')

const URGENT = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass', metadata: { name: 'urgent' }, value: 1000 }

/** The PodDisruptionBudget of a workload that has one. */
const budget = ({ budget: most }: RandomScenario['workloads'][number], index: number, later: boolean): object[] =>
  most < 0
    ? []
    : [
        {
          apiVersion: later ? 'policy/v1' : 'policy/v1beta1',
          kind: 'PodDisruptionBudget',
          metadata: { name: nameOf(index), namespace: 'default' },
          spec: { maxUnavailable: most, selector: { matchLabels: { app: nameOf(index) } } },
        },
      ]

function objects(workload: RandomScenario['workloads'][number], index: number, later: boolean): object[] {
  const name = nameOf(index)
  const labels = { app: name }
  const probe = { httpGet: { path: '/', port: 80 }, periodSeconds: 5 }
  const container = {
    name: 'app',
    image: `app-${index % 2}:v1`,
    resources: { requests: { cpu: '300m', memory: '64Mi' } },
    ...(workload.probes ? { readinessProbe: probe, livenessProbe: probe } : {}),
  }
  const tolerations = [
    { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: workload.tolerationSeconds },
  ]
  const claim = { metadata: { name: `data-${name}` }, spec: { accessModes: [workload.claims] } }
  const claimed = workload.claims !== '' && workload.kind !== 'StatefulSet'
  const volumes = claimed ? [{ name: 'data', persistentVolumeClaim: { claimName: `data-${name}` } }] : []
  const spec = { containers: [container], tolerations, volumes, ...(workload.priority > 0 ? { priorityClassName: 'urgent' } : {}) }
  const template = { metadata: { labels }, spec }
  const { replicas, kind } = workload
  const metadata = { name, namespace: 'default' }
  const claims = claimed ? [{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', ...claim }] : []
  const service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: labels, ports: [{ port: 80 }] } }
  if (kind === 'Pod') return [{ apiVersion: 'v1', kind, metadata: { ...metadata, labels }, spec }, service, ...claims]
  if (kind === 'ReplicationController')
    return [{ apiVersion: 'v1', kind, metadata, spec: { replicas, selector: labels, template } }, service, ...claims]
  if (kind === 'Job') {
    const rules = [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }]
    const policy = workload.probes && later ? { podFailurePolicy: { rules } } : {}
    const indexed = later && replicas % 2 === 0 ? { completionMode: 'Indexed' } : {}
    const podSpec = { ...spec, restartPolicy: workload.probes ? 'Never' : 'OnFailure' }
    const job = { parallelism: replicas, completions: 2 * replicas, template: { ...template, spec: podSpec }, ...indexed, ...policy }
    return [{ apiVersion: 'batch/v1', kind, metadata, spec: job }, service, ...claims]
  }
  if (kind === 'CronJob') {
    const job = { parallelism: replicas, completions: replicas, template: { ...template, spec: { ...spec, restartPolicy: 'OnFailure' } } }
    const concurrencyPolicy = (['Allow', 'Forbid', 'Replace'] as const)[replicas % 3]
    const cron = { schedule: '* * * * *', concurrencyPolicy, startingDeadlineSeconds: 30, jobTemplate: { spec: job } }
    return [{ apiVersion: later ? 'batch/v1' : 'batch/v1beta1', kind, metadata, spec: cron }, service, ...claims]
  }
  if (kind === 'DaemonSet') {
    const updateStrategy = { rollingUpdate: { maxUnavailable: `${replicas * 15}%` } }
    return [
      { apiVersion: 'apps/v1', kind, metadata, spec: { selector: { matchLabels: labels }, template, updateStrategy } },
      service,
      ...claims,
    ]
  }
  const templates = workload.claims === '' ? {} : { volumeClaimTemplates: [claim] }
  const podManagementPolicy = workload.parallel ? 'Parallel' : 'OrderedReady'
  const ordering = kind === 'StatefulSet' ? { serviceName: name, podManagementPolicy, ...templates } : {}
  return [
    { apiVersion: 'apps/v1', kind, metadata, spec: { replicas, selector: { matchLabels: labels }, template, ...ordering } },
    service,
    ...claims,
  ]
}

/** Jobs end; one run in five fails. */
const behaviour = ({ kind, tolerationSeconds }: RandomScenario['workloads'][number], index: number): object[] =>
  kind === 'Job' || kind === 'CronJob'
    ? [
        {
          select: `${kind.toLowerCase()}/default/${nameOf(index)}`,
          run: { exponential: { mean: `${tolerationSeconds}s` } },
          exitCode: { 0: '80%', 1: '20%' },
        },
      ]
    : []

/** Those that may tell the machine first. */
const GRACEFUL: ReadonlySet<string> = new Set(['node-reboot', 'spot-reclaim'])

function faultDocument(fault: RandomScenario['faults'][number], index: number): object {
  const { kind, at, lasts, count, component, role, factor, graceful: isGraceful } = fault
  const base = { name: `f${index}`, when: { at: `${at}s` } }
  if (MACHINE_FAULTS.has(kind)) {
    const graceful = GRACEFUL.has(kind) && isGraceful ? { graceful: true } : {}
    return { ...base, fault: kind, who: { all: true, count: 1 }, ...(lasts > 0 ? { for: `${lasts}s` } : {}), ...graceful }
  }
  if (kind === 'node-pressure') {
    const resource = at % 2 === 0 ? 'memory' : 'disk'
    return { ...base, fault: kind, who: { all: true, count: 1 }, for: `${lasts + 10}s`, resource, ...(at % 3 === 0 ? { pods: count } : {}) }
  }
  if (kind === 'registry-slow' || kind === 'registry-outage') return { ...base, fault: kind, for: `${lasts + 10}s` }
  if (kind === 'readiness-slow') {
    const delay = at % 2 === 0 ? { delay: '15s' } : {}
    return { ...base, fault: kind, who: { all: true, share: `${count * 30}%` }, for: `${lasts + 10}s`, ...delay }
  }
  const led = component === 'kube-apiserver' ? {} : { role }
  if (kind === 'component-down') return { ...base, fault: kind, component, ...led, for: `${lasts}s` }
  if (kind === 'component-slow') return { ...base, fault: kind, component, factor, for: `${lasts}s` }
  if (kind === 'master-crash' || kind === 'master-partition') {
    const instead = kind === 'master-crash' ? 'node-crash' : 'node-partition'
    return { ...base, fault: instead, who: { node: 'control-plane-1' }, ...(lasts > 0 ? { for: `${lasts}s` } : {}) }
  }
  if (kind === 'crash-loop')
    return { ...base, fault: 'container-crash', who: { all: true, share: `${count * 30}%` }, after: '1s', for: `${lasts + 10}s` }
  return { ...base, fault: kind, who: { all: true, share: `${count * 30}%` } }
}

function operationDocument(random: RandomScenario, { kind, at, workload, replicas }: RandomScenario['operations'][number]): object[] {
  const onNode = { when: { at: `${at}s` }, do: kind, of: `node/worker-${1 + (replicas % random.nodes)}` }
  if (kind === 'cordon' || kind === 'uncordon') return [onNode]
  if (kind === 'drain') return [{ ...onNode, force: true, 'ignore-daemonsets': true }]
  if (kind === 'taint') return [{ ...onNode, key: 'maintenance', effect: workload < 2 ? 'NoExecute' : 'NoSchedule' }]
  if (kind === 'out-of-service')
    return [{ ...onNode, do: 'taint', key: 'node.kubernetes.io/out-of-service', value: 'nodeshutdown', effect: 'NoExecute' }]
  const index = workload % random.workloads.length
  const target = random.workloads[index]
  if (kind === 'force-delete') {
    const named = random.workloads.findIndex((each) => each.kind === 'StatefulSet' || each.kind === 'Pod')
    const one = random.workloads[named]
    if (one === undefined) return []
    const pod = one.kind === 'Pod' ? nameOf(named) : `${nameOf(named)}-${replicas % one.replicas}`
    return [{ when: { at: `${at}s` }, do: kind, of: `pod/default/${pod}` }]
  }
  if (target === undefined || target.kind === 'Pod') return []
  const of = `${target.kind.toLowerCase()}/default/${nameOf(index)}`
  const base = { when: { at: `${at}s` }, do: kind, of }
  if (kind === 'apply') {
    const manifests = objects({ ...target, replicas: 1 + (replicas % 8) }, index, isLater(random)).slice(0, 1)
    return [{ when: { at: `${at}s` }, do: kind, manifests }]
  }
  if (kind === 'rollout-restart') return ['Deployment', 'StatefulSet', 'DaemonSet'].includes(target.kind) ? [base] : []
  if (kind === 'scale') return ['DaemonSet', 'Job', 'CronJob'].includes(target.kind) ? [] : [{ ...base, replicas }]
  if (kind === 'set-image') return target.kind === 'Job' || target.kind === 'CronJob' ? [] : [{ ...base, to: 'app-9:v2' }]
  return [base]
}
