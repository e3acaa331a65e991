import { describe, expect, test } from 'vitest'
import { nextOf, parseSchedule } from '../../src/scenario/cron.ts'
import { dateOf, daysOf, parseWallClock } from '../../src/scenario/wall-clock.ts'

const at = (text: string): number => {
  const parsed = parseWallClock(text)
  if (!parsed.ok) throw new Error(parsed.message)
  return parsed.value
}
const shown = (second: number | null): string =>
  second === null ? 'never' : new Date(second * 1000).toISOString().slice(0, 19).concat('Z')

/** After github.com/robfig/cron/v3 spec_test.go:TestNext. */
test.each([
  ['2012-07-09T14:45:00Z', '*/15 * * * *', '2012-07-09T15:00:00Z'],
  ['2012-07-09T14:59:59Z', '*/15 * * * *', '2012-07-09T15:00:00Z'],
  ['2012-07-09T15:45:00Z', '20-35/15 * * * *', '2012-07-09T16:20:00Z'],
  ['2012-07-09T23:46:00Z', '*/15 * * * *', '2012-07-10T00:00:00Z'],
  ['2012-07-09T23:35:51Z', '15/35 10/2 * * *', '2012-07-10T10:15:00Z'],
  ['2012-07-09T23:35:00Z', '0 0 */5 Jul *', '2012-07-11T00:00:00Z'],
  ['2012-07-09T23:35:00Z', '0 0 9 Apr-Oct ?', '2012-08-09T00:00:00Z'],
  ['2012-07-09T23:35:00Z', '0 0 */5 Apr,Aug,Oct Mon', '2012-08-01T00:00:00Z'],
  ['2012-07-09T23:35:00Z', '0 0 * Feb Mon/2', '2013-02-01T00:00:00Z'],
  ['2012-07-09T23:35:00Z', '0 0 29 Feb ?', '2016-02-29T00:00:00Z'],
  ['2012-07-09T23:35:00Z', '0 0 30 Feb ?', 'never'],
  ['2012-12-31T23:59:45Z', '* * * * *', '2013-01-01T00:00:00Z'],
  ['2012-07-09T14:45:00Z', '@hourly', '2012-07-09T15:00:00Z'],
  ['2012-07-09T14:45:00Z', '@weekly', '2012-07-15T00:00:00Z'],
  ['2012-07-09T14:45:00Z', '@every 90s', '2012-07-09T14:46:30Z'],
  ['2012-07-15T00:00:00Z', '0 0 1,15 * Sun', '2012-07-22T00:00:00Z'],
])('after %s the schedule %s comes at %s', (after, schedule, expected) => {
  const parsed = parseSchedule(schedule)
  if (!parsed.ok) throw new Error(parsed.message)
  expect(shown(nextOf(parsed.value, at(after)))).toBe(expected)
})

test.each([
  '* * * *',
  '* * * * * *',
  '60 * * * *',
  '* 24 * * *',
  '* * 0 * *',
  '* * * 13 *',
  '* * * * 7',
  '*/0 * * * *',
  '5-3 * * * *',
  'a * * * *',
  '@often',
  '@every x',
])('the schedule %s is refused', (schedule) => {
  expect(parseSchedule(schedule).ok).toBe(false)
})

describe('the wall clock', () => {
  test('counts days as JavaScript does, over four hundred years', () => {
    for (let days = -1000; days < 146_097; days += 97) {
      const date = new Date(days * 86_400_000)
      expect(dateOf(days)).toEqual({
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        day: date.getUTCDate(),
        weekday: date.getUTCDay(),
      })
      expect(daysOf(date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate())).toBe(days)
    }
  })

  test.each(['2026-02-30T00:00:00Z', '2026-13-01T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01', '2026-01-01T00:00:00+01:00'])(
    'refuses %s',
    (text) => {
      expect(parseWallClock(text).ok).toBe(false)
    },
  )
})
