import type { Parsed } from './durations.ts'

/** Days since 1 January 1970 of a day of the proleptic Gregorian calendar; months from 1. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
export function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const ofEra = y - era * 400
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468
}

/** The day of a number of days since 1 January 1970; `weekday` from 0, Sunday. */
export function dateOf(days: number): { readonly year: number; readonly month: number; readonly day: number; readonly weekday: number } {
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const ofEra = z - era * 146_097
  const year = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365)
  const ofYear = ofEra - (365 * year + Math.floor(year / 4) - Math.floor(year / 100))
  const shifted = Math.floor((5 * ofYear + 2) / 153)
  const month = shifted < 10 ? shifted + 3 : shifted - 9
  const day = ofYear - Math.floor((153 * shifted + 2) / 5) + 1
  return { year: era * 400 + year + (month <= 2 ? 1 : 0), month, day, weekday: (((days + 4) % 7) + 7) % 7 }
}

/** Seconds since 1 January 1970 of an instant as RFC 3339 writes it in UTC: `2026-01-31T23:59:00Z`. */
export function parseWallClock(text: string): Parsed<number> {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d))?Z$/.exec(text)
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = (parts ?? []).slice(1).map((part) => Number(part ?? 0))
  const days = daysOf(year, month, day)
  const back = dateOf(days)
  const exists = back.year === year && back.month === month && back.day === day && hour < 24 && minute < 60 && second < 60
  if (parts === null || !exists)
    return { ok: false, message: `expected a time in UTC such as 2026-01-31T23:59:00Z, got ${JSON.stringify(text)}` }
  return { ok: true, value: days * 86_400 + hour * 3600 + minute * 60 + second }
}
