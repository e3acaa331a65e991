import type { EventRow, ReplicationResult } from '../../src/measure/record.ts'
import type { SimulateOptions } from '../../src/model.ts'
import { play, scenarioOf } from '../support/play.ts'

/** Every time that Kubernetes does not define, as a constant: what follows from it follows from the rules. */
const LATENCY: Readonly<Record<string, string>> = {
  'api-request': '10ms',
  'api-get': '5ms',
  watch: '5ms',
  heartbeat: '10ms',
  'scheduling-cycle': '2ms',
  'controller-sync': '1ms',
  'pleg-relist': '20ms',
  sandbox: '300ms',
  'container-start': '300ms',
  'container-stop': '300ms',
  'container-ready': '0s',
  'volume-setup': '100ms',
  'pod-cleanup': '1s',
  boot: '40s',
  'kubelet-start': '1s',
  'component-restart': '2s',
  'controller-start': '3s',
  'etcd-election': '1500ms',
}

export interface Drama {
  readonly kubernetes?: string
  readonly horizon?: string
  readonly seed?: number
  readonly controlPlane?: object
  readonly nodes?: object
  readonly workloads?: readonly object[]
  readonly faults: readonly object[]
  readonly operations?: readonly object[]
  readonly phases?: Readonly<Record<string, string>>
  readonly latency?: Readonly<Record<string, unknown>>
  readonly cluster?: object
  readonly behaviour?: readonly object[]
}

/** A Deployment with one container, spread by the scheduler; `spec` goes into its Pods. */
export function web(replicas: number, spec: object = {}, container: object = {}): object {
  const labels = { app: 'web' }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'web:v1', ...container }], ...spec } }
  const metadata = { name: 'web', namespace: 'default' }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas, selector: { matchLabels: labels }, template } }
}

/** The scenario file of a drama. */
export function textOf(drama: Drama): string {
  return JSON.stringify({
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'drama' },
    kubernetes: drama.kubernetes ?? '1.34',
    horizon: drama.horizon ?? '20m',
    seed: drama.seed ?? 1,
    replications: 1,
    phases: drama.phases ?? {},
    cluster: {
      'control-plane': drama.controlPlane ?? {},
      nodes: [{ name: 'worker', count: 3, ...drama.nodes }],
      latency: { ...LATENCY, ...drama.latency },
      ...drama.cluster,
    },
    workloads: [{ objects: drama.workloads ?? [web(3)] }],
    behaviour: drama.behaviour ?? [],
    faults: drama.faults,
    operations: drama.operations ?? [],
  })
}

/** Replications of a drama, with all that happened. */
export function stage(drama: Drama, replications = 1, options: Partial<SimulateOptions> = {}): readonly Staged[] {
  return play(scenarioOf(textOf(drama)), replications, { recording: { timeline: true, events: true }, ...options }).map((result) => {
    return new Staged(result)
  })
}

/** What happened, by what was written of it. */
export class Staged {
  readonly result: ReplicationResult
  readonly rows: readonly EventRow[]

  constructor(result: ReplicationResult) {
    this.result = result
    this.rows = result.events ?? []
  }

  /** Instants [s] at which this was said of something (`kind object event detail`), from `from` on. */
  times(what: RegExp, from = 0): number[] {
    return this.rows.filter((row) => row.time >= from * 1e6 && what.test(lineOf(row))).map(({ time }) => time / 1e6)
  }

  /** The first of them; NaN when there is none. */
  first(what: RegExp, from = 0): number {
    return this.times(what, from)[0] ?? Number.NaN
  }

  /** What was said, `[s, text]`. */
  lines(what: RegExp): [number, string][] {
    return this.rows.filter((row) => what.test(lineOf(row))).map((row) => [row.time / 1e6, lineOf(row)])
  }
}

const lineOf = ({ kind, object, event, detail }: EventRow): string => `${kind} ${object} ${event} ${detail}`.trim()

/** component-down of a program. */
export const down = (component: string, at: number, lasts: number | null, fields: object = {}): object => ({
  name: component,
  fault: 'component-down',
  component,
  when: { at: `${at}s` },
  ...(lasts === null ? {} : { for: `${lasts}s` }),
  ...fields,
})

/** A machine that loses power and never has it again. */
export const crash = (at: number, node = 'worker-1'): object => ({
  name: 'dead',
  fault: 'node-crash',
  when: { at: `${at}s` },
  who: { node },
})
