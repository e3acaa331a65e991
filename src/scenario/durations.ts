import type { Duration } from '../kernel/time.ts'

/** A value read from text, or what was wrong with it. */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly message: string; readonly hint?: string }

const NANOSECONDS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
  ['d', 86_400_000_000_000n],
])
const GO_LIMIT = 2n ** 63n - 1n
const WHOLE = /^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d))+$/
const TERM = /(\d*)(?:\.(\d*))?(ns|us|µs|μs|ms|s|m|h|d)/g

/**
 * A duration [µs] as Go's time.ParseDuration reads it (time/format.go): decimal numbers with units `ns us ms s m h`, and a bare `0`.
 * `days` also allows `d` (24 h), which Go does not know. Rounded to whole µs; negative, and non-zero below half a µs, is refused.
 */
export function parseDuration(text: string, days = false): Parsed<Duration> {
  const expected = `expected a duration such as 500ms, 40s or 1h30m, got ${JSON.stringify(text.slice(0, 60))}`
  const wrong = (message: string, hint?: string): Parsed<Duration> => ({ ok: false, message, ...(hint === undefined ? {} : { hint }) })
  const unsigned = /^[+-]/.test(text) ? text.slice(1) : text
  if (unsigned === '0') return { ok: true, value: 0 as Duration }
  if (unsigned.length > 200 || !WHOLE.test(unsigned)) return wrong(expected, durationHint(unsigned))
  if (unsigned.includes('d') && !days) return wrong(expected, `Kubernetes durations are Go's, which know no days: ${inHours(unsigned)}`)
  let total = 0n
  for (const [, whole = '', fraction = '', unit = ''] of unsigned.matchAll(TERM)) total += termNanoseconds(whole, fraction, unit)
  if (total > GO_LIMIT) return wrong(`expected a duration below 2562047h47m (2^63 ns), got ${text.slice(0, 60)}`)
  if (text.startsWith('-') && total > 0n) return wrong(`expected a duration of zero or more, got ${text}`)
  const rounded = Number((total + 500n) / 1000n)
  if (rounded === 0 && total > 0n) return wrong(`expected a duration of at least 1us (time is whole microseconds), got ${text}`)
  return { ok: true, value: rounded as Duration }
}

function termNanoseconds(whole: string, fraction: string, unit: string): bigint {
  const scale = NANOSECONDS.get(unit) as bigint
  const part = fraction === '' ? 0n : (BigInt(fraction) * scale) / 10n ** BigInt(fraction.length)
  return (whole === '' ? 0n : BigInt(whole) * scale) + part
}

function durationHint(text: string): string | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return `durations need a unit: did you mean "${text}s"?`
  const spelt = /^(\d+(?:\.\d+)?)\s*(sec|second|min|minute|hour|hr|day|msec|millisecond)s?$/i.exec(text)
  if (spelt === null) return undefined
  const word = (spelt[2] as string).toLowerCase()
  const unit = word.startsWith('ms') || word.startsWith('milli') ? 'ms' : word[0]
  return `did you mean "${spelt[1]}${unit}"?`
}

function inHours(text: string): string {
  const only = /^(\d+)d$/.exec(text)
  return only === null ? 'write days as hours (1d is 24h)' : `use ${BigInt(only[1] as string) * 24n}h`
}

/** A duration as Go prints it (time.Duration.String): `1m30s`, `1.5ms`, `0s`. Parsing it gives the duration back. */
export function formatDuration(duration: number): string {
  if (duration === 0) return '0s'
  if (duration < 1000) return `${duration}µs`
  if (duration < 1e6) return `${duration / 1000}ms`
  const minutes = Math.floor(duration / 6e7)
  const rest = duration - minutes * 6e7
  const whole = Math.floor(rest / 1e6)
  const fraction = String(rest - whole * 1e6)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const secondsPart = fraction === '' ? `${whole}s` : `${whole}.${fraction}s`
  if (minutes === 0) return secondsPart
  return minutes < 60 ? `${minutes}m${secondsPart}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${secondsPart}`
}
