import { createWorld, populate } from '../../src/cluster/build.ts'
import type { Component } from '../../src/cluster/component.ts'
import type { MachineId } from '../../src/cluster/objects.ts'
import type { Process } from '../../src/cluster/process.ts'
import { startProcess } from '../../src/cluster/processes.ts'
import type { World } from '../../src/cluster/world.ts'
import { ColumnQueue } from '../../src/kernel/column-queue.ts'
import type { Distribution } from '../../src/kernel/distribution.ts'
import type { Elision } from '../../src/kernel/loop.ts'
import { Random } from '../../src/kernel/random.ts'
import { type EventKind, Simulation } from '../../src/kernel/simulation.ts'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import { LATENCIES, type LatencyName } from '../../src/scenario/latencies.ts'
import { type ProfileName, profileOf } from '../../src/scenario/profile.ts'
import type { MachineSpec, PluginName, Scenario } from '../../src/scenario/scenario.ts'
import type {
  ContainerSpec,
  DeploymentManifest,
  PodDisruptionBudgetManifest,
  PodSpec,
  PodTemplate,
  WorkloadManifest,
} from '../../src/scenario/specs.ts'

/** A distribution with one value [µs]. */
export const constant = (value: number): Distribution => ({ constant: value, mean: value, sample: () => value })

export function containerSpec(fields: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    name: 'app',
    image: 'app:v1',
    imagePullPolicy: 'IfNotPresent',
    requests: { cpu: 100, memory: 100 * 2 ** 20 },
    limits: {},
    ports: [],
    preStop: false,
    postStart: false,
    ...fields,
  }
}

export function podSpec(fields: Partial<PodSpec> = {}): PodSpec {
  return {
    containers: [containerSpec()],
    initContainers: [],
    restartPolicy: 'Always',
    terminationGracePeriodSeconds: 30,
    tolerations: [],
    nodeSelector: {},
    topologySpreadConstraints: [],
    volumes: [],
    hostNetwork: false,
    enableServiceLinks: true,
    schedulerName: 'default-scheduler',
    priorityClassName: '',
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    overhead: {},
    readinessGates: [],
    ...fields,
  }
}

export function podTemplate(labels: Record<string, string> = { app: 'web' }, spec: Partial<PodSpec> = {}): PodTemplate {
  return { labels, annotations: {}, spec: podSpec(spec) }
}

/** A PodDisruptionBudget for the Pods labelled `app: web`. */
export const budgetOfWeb = (fields: Partial<PodDisruptionBudgetManifest>): PodDisruptionBudgetManifest => ({
  kind: 'PodDisruptionBudget',
  name: 'web',
  namespace: 'default',
  labels: {},
  annotations: {},
  selector: { matchLabels: { app: 'web' }, matchExpressions: [] },
  ...fields,
})

export function deployment(name: string, replicas: number, fields: Partial<DeploymentManifest> = {}): DeploymentManifest {
  return {
    kind: 'Deployment',
    name,
    namespace: 'default',
    labels: {},
    annotations: {},
    replicas,
    minReadySeconds: 0,
    selector: { matchLabels: { app: name }, matchExpressions: [] },
    template: podTemplate({ app: name }),
    strategy: 'RollingUpdate',
    maxSurge: { percent: 25 },
    maxUnavailable: { percent: 25 },
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    paused: false,
    ...fields,
  }
}

export function machineSpec(name: string, fields: Partial<MachineSpec> = {}): MachineSpec {
  const zone = fields.zone ?? ''
  const resources = { cpu: 4000, memory: 16 * 2 ** 30, pods: 110 }
  return {
    name,
    group: 'worker',
    zone,
    domains: {},
    labels: { 'kubernetes.io/hostname': name, ...(zone === '' ? {} : { 'topology.kubernetes.io/zone': zone }) },
    taints: [],
    unschedulable: false,
    capacity: resources,
    allocatable: resources,
    kubelet: {},
    controlPlane: false,
    staticPods: [],
    ...fields,
  }
}

export interface TestScenario {
  readonly profile?: ProfileName
  readonly machines?: readonly MachineSpec[]
  readonly workloads?: readonly WorkloadManifest[]
  readonly flags?: Partial<Scenario['cluster']['flags']>
  readonly phases?: Record<string, number>
  readonly plugin?: PluginName
  readonly network?: Partial<Scenario['cluster']['network']>
  /** µs; every latency not named is a constant: 1 ms for calls and watches, 100 ms for what runs on machines. */
  readonly latency?: Partial<Record<LatencyName, number | Distribution>>
  readonly fields?: Partial<Scenario>
  readonly cloud?: Partial<Scenario['cluster']['cloud']>
}

/** A scenario with constant latencies: what follows from it follows from the rules alone. */
export function testScenario(options: TestScenario = {}): Scenario {
  const machines = options.machines ?? [machineSpec('worker-1'), machineSpec('worker-2'), machineSpec('worker-3')]
  const quick = new Set<string>(['api-request', 'api-get', 'watch', 'heartbeat', 'controller-sync', 'scheduling-cycle'])
  const latency = Object.fromEntries(
    (Object.keys(LATENCIES) as LatencyName[]).map((name) => {
      const set = options.latency?.[name]
      const fallback =
        name === 'monitor-node'
          ? 20
          : name === 'container-ready'
            ? 0
            : name === 'image-pull-rate'
              ? 50e6
              : quick.has(name)
                ? 1_000
                : 100_000
      return [name, typeof set === 'object' ? set : constant(set ?? fallback)]
    }),
  ) as Record<LatencyName, Distribution>
  return {
    name: 'test',
    question: '',
    path: 'test.yaml',
    profile: profileOf(options.profile ?? '1.34'),
    horizon: seconds(1200) as number as Instant,
    seed: '1',
    replications: 1,
    initial: 'converged',
    images: 'used',
    phases: (options.phases ?? {}) as Scenario['phases'],
    clock: 0,
    cluster: {
      machines,
      controlPlane: { count: 1, registered: false, leaderElect: false },
      flags: {
        'kube-apiserver': {},
        'kube-controller-manager': {},
        'kube-scheduler': {},
        kubelet: {},
        'cloud-controller-manager': {},
        'kube-proxy': {},
        'cluster-autoscaler': {},
        ...options.flags,
      },
      cloud: { deletesNodes: false, nodeGroups: [], ...options.cloud },
      network: { plugin: options.plugin ?? 'flannel', podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/16', ...options.network },
      latency,
    },
    workloads: options.workloads ?? [],
    behaviour: [],
    operations: [],
    faults: [],
    measure: { from: 0 as Instant, stableFor: seconds(30), rows: 'occurrence' },
    expect: [],
    ignored: [],
    notModelled: [],
    canonical: '',
    ...options.fields,
  }
}

/** A world with machines, Nodes and processes; nothing has been started. */
export function testRun(
  options: TestScenario & { components?: readonly Component[]; replication?: number; elision?: Elision } = {},
): Simulation<World> {
  const scenario = testScenario(options)
  const world = createWorld(scenario, options.components ?? [], options.elision ?? 'elided')
  const random = new Random(scenario.seed, options.replication ?? 0)
  const run = new Simulation(world, random, new ColumnQueue<EventKind<World, never>>())
  populate(run)
  return run
}

/** The process of that name. */
export function processOf(run: Simulation<World>, name: string): Process {
  const process = run.world.processes.find((each) => each.name === name)
  if (process === undefined) throw new Error(`no process ${name}`)
  return process
}

/** Starts every process that is not up. */
export function startAll(run: Simulation<World>): void {
  for (const process of run.world.processes) if (!process.up) startProcess(run, process)
}

export const machineOf = (run: Simulation<World>, name: string): MachineId => run.world.truth.machineNamed(name) as MachineId
