import type { Duration } from '../kernel/time.ts'
import type { Profile } from './profile.ts'

/** One command-line flag or configuration field of a Kubernetes process, under its real name. */
export interface Flag<Value> {
  /**
   * How a scenario writes it: a Go duration [µs inside], a whole number, a number, a switch, a text, an IPv4 range, words of a list, or
   * rows of a priority and a period.
   */
  readonly type: 'duration' | 'integer' | 'number' | 'boolean' | 'string' | 'cidr' | 'words' | 'priorities'
  /** Which words there are, and what one of them is called. */
  readonly words?: { readonly noun: string; readonly known: readonly string[] }
  /** One line, with the unit. */
  readonly doc: string
  /** Where the default comes from: file, and the versions it changed in. */
  readonly source: string
  readonly default: (profile: Profile) => Value
}

/** The flags of one component by real name. */
export type Flags = Readonly<Record<string, Flag<unknown>>>

/** The values of a table of flags. */
export type FlagValues<Table extends Flags> = { readonly [Name in keyof Table]: Table[Name] extends Flag<infer Value> ? Value : never }

/** What a scenario sets for one process: only the flags it names. */
export type FlagSettings = Readonly<Record<string, unknown>>

/** Every flag of `table`: as set, else Kubernetes' default for this release. */
export function resolveFlags<Table extends Flags>(table: Table, profile: Profile, settings: FlagSettings): FlagValues<Table> {
  const entries = Object.entries(table).map(([name, flag]) => [name, settings[name] ?? flag.default(profile)])
  return Object.fromEntries(entries) as FlagValues<Table>
}

type Default<Value> = Value | ((profile: Profile) => Value)
const byProfile =
  <Value>(value: Default<Value>): ((profile: Profile) => Value) =>
  (profile) =>
    typeof value === 'function' ? (value as (profile: Profile) => Value)(profile) : value

/** A flag that takes a Go duration [µs]. */
export const durationFlag = (value: Default<Duration>, doc: string, source: string): Flag<Duration> => ({
  type: 'duration',
  doc,
  source,
  default: byProfile(value),
})
/** A flag that takes a whole number. */
export const integerFlag = (value: Default<number>, doc: string, source: string): Flag<number> => ({
  type: 'integer',
  doc,
  source,
  default: byProfile(value),
})
/** A flag that takes a number. */
export const numberFlag = (value: Default<number>, doc: string, source: string): Flag<number> => ({
  type: 'number',
  doc,
  source,
  default: byProfile(value),
})
/** A flag that takes true or false. */
export const booleanFlag = (value: Default<boolean>, doc: string, source: string): Flag<boolean> => ({
  type: 'boolean',
  doc,
  source,
  default: byProfile(value),
})
/** A flag that takes a text. */
export const stringFlag = (value: Default<string>, doc: string, source: string): Flag<string> => ({
  type: 'string',
  doc,
  source,
  default: byProfile(value),
})
/** A flag that takes an IPv4 range; without a default of its own. */
export const cidrFlag = (doc: string, source: string): Flag<string | null> => ({ type: 'cidr', doc, source, default: () => null })
/** A flag that takes words of a list, with commas in between or as a list; none by default. */
export const wordsFlag = (
  words: { readonly noun: string; readonly known: readonly string[] },
  doc: string,
  source: string,
): Flag<readonly string[]> => ({ type: 'words', words, doc, source, default: () => [] })

/** Pods from a priority on, and how long their group has. */
export interface PriorityPeriod {
  readonly priority: number
  readonly shutdownGracePeriodSeconds: number
}

/** A flag that takes rows of a priority and a period. */
export const prioritiesFlag = (doc: string, source: string): Flag<readonly PriorityPeriod[]> => ({
  type: 'priorities',
  doc,
  source,
  default: () => [],
})
