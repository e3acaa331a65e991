import type { Client } from '../../cluster/client.ts'
import type { ServerState } from '../../cluster/control-plane.ts'
import type { MachineId, Pod, PodId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import type { Rows } from '../../cluster/rows.ts'
import type { TokenBucket } from '../../cluster/token-bucket.ts'
import { type Kind, type Run, setState, stateKey, stateOf, type World } from '../../cluster/world.ts'
import type { Ticker } from '../../kernel/loop.ts'
import type { Ticket } from '../../kernel/queue.ts'
import type { Instant } from '../../kernel/time.ts'
import type { BackoffEntry } from './backoff.ts'
import type { KubeletFlags } from './flags.ts'
import type { PodStatus } from './pod-status.ts'
import type { Leaving } from './records.ts'

/** A change of the runtime that no relist has seen yet. */
export interface Unseen {
  readonly pod: PodId
  readonly time: Instant
  /** Something of the Pod ended, as opposed to started. */
  readonly died: boolean
}

/** Which list of a Pod's containers one is in. */
export type ContainerList = 'containers' | 'initContainers'

/** One container of a Pod, in spec order. */
export interface ContainerRef {
  readonly list: ContainerList
  readonly index: number
}

/** The containers one sync ends and starts, one after the other. */
export interface Work {
  readonly kill: readonly ContainerRef[]
  readonly start: readonly ContainerRef[]
  /** The next of `kill`, then of `start`. */
  killed: number
  started: number
  /** Something was done, so that the runtime has changed. */
  acted: boolean
  failed: boolean
  /** The earliest end of a CrashLoopBackOff met; Infinity for none. */
  backoffEnd: number
}

/** An attachable volume that a kubelet wants for its Pods, by its claim. */
export interface NodeVolume {
  readonly claim: number
  readonly key: string
  readonly pods: Set<PodId>
  readonly mounting: Set<PodId>
  readonly mounted: Set<PodId>
  /** The API has it among the Node's `volumesInUse`. */
  reported: boolean
  /** The Node's `volumesAttached` had it. */
  attached: boolean
  /** A look at the Node is under way. */
  verifying: boolean
  failures: number
  /** No look before; −Infinity: none has failed. */
  retryAt: number
}

/** A sync that waits for volumes: since when, when the Pod's other volumes are there, and what follows. */
export interface VolumeWait {
  readonly since: Instant
  readonly ready: Instant
  readonly mounted: Kind<PodId>
}

/** How far the end of a Pod has come. */
export type Stage = 'running' | 'killing' | 'killed' | 'finished'

/** What a probe decides: whether its container is served, restarted, or probed by the others at all. */
export type ProbeKind = 'readiness' | 'liveness' | 'startup'

/** One probe of one container: a worker of the prober. */
export interface Probe {
  readonly kind: ProbeKind
  /** Its container: of the app, or a sidecar. */
  readonly list: ContainerList
  readonly index: number
  /** Some tick of its ticker. */
  anchor: Instant
  /** The container instance its result is about; −1: none yet. */
  instance: number
  result: 'unknown' | 'success' | 'failure'
  /** Successes in a row before the next tick. */
  successes: number
  /** When counting began for this instance. */
  since: number
  /** What the planned change follows from: it is planned anew only when this is different. */
  basis: string
  /** The change that comes next. */
  ticket: Ticket
  next: 'success' | 'failure'
}

/** Why a kubelet ends a Pod that nobody has deleted. */
export interface EndOrder {
  readonly reason: string
  /** Grace in place of the Pod's own [s]; null: its own. */
  readonly graceSeconds: number | null
  /** It has failed whatever its exit codes: past its deadline, or static. */
  readonly fails: boolean
  /** It is the target of a disruption: condition DisruptionTarget. */
  readonly disrupts: boolean
}

/** An orderly shutdown of the machine, as the kubelet sees it: groups of Pods, ended one after the other. */
export interface NodeShutdown {
  readonly groups: readonly { readonly seconds: number; readonly pods: readonly PodId[] }[]
  /** The group whose turn it is, and what names its turn. */
  group: number
  token: number
}

/** What a kubelet knows of a Pod that something happens to: one worker, one sync at a time. */
export interface Worker {
  readonly kubelet: Kubelet
  readonly id: PodId
  /** Newest definition that reached the kubelet. */
  pod: Pod
  readonly isStatic: boolean
  state: 'idle' | 'blocked' | 'busy'
  /** An update waits for the sync under way to end. */
  pending: boolean
  /** Names the step under way; an event of another step has nothing to do any more. */
  token: number
  /** When the last sync ended. */
  lastSync: number
  /** When the last relist of this Pod alone began. */
  relisted: number
  /** When the relist began whose view the sync under way works with. */
  seen: number
  stage: Stage
  /** The kubelet itself ends it; null: it does not. */
  order: EndOrder | null
  /** Containers, sandbox and volumes are gone, so that the API object may go. */
  reclaimed: boolean
  /** Volumes and cgroup are gone; from 1.27 on sandbox and records too. */
  cleaned: boolean
  mounted: boolean
  wait: VolumeWait | null
  /** The end of `activeDeadlineSeconds` is an event. */
  deadlineWatched: boolean
  work: Work | null
  pull: Pull | null
  readonly reasons: Map<string, string>
  readonly crashes: Map<string, BackoffEntry>
  readonly pulls: Map<string, BackoffEntry>
  probes: readonly Probe[] | null
  status: PodStatus
  /** Counts the statuses that were set; `posted` is the newest one that the API has. */
  version: number
  posted: number
  syncs: number
  /** When a sync is due by itself; NaN for never. */
  due: number
}

/** A wish for an image. */
export interface Pull {
  readonly id: number
  readonly worker: Worker
  readonly image: string
  readonly container: string
  cancelled: boolean
}

/** One status to be posted, as it was when it was set. */
export interface Posting {
  readonly worker: Worker
  readonly status: PodStatus
  readonly version: number
}

/** One kubelet: what it holds in memory while its process lives. */
export interface Kubelet {
  readonly machine: MachineId
  readonly name: string
  readonly process: Process
  readonly client: Client
  readonly heartbeats: Client
  readonly flags: KubeletFlags
  /** It handles its Pods: some time after it has started. */
  looping: boolean
  /** When it renews its lease next, as it was when its machine was cut off. */
  renewal: Instant
  /** Its machine shuts down; null: it does not, or the kubelet does not delay it. */
  shutdown: NodeShutdown | null
  /** Of its Node, as first registered. */
  readonly podCIDR: string
  /** While its runtime hangs: when the last relist that ended began; null while it answers. */
  hungSince: number | null
  /** When it started; −Infinity: long before the run. */
  readonly born: number
  /** Whether its process has registered its Node, or found it there. */
  registered: boolean
  /** Whether it knows its runtime, so that its Node can be ready. */
  settled: boolean
  /** Its process' incarnation: addresses draws that repeat after a restart. */
  readonly incarnation: number
  readonly workers: Set<Worker>
  unseen: Unseen[]
  readonly blocked: Set<Worker>
  /** Workers of Pods that have ended, until the runtime cache has no record of them; before 1.27. */
  readonly leaving: Map<Worker, Leaving>
  /** Workers whose sync is due by itself. */
  readonly dueWorkers: Set<Worker>
  /** Statuses to post, oldest first. */
  readonly postings: Posting[]
  posting: Posting | null
  /** Pods whose status the next batch must compare with the API's. */
  readonly reconcile: Set<PodId>
  /** Attachable volumes its Pods want, by claim. */
  readonly volumes: Map<number, NodeVolume>
  /** The volumes in use are reported with the next Node status; those of the report under way. */
  reportDue: boolean
  reporting: readonly number[]
  /** Pods on the machine that neither the API nor a manifest has. */
  readonly orphans: Set<PodId>
  readonly queue: Pull[]
  pulling: number
  readonly registryBucket: TokenBucket
  up: boolean
}

/** How kubelets stand to the API servers. */
export interface ApiOutage {
  /** Since when none serves, and since when none can be connected to; NEVER while one does. */
  since: Instant
  awaySince: Instant
  /** How calls to the servers end meanwhile. */
  state: ServerState
  /** When the renewals of each kubelet began to fail. */
  renewals: (Instant | undefined)[]
  /** Counts outages: addresses draws. */
  number: number
}

/** The memory of all kubelets, and the loops they share. */
export interface Kubelets {
  /** The configuration of every kubelet without settings of its own. */
  readonly common: KubeletFlags
  readonly byMachine: (Kubelet | undefined)[]
  readonly workers: Map<PodId, Worker>
  /** Static Pods by machine; they have ids of Pods. */
  readonly statics: (readonly Pod[] | undefined)[]
  readonly staticPods: Map<PodId, Pod>
  readonly relist: Ticker<World, MachineId>
  readonly syncTick: Ticker<World, MachineId>
  readonly housekeeping: Ticker<World, MachineId>
  readonly statusBatch: Ticker<World, MachineId>
  readonly volumeLoop: Ticker<World, MachineId>
  /** Looks at Nodes under way. */
  readonly lookUps: Rows<{ readonly kubelet: Kubelet; readonly volume: NodeVolume }>
  /** Mounts under way. */
  readonly mounts: Rows<{ readonly kubelet: Kubelet; readonly volume: NodeVolume; readonly pod: PodId }>
  /** How long a relist takes [µs]. */
  readonly relistTime: number
  /** Pulls under way, by id. */
  readonly pulls: Map<number, Pull>
  /** How often an image was pulled, by machine and image: addresses draws. */
  readonly pullCounts: Map<string, number>
  /** Who must hear that the containers of a Pod that was to end have stopped, and that nothing is left of it. */
  readonly endings: ((run: Run, worker: Worker) => void)[]
  /** Outages of the image registry under way; pulls fail while there are any. */
  registryOutages: number
  /** Factors by which faults stretch pulls. */
  readonly registrySlowness: number[]
  readonly outage: ApiOutage
  tokens: number
}

const kubelets = stateKey<Kubelets>('kubelet')

/** The memory of all kubelets; it must have been set. */
export const kubeletsOf = (world: World): Kubelets => stateOf(world, kubelets)
/** Whether the memory of all kubelets has been set. */
export const hasKubelets = (world: World): boolean => world.states.has(kubelets.name)
/** Sets the memory of all kubelets. */
export const setKubelets = (world: World, state: Kubelets): void => setState(world, kubelets, state)

/** The kubelet that runs on a machine. */
export function kubeletOn(world: World, machine: MachineId): Kubelet | undefined {
  const kubelet = kubeletsOf(world).byMachine[machine]
  return kubelet?.up === true ? kubelet : undefined
}

/** The worker of a Pod, when its kubelet runs and the step `token` is still the one under way. */
export function workerAt(run: Run, pod: PodId, token: number): Worker | undefined {
  const worker = kubeletsOf(run.world).workers.get(pod)
  return worker?.token === token && worker.kubelet.up ? worker : undefined
}

/** A new step of the worker begins: events of earlier ones have nothing to do any more. */
export function nextToken(run: Run, worker: Worker): number {
  const state = kubeletsOf(run.world)
  worker.token = ++state.tokens
  return worker.token
}
