import { burst, FAULT } from './burst.ts'
import { type Cell, compare, judged, sampled } from './compare.ts'
import { milestones } from './milestones.ts'
import { type Fact, recorded } from './observations.ts'
import { isAge, monitorPhase, phasesOf, type Replay, replay, scenarioOfCase } from './replay.ts'

/** One case of the observations that is replayed. */
export interface Case {
  readonly name: string
  readonly title: string
  /** Whether lease renewals themselves are compared: then every one is an event. */
  readonly heartbeats?: true
  /** Whether the Nodes joined in a burst before the fault, which is then part of the replay. */
  readonly joins?: true
  /** When the fault comes, where what came before it is part of the replay [s]; otherwise 0. */
  readonly fault?: number
  /** Fewer than 1,000 where one replication is long and holds many values; the full counts are always 1,000. */
  readonly replications?: number
}

/** The cases that are replayed. */
export const CASES: readonly Case[] = [
  { name: 'p01', title: 'one of six nodes dies, default tolerations' },
  { name: 'p02', title: 'one of six nodes dies, tolerationSeconds 30' },
  { name: 'p03', title: 'one of six nodes dies, tolerationSeconds 0' },
  { name: 'p04', title: 'a Deployment is scaled from 0 to 1,000 replicas on 40 nodes', replications: 30 },
  { name: 'p05', title: 'rolling update of 60 replicas with a readiness probe', fault: 60, replications: 300 },
  { name: 'p06', title: 'all ten nodes of one zone of three die' },
  {
    name: 'p06b',
    title: 'as p06, with what the registration of 30 Nodes in a burst left in the taint queue',
    joins: true,
    fault: FAULT,
    replications: 300,
  },
  { name: 'p07', title: 'containers that end 1 s after every start', replications: 300 },
  { name: 'p08', title: 'one of six nodes dies and is back after 60 s' },
  { name: 'p09', title: 'one of six nodes dies, and its Node object is deleted after 10 s' },
  { name: 'p10', title: 'nothing happens for 300 s', heartbeats: true, replications: 100 },
  { name: 'p11', title: 'as p02, with a token volume in every Pod' },
]

/** Cases that are not, and why. */
export const SKIPPED: Readonly<Record<string, string>> = {}

function prepared({ name, heartbeats, joins, fault = 0 }: Case, facts: readonly Fact[]): Replay {
  const repetition = joins === true ? { phases: monitorPhase(facts), ...burst(facts) } : { phases: phasesOf(facts) }
  return {
    scenario: scenarioOfCase(name, repetition),
    ages: facts.filter(isAge),
    fault,
    heartbeats: heartbeats === true,
  }
}

/** Replays a case until there are `replications` at least, shared out evenly among the phases of the recorded repetitions, and compares every milestone. */
export function compareCase(one: Case, replications: number): readonly Cell[] {
  const { name } = one
  const compared = milestones[name] ?? []
  const real = recorded(name)
  const each = Math.ceil(replications / real.length)
  const reals = real.map((facts) => sampled(compared, facts))
  const simulated = real.map((facts, r) => {
    const ready = prepared(one, facts)
    return Array.from({ length: each }, (_, i) => sampled(compared, replay(ready, r * each + i + 1)))
  })
  return compared.map((milestone, m) =>
    compare({
      caseName: name,
      milestone,
      real: reals.map((values) => values[m] ?? []),
      simulated: simulated.map((all) => all.map((values) => values[m] ?? [])),
    }),
  )
}

/** The cells of some cases, judged together. */
export const compareCases = (cases: readonly Case[], replications: (of: Case) => number): readonly Cell[] =>
  judged(cases.flatMap((each) => compareCase(each, replications(each))))
