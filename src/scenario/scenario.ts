import type { Distribution } from '../kernel/distribution.ts'
import type { Duration, Instant } from '../kernel/time.ts'
import type { FlagSettings } from './flags.ts'
import type { LatencyName } from './latencies.ts'
import type { NodeGroupSpec } from './node-group.ts'
import type { Profile } from './profile.ts'
import type { LabelSelector, Labels, Resources, Taint, WorkloadManifest } from './specs.ts'

/** The Kubernetes processes that carry flags, and the static part of the cluster. */
export type ProcessName =
  | 'kube-apiserver'
  | 'kube-controller-manager'
  | 'kube-scheduler'
  | 'kubelet'
  | 'cloud-controller-manager'
  | 'kube-proxy'
  | 'cluster-autoscaler'

/** One machine with its Node, after expansion of `cluster.nodes`. */
export interface MachineSpec {
  readonly name: string
  /** Group it was expanded from (`worker`), or its own name. */
  readonly group: string
  /** Empty: no zone label. */
  readonly zone: string
  /** Fault domains beside the zone, e.g. `{ rack: 'r3' }`; also labels `reconverge/<domain>`. */
  readonly domains: Labels
  readonly labels: Labels
  readonly taints: readonly Taint[]
  readonly unschedulable: boolean
  readonly capacity: Resources
  readonly allocatable: Resources
  /** Kubelet fields of this machine, over those of the cluster. */
  readonly kubelet: FlagSettings
  readonly controlPlane: boolean
  /** Static Pods of this machine: manifests in its staticPodPath. */
  readonly staticPods: readonly import('./specs.ts').PodManifest[]
}

/** The Pod network: flannel, or Open vSwitch as OVN-Kubernetes uses it. */
export type PluginName = 'flannel' | 'openvswitch' | 'none'

/** The cluster: machines, control plane, flags, network and latencies. */
export interface ClusterSpec {
  readonly machines: readonly MachineSpec[]
  readonly controlPlane: { readonly count: number; readonly registered: boolean; readonly leaderElect: boolean }
  readonly flags: Readonly<Record<ProcessName, FlagSettings>>
  readonly network: {
    readonly plugin: PluginName
    readonly podCIDR: string
    readonly serviceCIDR: string
    /** Bits of the prefix of a Node's subnet; absent: as the plugin has it. */
    readonly nodeMask?: number
    /** Nodes that join get their subnet from the controller manager; absent: from the plugin, at once. */
    readonly nodeIPAM?: true
  }
  readonly cloud: CloudSpec
  readonly latency: Readonly<Record<LatencyName, Distribution>>
}

/** The cloud provider that the machines are of. */
export interface CloudSpec {
  /** The cloud controller manager runs, and deletes the Nodes of machines that are terminated. */
  readonly deletesNodes: boolean
  /** Groups that the cluster autoscaler, which runs where there are any, may make larger. */
  readonly nodeGroups: readonly NodeGroupSpec[]
}

/** An exit code and its share of all ends. */
export interface ExitCode {
  readonly code: number
  readonly share: number
}

/** What manifests do not say, for the containers it selects; later rows win, field by field. Times in µs. */
export interface BehaviourRow {
  readonly select: WorkloadSelector
  /** Only this container of the Pod. */
  readonly container?: string
  /** From the container's creation until its process runs. */
  readonly start?: Distribution
  /** From the process running until the application would pass its readiness probe. */
  readonly ready?: Distribution
  /** From SIGTERM until the process has exited. */
  readonly stop?: Distribution
  /** Absent: it never ends by itself. */
  readonly run?: Distribution
  /** Exit codes when it ends by itself, and how often each (default: always 0); shares add up to 1. */
  readonly exitCode?: number | readonly ExitCode[]
  /** Compressed size [bytes]. */
  readonly image?: number
  /** Requests that its Pods share. */
  readonly load?: LoadSpec
  /** Services that its application cannot do without, as `service/namespace/name`. */
  readonly needs?: readonly string[]
}

/** Requests per second to a workload over time, and what one Pod can take. */
export interface LoadSpec {
  /** To all Pods of the workload together [1/s], from `at` on; ascending, the first at or after 0. */
  readonly rps: readonly { readonly at: Instant; readonly rps: Distribution }[]
  /** At so many one Pod uses all the CPU that it requests [1/s]. */
  readonly perPod: Distribution
}

/** `kind/namespace/name`, lower case, or Pods by label. */
export type WorkloadSelector =
  | { readonly workload: string }
  | { readonly namespace?: string; readonly selector: LabelSelector }
  | { readonly all: true }

/** A timetable: once at an instant, repeatedly after random gaps, or at the listed instants of a trace. */
export type When =
  | { readonly at: Instant }
  /** `per: target`: each matching entity has a hazard of its own, from its start on; else there is one timetable for the fault. */
  | { readonly every: Distribution; readonly from: Instant; readonly count?: number; readonly per?: 'target' }
  | { readonly trace: readonly { readonly at: Instant; readonly for?: Duration; readonly target?: string }[] }

/** Whom a fault hits. `count` and `share` are a random pick among the matching; absent: all of them. */
export interface Who {
  readonly target:
    | { readonly nodes: readonly string[] }
    | { readonly zone: string }
    | { readonly domain: Labels }
    | { readonly selector: LabelSelector; readonly namespace?: string }
    | { readonly pod: string }
    | { readonly workload: string }
    | { readonly all: true }
  readonly count?: number
  readonly share?: number
  readonly container?: string
}

/** One fault of the scenario. */
export interface FaultSpec {
  readonly name: string
  /** The fault's word, e.g. `node-crash`. */
  readonly fault: string
  readonly when: When
  readonly who: Who
  /** How long it lasts; absent: to the end of the run. */
  readonly for?: Distribution
  /** The fault's own parameters, parsed by its schema. */
  readonly parameters: unknown
}

/** One operation of the scenario. */
export interface OperationSpec {
  /** The operation's word, e.g. `scale`. */
  readonly do: string
  readonly when: When
  /** `kind/namespace/name` or `node/name`, lower-case kind; empty for `apply`. */
  readonly of: string
  /** The operation's own parameters, parsed by its schema. */
  readonly parameters: unknown
}

/** How an expectation compares. */
export type Comparison = '<' | '<=' | '>' | '>='

/** `measure{label="v"}.stat op value @confidence warn`. Times in seconds, shares in 0 … 1. */
export interface Expectation {
  readonly text: string
  readonly measure: string
  readonly labels: Labels
  /** `mean`, `min`, `max`, `p50`, `p95` …; absent: the measure's own single number per replication (its mean). */
  readonly stat: string
  readonly operator: Comparison
  readonly value: number
  readonly confidence: number
  readonly warn: boolean
}

/** One scenario, checked and complete: everything a run needs but the seed's replication number. */
export interface Scenario {
  readonly name: string
  /** The first comment line of the file; empty when there is none. */
  readonly question: string
  /** The file's path as given. */
  readonly path: string
  readonly profile: Profile
  readonly horizon: Instant
  readonly seed: string
  readonly replications: number
  readonly initial: 'converged' | 'empty' | 'given'
  readonly images: 'used' | 'all' | 'none'
  /** How long ago a loop last fired at t = 0 [µs], by `loop` or `loop/entity`. */
  readonly phases: Readonly<Record<string, Duration>>
  /** What the wall clock shows at time 0 [s since 1 January 1970 UTC]: schedules are read by it. */
  readonly clock: number
  readonly cluster: ClusterSpec
  readonly workloads: readonly WorkloadManifest[]
  readonly behaviour: readonly BehaviourRow[]
  readonly operations: readonly OperationSpec[]
  readonly faults: readonly FaultSpec[]
  readonly measure: {
    readonly from: Instant
    readonly stableFor: Duration
    readonly rows: 'occurrence' | 'none' | { readonly worst: number }
  }
  readonly expect: readonly Expectation[]
  /** Fields of manifests that are known and not modelled, each once: `Deployment spec.template.spec.dnsPolicy`. */
  readonly ignored: readonly string[]
  /** Kinds that are not modelled, with how many objects of them were left out. */
  readonly notModelled: readonly { readonly kind: string; readonly count: number }[]
  /** Canonical JSON of the scenario after `--set`, and of every manifest read: what the inputs hash is made of. */
  readonly canonical: string
}
