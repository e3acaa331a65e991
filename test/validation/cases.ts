import { type Cell, compare, judged, sampled } from './compare.ts'
import { milestones } from './milestones.ts'
import { recorded } from './observations.ts'
import { phasesOf, replay, scenarioOfCase } from './replay.ts'

/** One case of the observations that is replayed. */
export interface Case {
  readonly name: string
  readonly title: string
  /** Whether lease renewals themselves are compared: then every one is an event. */
  readonly heartbeats?: true
  /** Fewer than 1,000 where one replication is long and holds many values; the full counts are always 1,000. */
  readonly replications?: number
}

/** The cases that are replayed. */
export const CASES: readonly Case[] = [
  { name: 'p01', title: 'one of six nodes dies, default tolerations' },
  { name: 'p02', title: 'one of six nodes dies, tolerationSeconds 30' },
  { name: 'p03', title: 'one of six nodes dies, tolerationSeconds 0' },
  { name: 'p04', title: 'a Deployment is scaled from 0 to 1,000 replicas on 40 nodes', replications: 30 },
  { name: 'p05', title: 'rolling update of 60 replicas with a readiness probe', replications: 300 },
  { name: 'p06', title: 'all ten nodes of one zone of three die' },
  { name: 'p07', title: 'containers that end 1 s after every start', replications: 300 },
  { name: 'p08', title: 'one of six nodes dies and is back after 60 s' },
  { name: 'p09', title: 'one of six nodes dies, and its Node object is deleted after 10 s' },
  { name: 'p10', title: 'nothing happens for 300 s', heartbeats: true, replications: 100 },
  { name: 'p11', title: 'as p02, with a token volume in every Pod' },
]

/** Cases that are not, and why. */
export const SKIPPED: Readonly<Record<string, string>> = {
  p06b: 'The zone outage again, with entries left in the taint queue by 30 Nodes that had registered in a burst. A simulated cluster begins with Nodes that have been there for long; what stale entries do is tested in test/control/node-lifecycle/outage.test.ts.',
}

/** Replays a case until there are `replications` at least, shared out evenly among the phases of the recorded repetitions, and compares every milestone. */
export function compareCase({ name, heartbeats }: Case, replications: number): readonly Cell[] {
  const compared = milestones[name] ?? []
  const real = recorded(name)
  const each = Math.ceil(replications / real.length)
  const reals = real.map((facts) => sampled(compared, facts))
  const simulated = real.map((facts, r) => {
    const scenario = scenarioOfCase(name, phasesOf(facts))
    return Array.from({ length: each }, (_, i) => sampled(compared, replay(scenario, r * each + i + 1, heartbeats === true)))
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
