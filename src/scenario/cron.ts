import { type Parsed, parseDuration } from './durations.ts'
import { dateOf } from './wall-clock.ts'

/** A schedule in UTC: fields of robfig/cron's standard parser, or a fixed pause. */
export type Schedule =
  | { readonly every: number }
  | {
      readonly minutes: ReadonlySet<number>
      readonly hours: ReadonlySet<number>
      readonly days: ReadonlySet<number>
      readonly months: ReadonlySet<number>
      readonly weekdays: ReadonlySet<number>
      /** Day and weekday must both match where either is a star, else one of them. */
      readonly either: boolean
    }

const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const WEEKDAYS = 'sun mon tue wed thu fri sat'.split(' ')

interface Bounds {
  readonly name: string
  readonly min: number
  readonly max: number
  readonly words: readonly string[]
}
const FIELDS: readonly Bounds[] = [
  { name: 'minute', min: 0, max: 59, words: [] },
  { name: 'hour', min: 0, max: 23, words: [] },
  { name: 'day of month', min: 1, max: 31, words: [] },
  { name: 'month', min: 1, max: 12, words: MONTHS },
  { name: 'day of week', min: 0, max: 6, words: WEEKDAYS },
]

const DESCRIPTORS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

function numberIn(text: string, { min, words }: Bounds): number {
  const word = words.indexOf(text.toLowerCase())
  if (word >= 0) return word + min
  return /^\d+$/.test(text) ? Number(text) : Number.NaN
}

/** One part of a field: a star, a number or a range, perhaps with a step. Answers its values and whether it is a plain star; null: it is none. */
function partOf(text: string, bounds: Bounds): { readonly values: readonly number[]; readonly star: boolean } | null {
  const [range = '', step, ...more] = text.split('/')
  const [low = '', high, ...beyond] = range.split('-')
  if (more.length > 0 || beyond.length > 0) return null
  const star = low === '*' || low === '?'
  const start = star ? bounds.min : numberIn(low, bounds)
  const end = star ? bounds.max : high !== undefined ? numberIn(high, bounds) : step !== undefined ? bounds.max : start
  const pace = step === undefined ? 1 : /^\d+$/.test(step) ? Number(step) : 0
  const sound = start >= bounds.min && end <= bounds.max && start <= end && pace > 0
  if (!sound) return null
  const values = Array.from({ length: Math.floor((end - start) / pace) + 1 }, (_, i) => start + i * pace)
  return { values, star: star && pace === 1 }
}

/**
 * A schedule as Kubernetes reads it: five fields with ranges, lists, steps and names, or a descriptor such as @hourly and @every 5m.
 * github.com/robfig/cron/v3 ParseStandard, used by pkg/controller/cronjob (1.20 … 1.36).
 */
export function parseSchedule(text: string): Parsed<Schedule> {
  const wrong = (message: string): Parsed<Schedule> => ({ ok: false, message: `${message}, got ${JSON.stringify(text)}` })
  if (text.startsWith('@every ')) {
    const every = parseDuration(text.slice(7), false)
    // Pauses are whole seconds, at least one.
    return every.ok ? { ok: true, value: { every: Math.max(1, Math.floor(every.value / 1e6)) } } : wrong('expected @every and a duration')
  }
  const written = DESCRIPTORS[text] ?? text
  const fields = written.trim().split(/\s+/)
  if (fields.length !== FIELDS.length) return wrong('expected five fields (minute, hour, day of month, month, day of week)')
  const sets: ReadonlySet<number>[] = []
  let stars = 0
  for (const [i, bounds] of FIELDS.entries()) {
    const parts = (fields[i] as string).split(',').map((part) => partOf(part, bounds))
    if (parts.includes(null)) return wrong(`expected a ${bounds.name} of ${bounds.min} to ${bounds.max}`)
    sets.push(new Set(parts.flatMap((part) => part?.values ?? [])))
    if ((i === 2 || i === 4) && parts.some((part) => part?.star === true)) stars++
  }
  const [minutes, hours, days, months, weekdays] = sets as [Set<number>, Set<number>, Set<number>, Set<number>, Set<number>]
  return { ok: true, value: { minutes, hours, days, months, weekdays, either: stars === 0 } }
}

const DAY = 86_400
/** Years that are looked through before a schedule is taken never to come (SpecSchedule.Next). */
const YEARS = 5

/** The first instant of a schedule after `after`, both in seconds since 1 January 1970 UTC; null: it never comes. SpecSchedule.Next, ConstantDelaySchedule.Next. */
export function nextOf(schedule: Schedule, after: number): number | null {
  if ('every' in schedule) return after + schedule.every
  const first = Math.floor(after / 60) * 60 + 60
  const hours = [...schedule.hours].sort((a, b) => a - b)
  const minutes = [...schedule.minutes].sort((a, b) => a - b)
  for (let day = Math.floor(first / DAY); day <= Math.floor(first / DAY) + YEARS * 366; day++) {
    const { month, day: ofMonth, weekday } = dateOf(day)
    if (!schedule.months.has(month)) continue
    const [isDay, isWeekday] = [schedule.days.has(ofMonth), schedule.weekdays.has(weekday)]
    if (schedule.either ? !isDay && !isWeekday : !isDay || !isWeekday) continue
    for (const hour of hours) {
      for (const minute of minutes) {
        const time = day * DAY + hour * 3600 + minute * 60
        if (time >= first) return time
      }
    }
  }
  return null
}
