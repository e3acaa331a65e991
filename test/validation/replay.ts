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

/** The case in the recording environment, with what one repetition adds to it: the phases of loops, a timetable. */
export function scenarioOfCase(name: string, repetition: object): Scenario {
  const tree = merged(load('environment.yaml'), load(`cases/${name}.yaml`)) as Tree
  return scenarioOf(JSON.stringify(merged(tree, repetition)))
}

/** The simulated machine of a recorded node. */
export const machine = (node: string): string => `n-${Number(node.slice(1))}`

/** Whether a fact is the age of a lease at the fault. */
export const isAge = ({ event }: Fact): boolean => event === 'lastRenewSeenBeforeFault'
/** That age [s]. */
export const ageOf = ({ detail }: Fact): number => Number(detail.replace('ageAtFault=', ''))

/** Seconds after a tick of the node monitor at which the next one begins; its run time of milliseconds is the model's own affair. */
const MONITOR_PERIOD = 5

/** Where the node monitor stood at the fault: its last tick, reckoned back from the first Node that became Unknown. Empty when none did. */
export function monitorPhase(facts: readonly Fact[]): Record<string, string> {
  const unknown = facts.find(({ kind, event, detail }) => kind === 'node' && event === 'ready' && detail.startsWith('status=Unknown'))
  if (unknown === undefined) return {}
  const ago = MONITOR_PERIOD - (unknown.t % MONITOR_PERIOD)
  return { 'node-lifecycle.monitor': `${ago.toFixed(3)}s` }
}

/**
 * Where the loops stood when a repetition began, as far as it shows: the age of each lease at the fault, and the node monitor's last tick. Empty when nothing of
 * the kind was recorded.
 */
export function phasesOf(facts: readonly Fact[]): Record<string, string> {
  const leases = facts.filter(isAge).map((fact) => [`kubelet.lease/${machine(fact.object)}`, `${ageOf(fact)}s`])
  return { ...Object.fromEntries(leases), ...monitorPhase(facts) }
}

/** One repetition made ready for the model. */
export interface Replay {
  readonly scenario: Scenario
  /** The ages of leases that were recorded. */
  readonly ages: readonly Fact[]
  /** When the fault comes [s]: facts count from there. */
  readonly fault: number
  /** Whether every renewal of a lease is a fact. */
  readonly heartbeats: boolean
}

/** One replication, with the ages of leases as the recorder noted them. */
export function replay({ scenario, ages, fault, heartbeats }: Replay, replication: number): readonly Fact[] {
  const renewals: Fact[] = []
  const result = simulate(scenario, replication, {
    ...PLAIN,
    recording: { timeline: false, events: true },
    elision: heartbeats ? 'unelided' : 'elided',
    observe(now, kind, subject) {
      if (kind === LeaseRenewal) renewals.push({ t: now / 1e6, kind: 'lease', object: `${subject}`, event: 'renewed', detail: '' })
    },
  })
  const after = [...renewals, ...simulatedFacts(result.events)].map((fact) => ({ ...fact, t: fact.t - fault })).filter(({ t }) => t >= 0)
  return [...ages.map((fact) => ({ ...fact, object: machine(fact.object) })), ...after]
}
