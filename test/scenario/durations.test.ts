import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, parseDuration } from '../../src/scenario/durations.ts'

const RUNS = process.env.RECONVERGE_FULL === '1' ? 100_000 : 2_000
const microseconds = (text: string, days = false): number | string => {
  const parsed = parseDuration(text, days)
  return parsed.ok ? parsed.value : 'wrong'
}
const hint = (text: string): string | undefined => {
  const parsed = parseDuration(text)
  return parsed.ok ? 'none needed' : parsed.hint
}

describe('durations are read as by Go', () => {
  // The cases of Go's time_test.go:parseDurationTests that this program can hold.
  test.each([
    ['0', 0],
    ['5s', 5e6],
    ['30s', 30e6],
    ['1478s', 1478e6],
    ['+5s', 5e6],
    ['-0', 0],
    ['+0', 0],
    ['5.0s', 5e6],
    ['5.6s', 5.6e6],
    ['5.s', 5e6],
    ['.5s', 0.5e6],
    ['1.0s', 1e6],
    ['1.00s', 1e6],
    ['1.004s', 1.004e6],
    ['1.0040s', 1.004e6],
    ['100.00100s', 100.001e6],
    ['11us', 11],
    ['12µs', 12],
    ['12μs', 12],
    ['13ms', 13e3],
    ['14s', 14e6],
    ['15m', 900e6],
    ['16h', 57600e6],
    ['3h30m', 12600e6],
    ['10.5s4m', 250.5e6],
    ['1h2m3s4ms5us6ns', 3723004005],
    ['39h9m14.425s', 140954.425e6],
    ['0.3333333333333333333h', 1200e6],
    ['0.100000000000000000000h', 360e6],
    ['1ms500us', 1500],
    ['1500ns', 2],
    ['500ns', 1],
  ])('%s is %d µs', (text, value) => {
    expect(microseconds(text)).toBe(value)
  })

  test.each([
    '',
    '3',
    '-',
    's',
    '.',
    '-.',
    '.s',
    '+.s',
    '1d',
    '5 s',
    '1,000s',
    '1month',
    '1M',
    '-5s',
    '99999999999h',
    '1h-5m',
    '1e3s',
    '0x1s',
    '499ns',
    '1.1.1s',
    'NaN',
    '٣s',
  ])('%j is no duration', (text) => {
    expect(microseconds(text)).toBe('wrong')
  })

  test('days are known only outside Kubernetes fields', () => {
    expect(microseconds('1.5d', true)).toBe(129600e6)
    expect(microseconds('1d12h', true)).toBe(129600e6)
    expect(hint('2d')).toBe("Kubernetes durations are Go's, which know no days: use 48h")
  })

  test.each([
    ['10', 'durations need a unit: did you mean "10s"?'],
    ['10 min', 'did you mean "10m"?'],
    ['2 hours', 'did you mean "2h"?'],
    ['300 msec', 'did you mean "300ms"?'],
  ])('%j has the hint %s', (text, expected) => {
    expect(hint(text)).toBe(expected)
  })
})

describe('durations are printed as by Go', () => {
  test.each([
    [0, '0s'],
    [1, '1µs'],
    [1100, '1.1ms'],
    [2200e3, '2.2s'],
    [200e6, '3m20s'],
    [3600e6, '1h0m0s'],
    [5400e6 + 1, '1h30m0.000001s'],
  ])('%d µs is %s', (value, text) => {
    expect(formatDuration(value)).toBe(text)
  })

  test('and what is printed is read back unchanged', () => {
    const span = fc.oneof(fc.nat(10_000_000), fc.integer({ min: 0, max: 9e15 }))
    fc.assert(
      fc.property(span, (value) => {
        expect(microseconds(formatDuration(value))).toBe(value)
      }),
      { seed: 1, numRuns: RUNS },
    )
  })

  test('a sum of terms is the sum of the terms, in any order', () => {
    const term = fc.tuple(fc.nat(1000), fc.constantFrom('us', 'ms', 's', 'm', 'h'))
    fc.assert(
      fc.property(fc.array(term, { minLength: 1, maxLength: 5 }), (terms) => {
        const alone = terms.map(([n, unit]) => microseconds(`${n}${unit}`) as number).reduce((a, b) => a + b, 0)
        expect(microseconds(terms.map(([n, unit]) => `${n}${unit}`).join(''))).toBe(alone)
      }),
      { seed: 2, numRuns: RUNS },
    )
  })

  test('any text is a duration or has a reason', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = parseDuration(text)
        expect(parsed.ok ? Number.isSafeInteger(parsed.value) && parsed.value >= 0 : parsed.message.startsWith('expected')).toBe(true)
      }),
      { seed: 3, numRuns: RUNS },
    )
  })
})
