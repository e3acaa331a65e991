import type { Client } from '../../cluster/client.ts'
import type { MachineId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { stateKey, type World } from '../../cluster/world.ts'
import type { JitterLoop } from '../../kernel/jitter-loop.ts'
import type { Instant } from '../../kernel/time.ts'
import { seconds } from '../../kernel/time.ts'
import { durationFlag, type Flags, type FlagValues, integerFlag, numberFlag, stringFlag } from '../../scenario/flags.ts'
import type { NodeGroupSpec } from '../../scenario/node-group.ts'
import type { Backoff } from './rules.ts'

const SOURCE = 'autoscaler/cluster-autoscaler/main.go, FAQ.md (2026)'

/** Flags of the cluster autoscaler that decide when machines come. */
export const autoscalerFlags = {
  'scan-interval': durationFlag(seconds(10), 'Between two looks at the cluster.', SOURCE),
  'max-node-provision-time': durationFlag(seconds(900), 'How long a machine may take to register before it is given up.', SOURCE),
  'new-pod-scale-up-delay': durationFlag(seconds(0), 'Pods younger than this are not looked at.', SOURCE),
  expander: stringFlag(
    'least-waste',
    'Which group grows where several would help: random (the default of old releases), least-waste or most-pods.',
    SOURCE,
  ),
  'max-total-unready-percentage': numberFlag(45, 'Share of Nodes not ready [%] beyond which nothing is done.', SOURCE),
  'ok-total-unready-count': integerFlag(3, 'Nodes not ready that are allowed whatever their share.', SOURCE),
  'initial-node-group-backoff-duration': durationFlag(seconds(300), 'Back-off of a group after its first failure.', SOURCE),
  'max-node-group-backoff-duration': durationFlag(seconds(1800), 'Longest back-off of a group.', SOURCE),
  'node-group-backoff-reset-timeout': durationFlag(seconds(10_800), 'Time without a failure after which a back-off is forgotten.', SOURCE),
  'kube-client-qps': numberFlag(5, 'Calls per second after its burst [1/s].', SOURCE),
  'kube-client-burst': integerFlag(10, 'Calls that may be sent at once.', SOURCE),
} satisfies Flags

export type AutoscalerFlags = FlagValues<typeof autoscalerFlags>

/** A machine that was asked for. */
export interface Request {
  readonly group: number
  /** Its place in its group, from 0. */
  readonly place: number
  readonly time: Instant
  /** Once it exists. */
  machine: MachineId | null
  given: 'waits' | 'up'
}

/** One group of machines. */
export interface Group {
  readonly spec: NodeGroupSpec
  /** Machines that were ever asked for, those of t = 0 included: the place of the next. */
  asked: number
  backoff: Backoff | null
}

/** The memory of the autoscaler, and what the provider has been asked for. */
export interface Autoscaler {
  readonly process: Process
  readonly client: Client
  readonly flags: AutoscalerFlags
  readonly loop: JitterLoop<World>
  readonly groups: readonly Group[]
  /** Machines asked for whose Nodes have not been ready yet. */
  readonly requests: Map<number, Request>
  numbers: number
  scans: number
  /** Something has changed since the last scan that could make this one different. */
  dirty: boolean
}

/** Where the world keeps it. */
export const autoscalerState = stateKey<Autoscaler>('cluster-autoscaler')
