import { Random } from '../../src/kernel/random.ts'
import type { Instant } from '../../src/kernel/time.ts'
import { type OccurrenceRow, type ReplicationResult, STAGES, type Stage } from '../../src/measure/record.ts'
import { profileOf } from '../../src/scenario/profile.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import type { MeasureWord } from '../../src/scenario/vocabulary.ts'

export const measures: readonly MeasureWord[] = [
  { name: 'convergence', doc: 'Time from a fault to convergence.', unit: 's', labels: ['fault', 'workload'], better: 'lower' },
  { name: 'restarts', doc: 'Container restarts.', unit: 'count', labels: ['workload'], better: 'lower' },
  { name: 'availability', doc: 'Share of desired Pod time served.', unit: 'share', labels: ['workload'], better: 'higher' },
]

/** A scenario with one fault, of which reports only read the outside. */
export function fakeScenario(over: Partial<Scenario> = {}): Scenario {
  return {
    name: 'node-crash',
    question: 'How long is a Deployment short of replicas when one of six machines loses power?',
    path: 'scenarios/node-crash.yaml',
    profile: profileOf('1.32'),
    horizon: 1_200_000_000 as Instant,
    seed: '1',
    replications: 8,
    initial: 'converged',
    images: 'used',
    phases: {},
    clock: 0,
    cluster: {} as Scenario['cluster'],
    workloads: [],
    behaviour: [],
    operations: [],
    faults: [
      { name: 'power-loss', fault: 'node-crash', when: { at: 60_000_000 as Instant }, who: { target: { all: true } }, parameters: {} },
    ],
    measure: { from: 0 as Instant, stableFor: 30_000_000 as Scenario['measure']['stableFor'], rows: 'occurrence' },
    expect: [],
    ignored: [],
    notModelled: [],
    canonical: '{}',
    ...over,
  }
}

/** A row in which everything that may be absent is. */
export function fakeRow(over: Partial<OccurrenceRow> = {}): OccurrenceRow {
  return {
    ...{ fault: 'power-loss', faultKind: 'node-crash', occurrence: 1, targets: ['n01'], time: 60_000_000 as Instant, end: null },
    ...{ workload: 'deployment/default/web', episode: 1, primary: true, desired: 3, lost: 1, detected: null },
    ...{ evictedFirst: null, evictedLast: null, createdFirst: null, createdLast: null, scheduledLast: null, startedLast: null },
    ...{ readyLast: null, believed: null, converged: null, observed: null, endpoints: null, minServing: null, minReady: null },
    ...{ unservedPodTime: null, errorTime: null, noEndpointTime: null, restarts: 0, outcome: 'converged', stages: null },
    ...over,
  }
}

/** Stages of the given times [s], the others zero. */
export function fakeStages(times: Partial<Record<Stage, number>>): Record<Stage, number> {
  return Object.fromEntries(STAGES.map((stage) => [stage, Math.round((times[stage] ?? 0) * 1e6)])) as Record<Stage, number>
}

/** One replication whose numbers are drawn by seed and replication alone, as a real one's are. */
export function fakeResult(scenario: Scenario, replication: number): ReplicationResult {
  const random = new Random(scenario.seed, replication)
  const detect = 40 + 5 * random.draw('detect', 'n01')
  const stages = fakeStages({ detect, tolerate: 300, terminate: 0.1, create: 0.05, schedule: 0.02, start: 2, ready: 5, settle: 0.5 })
  const converged = Object.values(stages).reduce((sum, time) => sum + time, 0)
  const web = fakeRow({ lost: 1 + (replication % 2), detected: stages.detect, converged, stages, unservedPodTime: 2 * converged })
  const labels = 'fault="power-loss"'
  return {
    replication,
    rows: [{ ...web, workload: '*' }, web],
    measures: [
      { measure: 'convergence', labels, value: converged, censored: false },
      { measure: 'restarts', labels: '', value: replication % 3, censored: false },
      { measure: 'availability', labels: 'workload="deployment/default/web"', value: 1 - 1 / (replication + 100), censored: false },
    ],
    timeline: [],
    events: [],
    unplaced: [],
    remarks: [],
    handled: 1000 + replication,
    fingerprint: `f${replication}`,
  }
}

/** Replications 1 … n. */
export function fakeResults(scenario: Scenario, n = scenario.replications): ReplicationResult[] {
  return Array.from({ length: n }, (_, i) => fakeResult(scenario, i + 1))
}
