/** Keys whose rate-limited checks go round, one at a time: key k first at `first` + k · `period` [µs], and again after all others. */
export interface Round<Key extends number = number> {
  readonly first: number
  readonly period: number
  readonly keys: readonly Key[]
}

/** What has become of a round by some instant. */
export interface Progress<Key extends number = number> {
  /** Checks begun so far, by position of their key. */
  readonly begun: readonly number[]
  /** The last check begun, and when; null before the first. */
  readonly last: { readonly key: Key; readonly at: number } | null
  /** Checks to come, one per key, in order. */
  readonly due: readonly { readonly key: Key; readonly at: number }[]
}

/** The round that waiting keys make: null unless they are due exactly a period apart, the last one when the last token is given out. */
export function roundOf<Key extends number>(
  waiting: readonly { readonly key: Key; readonly at: number }[],
  period: number,
  lastToken: number,
): Round<Key> | null {
  const sorted = [...waiting].sort((a, b) => a.at - b.at)
  const first = sorted[0]?.at
  if (first === undefined || sorted.at(-1)?.at !== lastToken) return null
  if (sorted.some(({ at }, k) => at !== first + k * period)) return null
  return { first, period, keys: sorted.map(({ key }) => key) }
}

/** How far a round is at `now`; a check due at this very instant has begun. */
export function progressOf<Key extends number>({ first, period, keys }: Round<Key>, now: number): Progress<Key> {
  const begun = now < first ? 0 : Math.floor((now - first) / period) + 1
  const check = (n: number): { key: Key; at: number } => ({ key: keys[n % keys.length] as Key, at: first + n * period })
  return {
    begun: keys.map((_, k) => Math.max(0, Math.ceil((begun - k) / keys.length))),
    last: begun === 0 ? null : check(begun - 1),
    due: keys.map((_, k) => check(begun + k)),
  }
}
