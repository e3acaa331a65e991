import { markdownTable } from './markdown.ts'

/** What `desired` and `up` mean for one kind of workload. */
interface DesireRow {
  readonly kind: string
  readonly desired: string
  readonly required: string
}

const ROWS: readonly DesireRow[] = [
  { kind: 'Deployment', desired: '`spec.replicas`', required: 'desired − maxUnavailable, rounded down' },
  { kind: 'ReplicaSet, ReplicationController', desired: '`spec.replicas`', required: 'desired' },
  {
    kind: 'DaemonSet',
    desired:
      '`status.desiredNumberScheduled`: Nodes where it should run, by its controller’s own count, and ready Pods that it keeps elsewhere. A Node that is down is no such Node once it is tainted: the DaemonSet has then converged without it, though its Pod is kept. When the Node is back its Pod is wanted again, an episode that no fault answers for.',
    required: 'desired − maxUnavailable, rounded up',
  },
  {
    kind: 'Job',
    desired:
      '`spec.parallelism`, or as many as are left of `spec.completions`; none while it is suspended. A Pod whose containers have all exited with 0, and that nobody has deleted, has done its work in that instant: it is neither wanted nor missed any more, before anybody has counted it. While the next Pod starts one is missing. A complete Job wants none; one that has failed is `lost`.',
    required: 'desired',
  },
  { kind: 'CronJob', desired: 'what its Jobs that have not ended want; a failed one is history', required: 'desired' },
  { kind: 'Pod without a controller', desired: '1; 0 once it has done its work', required: 'desired' },
]

/** The section of docs/MODEL.md on what workloads want. */
export const desireSection = (): string =>
  `## What a workload wants\n\nIt has converged while exactly as many of its Pods as it desires are ready and every one of them serves; it is up while as many serve as are required.\n\n${markdownTable(
    ['kind', 'desired', 'required for up'],
    ROWS.map(({ kind, desired, required }) => [kind, desired, required]),
  )}`
