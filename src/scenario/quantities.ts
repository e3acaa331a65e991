import type { Parsed } from './durations.ts'

/** Units of one thousandth of one billionth would be lost: quantities are whole billionths (n), as in Kubernetes. */
const NANO = 1_000_000_000n
const LARGEST = 2n ** 63n - 1n

const SUFFIXES: ReadonlyMap<string, bigint> = new Map([
  ['', NANO],
  ['n', 1n],
  ['u', 1_000n],
  ['m', 1_000_000n],
  ...['k', 'M', 'G', 'T', 'P', 'E'].map((suffix, i) => [suffix, NANO * 1000n ** BigInt(i + 1)] as const),
  ...['Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'].map((suffix, i) => [suffix, NANO * 1024n ** BigInt(i + 1)] as const),
])
const GRAMMAR = /^([+-]?)(\d*)(?:(\.)(\d*))?(?:[eE]([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/

/**
 * A Kubernetes quantity in billionths, exactly (apimachinery pkg/api/resource/quantity.go: grammar of Quantity): sign, decimal digits, then
 * `n u m k M G T P E`, `Ki … Ei`, or a decimal exponent. What is finer than a billionth is rounded away from zero, as there.
 */
function parseNanos(text: string): bigint | undefined {
  if (text.length > 60) return undefined
  const match = GRAMMAR.exec(text)
  if (match === null) return undefined
  const [, sign, whole = '', , fraction = '', exponent, suffix = ''] = match
  if (whole === '' && fraction === '') return undefined
  const power = exponent === undefined ? 0 : Number(exponent)
  if (Math.abs(power) > 100) return undefined
  const scale = SUFFIXES.get(suffix) as bigint
  const digits = BigInt(whole + fraction) * scale * (power > 0 ? 10n ** BigInt(power) : 1n)
  const magnitude = ceilDivide(digits, 10n ** BigInt(fraction.length - Math.min(0, power)))
  return sign === '-' ? -magnitude : magnitude
}

const ceilDivide = (dividend: bigint, divisor: bigint): bigint => (dividend + divisor - 1n) / divisor

/**
 * A quantity of `resource` as the model holds it: `cpu` in millicores, everything else in units (bytes, counts); rounded up, as
 * Quantity.MilliValue and Quantity.Value do. Negative amounts, and amounts beyond 2^53, are refused.
 */
export function parseQuantity(text: string | number, resource: string): Parsed<number> {
  const written = String(text)
  const nanos = parseNanos(written)
  const expected = `expected a quantity such as ${resource === 'cpu' ? '500m or 2' : '512Mi or 1.5Gi'}`
  const shown = typeof text === 'string' ? JSON.stringify(text.slice(0, 60)) : written
  if (nanos === undefined) return { ok: false, message: `${expected}, got ${shown}`, ...quantityHint(written) }
  if (nanos < 0n) return { ok: false, message: `${expected}, zero or more, got ${shown}` }
  const value = ceilDivide(nanos, resource === 'cpu' ? 1_000_000n : NANO)
  if (nanos > LARGEST * NANO || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    return { ok: false, message: `${expected}, below 2^53 ${resource === 'cpu' ? 'millicores' : 'units'}, got ${shown}` }
  }
  return { ok: true, value: Number(value) }
}

const WRITTEN_OTHERWISE: readonly (readonly [RegExp, string])[] = [
  [/^([\d.]+)\s*KB$/i, 'k'],
  [/^([\d.]+)\s*MB$/i, 'M'],
  [/^([\d.]+)\s*GB$/i, 'G'],
  [/^([\d.]+)\s*TB$/i, 'T'],
  [/^([\d.]+)\s*KiB?$/i, 'Ki'],
  [/^([\d.]+)\s*MiB?$/i, 'Mi'],
  [/^([\d.]+)\s*GiB?$/i, 'Gi'],
  [/^([\d.]+)\s*g$/, 'G'],
  [/^([\d.]+)\s*K$/, 'k'],
  [/^([\d.]+)\s*(?:cores?|cpus?)$/i, ''],
]

function quantityHint(text: string): { hint?: string } {
  for (const [pattern, suffix] of WRITTEN_OTHERWISE) {
    const match = pattern.exec(text)
    if (match !== null) return { hint: `did you mean "${match[1]}${suffix}"?` }
  }
  return {}
}

const BINARY = ['Ei', 'Pi', 'Ti', 'Gi', 'Mi', 'Ki'] as const

/** An amount of `resource` as Kubernetes prints it: `1500m`, `16Gi`, `110`. Parsing it gives the amount back. */
export function formatQuantity(amount: number, resource: string): string {
  if (resource === 'cpu') return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`
  if (resource !== 'memory' && !resource.includes('storage')) return String(amount)
  const unit = amount === 0 ? -1 : BINARY.findIndex((_, i) => amount % 1024 ** (6 - i) === 0)
  return unit === -1 ? String(amount) : `${amount / 1024 ** (6 - unit)}${BINARY[unit]}`
}

const SIZE = /^(\d+(?:\.\d+)?)\s*(k|K|M|G|T)B$/

/** A size [bytes] in reconverge's own fields: a Kubernetes quantity, or `kB MB GB TB`. */
export function parseSize(text: string | number): Parsed<number> {
  const match = typeof text === 'string' ? SIZE.exec(text) : null
  return parseQuantity(match === null ? text : `${match[1]}${match[2] === 'K' ? 'k' : match[2]}`, 'memory')
}
