import type { EventRow, ReplicationResult } from '../../src/measure/record.ts'
import { FULL, play, scenarioOf } from '../support/play.ts'

/** The releases that the tables of kubernetes-semantics §11 are written for. */
export const PROFILES = ['1.20', '1.32', '1.34'] as const
export type Release = (typeof PROFILES)[number]

/** Replications of each scenario. */
export const RUNS = FULL ? 100 : 4

/** When the fault or the operation happens [s]. */
export const AT = 100

export interface Cluster {
  readonly kubernetes: Release | '1.20.2'
  readonly nodes: number
  /** Zones of the machines, in turn; none when absent. */
  readonly zones?: readonly string[]
  /** Further parts of `cluster`. */
  readonly cluster?: object
  readonly phases?: Readonly<Record<string, string>>
  readonly replicas: number
  readonly horizon: string
  readonly container?: object
  readonly faults?: readonly object[]
  readonly operations?: readonly object[]
  readonly behaviour?: readonly object[]
  readonly images?: string
}

/** Runs of a Deployment `web` behind a Service, with latencies as they are by default. */
export function runs(from: Cluster, count = RUNS): readonly ReplicationResult[] {
  const { kubernetes, nodes, zones = [], cluster, replicas, horizon, container, ...rest } = from
  const labels = { app: 'web' }
  const spec = { containers: [{ name: 'app', image: 'app:v1', resources: { requests: { cpu: '100m' } }, ...container }] }
  const objects = [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
    },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: labels, ports: [{ port: 80 }] } },
  ]
  const document = {
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'timeline' },
    kubernetes,
    horizon,
    images: 'all',
    cluster: { nodes: [{ name: 'worker', count: nodes, ...(zones.length === 0 ? {} : { zones }) }], ...cluster },
    workloads: [{ objects }],
    ...rest,
  }
  return play(scenarioOf(JSON.stringify(document)), count, { recording: { timeline: false, events: true } })
}

/** The value that this share of all values do not exceed; the twentieth part unless said otherwise. */
export function quantileOf(values: readonly number[], share = 0.05): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN
}

/** Seconds since the fault of the rows of one kind of event, by the object they are about; the first row of each. */
export function times({ events }: ReplicationResult, kind: string, event: string, detail?: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const row of events) {
    const is = row.kind === kind && row.event === event && (detail === undefined || row.detail === detail)
    const after = row.time / 1e6 - AT
    if (is && after >= 0 && !found.has(subject(row))) found.set(subject(row), after)
  }
  return found
}

/** Rows about endpoints name the Service, and the Pod as their detail. */
const subject = ({ kind, object, detail }: EventRow): string => (kind === 'endpoints' ? detail : object)

/** The instants, ascending. */
export const ascending = (found: ReadonlyMap<string, number>): number[] => [...found.values()].sort((a, b) => a - b)

/** Row kinds of Nodes: when each became Unknown, and when its NoExecute taint came and went. */
export const unknownAt = (result: ReplicationResult): ReadonlyMap<string, number> => times(result, 'node', 'ready', 'status=Unknown')
export const taintedAt = (result: ReplicationResult): ReadonlyMap<string, number> => times(result, 'node', 'taint+', NO_EXECUTE)
export const untaintedAt = (result: ReplicationResult): ReadonlyMap<string, number> => times(result, 'node', 'taint-', NO_EXECUTE)
/** NoExecute taints put on later than `after` [s], the second and third of a Node among them, ascending. */
export const taintsAfter = ({ events }: ReplicationResult, after: number): readonly number[] =>
  events
    .filter(({ kind, event, detail }) => kind === 'node' && event === 'taint+' && detail === NO_EXECUTE)
    .map(({ time }) => time / 1e6 - AT)
    .filter((time) => time > after)
const NO_EXECUTE = 'node.kubernetes.io/unreachable:NoExecute'

/** From the last heartbeat to Unknown, at least [s]. */
export const graceOf = (release: Release | '1.20.2'): number => (release === '1.32' || release === '1.34' ? 50 : 40)

export const last = (found: ReadonlyMap<string, number>): number => Math.max(...found.values())
export const first = (found: ReadonlyMap<string, number>): number => Math.min(...found.values())
