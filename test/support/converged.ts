import { createWorkloads, OPERATOR } from '../../src/cluster/build.ts'
import type { Client } from '../../src/cluster/client.ts'
import type { Deployment, Pod, ReplicaSet } from '../../src/cluster/objects.ts'
import type { World } from '../../src/cluster/world.ts'
import { convergeDeploymentStatus, convergeDeployments, deployment } from '../../src/control/deployment.ts'
import { convergeBudgets, disruption } from '../../src/control/disruption.ts'
import { convergeEndpoints, endpoint } from '../../src/control/endpoint.ts'
import { endpointSlice } from '../../src/control/endpointslice.ts'
import { convergeReplicaSetStatus, convergeReplicaSets, replicaSet, replicationController } from '../../src/control/replicaset.ts'
import { convergeStatefulSetStatus, convergeStatefulSets, statefulSet } from '../../src/control/statefulset.ts'
import type { Elision } from '../../src/kernel/loop.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import type { ReplicaSetManifest, ServiceManifest, StatefulSetManifest } from '../../src/scenario/specs.ts'
import { fakeKubelet } from './fake-kubelet.ts'
import { podTemplate, processOf, startAll, type TestScenario, testRun } from './world.ts'

export interface ConvergedOptions extends TestScenario {
  readonly elision?: Elision
  readonly replication?: number
  /** From binding to Ready, and from deletionTimestamp to gone [µs]. */
  readonly startup?: number
  readonly shutdown?: number
}

/** The workload controllers with stand-ins for scheduler and kubelets, converged at t = 0: Pods lie round-robin, Ready for long. */
export function convergedRun(options: ConvergedOptions = {}): Simulation<World> {
  const kubelet = fakeKubelet(options.startup, options.shutdown)
  const run = testRun({
    ...options,
    components: [replicaSet, replicationController, deployment, statefulSet, endpoint, endpointSlice, disruption, kubelet],
  })
  createWorkloads(run)
  convergeDeployments(run)
  convergeReplicaSets(run)
  convergeStatefulSets(run)
  const { store, truth, network } = run.world
  for (const pod of store.pods) {
    const machine = truth.machines[pod.id % truth.machines.length]
    if (machine === undefined) continue
    const podIP = network.allocatePodIP(machine.id)
    store.update(run, pod, { node: machine.id, phase: 'Running', ready: true, containersReady: true, initialized: true, podIP })
  }
  convergeEndpoints(run)
  convergeReplicaSetStatus(run)
  convergeDeploymentStatus(run)
  convergeStatefulSetStatus(run)
  convergeBudgets(run)
  startAll(run)
  return run
}

/** The client of the person who operates the cluster. */
export const operator = (run: Simulation<World>): Client => processOf(run, OPERATOR).clients.get(OPERATOR) as Client

export const theDeployment = (run: Simulation<World>): Deployment => [...run.world.store.tables.Deployment][0] as Deployment

export const theSet = (run: Simulation<World>, kind: ReplicaSet['kind'] = 'ReplicaSet'): ReplicaSet =>
  [...run.world.store.tables[kind]][0] as ReplicaSet

/** Writes a Deployment's spec as `kubectl` would. */
export function edit(run: Simulation<World>, fields: Partial<Deployment>): void {
  run.world.api.update(run, operator(run), theDeployment(run), fields, 0, null, 0, true)
}

export function deletePod(run: Simulation<World>, pod: Pod): void {
  run.world.api.delete(run, operator(run), pod, null, 0)
}

/** A ReplicaSet, or a ReplicationController, of Pods labelled `app: <name>`. */
export function replicas(name: string, count: number, fields: Partial<ReplicaSetManifest> = {}): ReplicaSetManifest {
  return {
    kind: 'ReplicaSet',
    name,
    namespace: 'default',
    labels: {},
    annotations: {},
    replicas: count,
    minReadySeconds: 0,
    selector: { matchLabels: { app: name }, matchExpressions: [] },
    template: podTemplate({ app: name }),
    ...fields,
  }
}

/** A StatefulSet of Pods labelled `app: <name>`. */
export function stateful(name: string, count: number, fields: Partial<StatefulSetManifest> = {}): StatefulSetManifest {
  return {
    ...replicas(name, count),
    kind: 'StatefulSet',
    podManagementPolicy: 'OrderedReady',
    updateStrategy: 'RollingUpdate',
    partition: 0,
    revisionHistoryLimit: 10,
    startOrdinal: 0,
    volumeClaimTemplates: [],
    ...fields,
  }
}

export function service(name: string, fields: Partial<ServiceManifest> = {}): ServiceManifest {
  return {
    kind: 'Service',
    name,
    namespace: 'default',
    labels: {},
    annotations: {},
    type: 'ClusterIP',
    selector: { app: name },
    ports: [{ name: '', port: 80, targetPort: 8080, protocol: 'TCP' }],
    publishNotReadyAddresses: false,
    ...fields,
  }
}
