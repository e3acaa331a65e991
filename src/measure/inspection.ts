import type { Instant } from '../kernel/time.ts'
import type { Labels } from '../scenario/specs.ts'

/** What every object has. */
export interface ObjectView {
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string
  readonly name: string
  readonly labels: Labels
  readonly created: Instant
  /** The object as the API would answer it: `apiVersion`, `kind`, `metadata`, `spec`, `status`. */
  readonly object: unknown
}

/** A line of `get pods`. */
export interface PodView extends ObjectView {
  /** Containers that are ready, of how many. */
  readonly ready: number
  readonly containers: number
  /** As kubectl's STATUS column has it: `Running`, `Pending`, `ContainerCreating`, `CrashLoopBackOff`, `Terminating` … */
  readonly status: string
  readonly restarts: number
  readonly lastRestart: Instant | null
  /** Empty until there is one. */
  readonly ip: string
  readonly node: string
  readonly nominatedNode: string
  /** The machine on which its sandbox really runs; empty when none does. */
  readonly machine: string
  /** Whether it serves, in truth. */
  readonly serves: boolean
  /** Services whose variables (`NAME_SERVICE_HOST` …) every container that runs was created with, by name. */
  readonly environment: readonly string[]
}

/** A line of `get nodes`. */
export interface NodeView extends ObjectView {
  /** Of the Ready condition. */
  readonly ready: 'True' | 'False' | 'Unknown'
  readonly unschedulable: boolean
  /** e.g. `control-plane`; none: a worker. */
  readonly roles: readonly string[]
  /** e.g. `v1.32.0`. */
  readonly version: string
  readonly ip: string
  readonly taints: readonly string[]
  /** What the machine behind it is doing, in truth; as `MachineView.state`. Empty: there is no such machine. */
  readonly machine: string
}

/** ReplicaSets and ReplicationControllers. */
export interface ReplicaSetView extends ObjectView {
  readonly kind: 'ReplicaSet' | 'ReplicationController'
  readonly desired: number
  readonly current: number
  readonly ready: number
  readonly images: readonly string[]
  readonly selector: string
  /** Pods of it that serve, in truth. */
  readonly serving: number
}

/** A line of `get deployments`. */
export interface DeploymentView extends ObjectView {
  readonly desired: number
  readonly ready: number
  readonly updated: number
  readonly available: number
  readonly images: readonly string[]
  readonly selector: string
  /** Pods of it that serve, in truth. */
  readonly serving: number
}

/** A line of `get statefulsets`. */
export interface StatefulSetView extends ObjectView {
  readonly desired: number
  readonly ready: number
  /** Names of its containers. */
  readonly containers: readonly string[]
  readonly images: readonly string[]
  /** Pods of it that serve, in truth. */
  readonly serving: number
}

/** A line of `get persistentvolumeclaims`. */
export interface ClaimView extends ObjectView {
  readonly status: string
  readonly accessModes: readonly string[]
  /** Nodes its volume is attached to. */
  readonly attached: readonly string[]
}

/** A line of `get daemonsets`. */
export interface DaemonSetView extends ObjectView {
  readonly desired: number
  readonly current: number
  readonly ready: number
  readonly updated: number
  readonly available: number
  readonly nodeSelector: string
  readonly images: readonly string[]
  readonly selector: string
  /** Pods of it that serve, in truth. */
  readonly serving: number
}

/** A line of `get jobs`. */
export interface JobView extends ObjectView {
  /** Running, Suspended, SuccessCriteriaMet, FailureTarget, Complete, Failed. */
  readonly status: string
  /** `2/6`, or `1/1 of 3` where no number was asked for. */
  readonly completions: string
  readonly started: Instant | null
  readonly ended: Instant | null
  readonly images: readonly string[]
  /** Pods of it that serve, in truth. */
  readonly serving: number
}

/** A line of `get cronjobs`. */
export interface CronJobView extends ObjectView {
  readonly schedule: string
  readonly suspend: boolean
  readonly active: number
  readonly lastStart: Instant | null
  readonly images: readonly string[]
  /** Pods of its Jobs that serve, in truth. */
  readonly serving: number
}

/** A line of `get services`. */
export interface ServiceView extends ObjectView {
  readonly type: string
  readonly clusterIP: string
  /** `80/TCP`, `80:30080/TCP`. */
  readonly ports: readonly string[]
  readonly selector: string
}

/** A line of `get endpoints`. */
export interface EndpointsView extends ObjectView {
  /** `10.244.1.2:80`, the ready ones. */
  readonly addresses: readonly string[]
  /** Those that do not serve, in truth. */
  readonly dead: readonly string[]
}

/** A computer, in truth. */
export interface MachineView {
  readonly name: string
  readonly zone: string
  readonly state: 'up' | 'booting' | 'off'
  readonly kubelet: 'running' | 'stopped'
  readonly network: 'reachable' | 'partitioned'
  /** Sandboxes that run on it. */
  readonly sandboxes: number
}

/** What the API would answer at one instant, and the truth beside it. Plain data. */
export interface Inspection {
  readonly now: Instant
  readonly pods: readonly PodView[]
  readonly nodes: readonly NodeView[]
  readonly deployments: readonly DeploymentView[]
  readonly replicaSets: readonly ReplicaSetView[]
  readonly statefulSets: readonly StatefulSetView[]
  readonly claims: readonly ClaimView[]
  readonly daemonSets: readonly DaemonSetView[]
  readonly jobs: readonly JobView[]
  readonly cronJobs: readonly CronJobView[]
  readonly services: readonly ServiceView[]
  readonly endpoints: readonly EndpointsView[]
  readonly machines: readonly MachineView[]
}
