import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { LeaseRenewal } from '../../src/cluster/heartbeats.ts'
import { simulate } from '../../src/model.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { PLAIN, scenarioOf } from '../support/play.ts'
import { type Fact, simulatedFacts } from './observations.ts'

type Tree = { readonly [key: string]: unknown }

const load = (name: string): Tree => parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Tree

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

/** `over` laid over `base`: maps key by key, lists entry by entry, everything else replaced. */
function merged(base: unknown, over: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(over)) {
    return Array.from({ length: Math.max(base.length, over.length) }, (_, i) =>
      i < base.length && i < over.length ? merged(base[i], over[i]) : (over[i] ?? base[i]),
    )
  }
  if (!isTree(base) || !isTree(over)) return over ?? base
  return Object.fromEntries([...new Set([...Object.keys(base), ...Object.keys(over)])].map((key) => [key, merged(base[key], over[key])]))
}

/** The case in the recording environment, with loops at the phases of one repetition. */
export function scenarioOfCase(name: string, phases: Readonly<Record<string, string>>): Scenario {
  const tree = merged(load('environment.yaml'), load(`cases/${name}.yaml`)) as Tree
  return scenarioOf(JSON.stringify(merged(tree, { phases })))
}

const machine = (node: string): string => `n-${Number(node.slice(1))}`

/** Seconds after a tick of the node monitor at which the next one begins; its run time of milliseconds is the model's own affair. */
const MONITOR_PERIOD = 5

/**
 * Where the loops stood when a repetition began, as far as it shows: the age of each lease at the fault, and the node monitor's last tick, reckoned back from the
 * first Node that became Unknown. Empty when nothing of the kind was recorded.
 */
export function phasesOf(facts: readonly Fact[]): Record<string, string> {
  const leases = facts.filter(({ event }) => event === 'lastRenewSeenBeforeFault')
  const unknown = facts.find(({ kind, event, detail }) => kind === 'node' && event === 'ready' && detail.startsWith('status=Unknown'))
  const phases = Object.fromEntries(
    leases.map(({ object, detail }) => [`kubelet.lease/${machine(object)}`, `${detail.replace('ageAtFault=', '')}s`]),
  )
  if (unknown === undefined) return phases
  const ago = MONITOR_PERIOD - (unknown.t % MONITOR_PERIOD)
  return { ...phases, 'node-lifecycle.monitor': `${ago.toFixed(3)}s` }
}

/** One replication, with the ages of leases as the recorder would have noted them; renewals are facts only where `heartbeats` asks for every one. */
export function replay(scenario: Scenario, replication: number, heartbeats: boolean): readonly Fact[] {
  const renewals: Fact[] = []
  const result = simulate(scenario, replication, {
    ...PLAIN,
    recording: { timeline: false, events: true },
    elision: heartbeats ? 'unelided' : 'elided',
    observe(now, kind, subject) {
      if (kind === LeaseRenewal) renewals.push({ t: now / 1e6, kind: 'lease', object: `${subject}`, event: 'renewed', detail: '' })
    },
  })
  const ages = Object.entries(scenario.phases).flatMap(([loop, ago]) => {
    const [name, object] = loop.split('/')
    if (name !== 'kubelet.lease' || object === undefined) return []
    return [{ t: 0, kind: 'lease', object, event: 'lastRenewSeenBeforeFault', detail: `ageAtFault=${ago / 1e6}` }]
  })
  return [...ages, ...renewals, ...simulatedFacts(result.events)]
}
