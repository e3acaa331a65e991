/** Whole microseconds since the run began; exact up to 2^53 µs, about 285 years. */
export type Instant = number & { readonly unit: 'µs since start' }

/** Whole microseconds, zero or more. */
export type Duration = number & { readonly unit: 'µs' }

/** Later than every event: what an empty queue answers. */
export const NEVER = Number.POSITIVE_INFINITY as Instant

/** A duration of `n` microseconds; variates are rounded to whole µs here, never below zero. */
export const microseconds = (n: number): Duration => Math.max(0, Math.round(n)) as Duration

/** A duration of `n` seconds [rounded to whole µs]. */
export const seconds = (n: number): Duration => microseconds(n * 1e6)

/** `duration` after `instant`. */
export const plus = (instant: Instant, duration: number): Instant => (instant + duration) as Instant

/** Seconds with 6 decimals and no exponent, as every CSV column prints them. Exact for whole µs. */
export function formatSeconds(time: number): string {
  const sign = time < 0 ? '-' : ''
  const whole = Math.abs(time)
  const fraction = whole % 1e6
  return `${sign}${(whole - fraction) / 1e6}.${String(fraction).padStart(6, '0')}`
}
