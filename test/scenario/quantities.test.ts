import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatQuantity, parseQuantity, parseSize } from '../../src/scenario/quantities.ts'

const RUNS = process.env.RECONVERGE_FULL === '1' ? 100_000 : 2_000
const amount = (text: string | number, resource = 'memory'): number | string => {
  const parsed = parseQuantity(text, resource)
  return parsed.ok ? parsed.value : 'wrong'
}

describe('quantities are read as by Kubernetes', () => {
  test.each([
    ['0', 0],
    ['1', 1000],
    ['500m', 500],
    ['0.5', 500],
    ['.5', 500],
    ['5.', 5000],
    ['+1', 1000],
    ['1e3', 1e6],
    ['1E3', 1e6],
    ['1e-3', 1],
    ['0.1m', 1],
    ['1u', 1],
    ['1n', 1],
    ['1500u', 2],
    ['2k', 2e6],
    ['1.25', 1250],
    ['0.0001', 1],
    ['-0', 0],
  ])('%s of cpu is %d millicores', (text, millicores) => {
    expect(amount(text, 'cpu')).toBe(millicores)
  })

  test.each([
    ['1.5Gi', 1610612736],
    ['129e6', 129e6],
    ['129M', 129e6],
    ['123Mi', 128974848],
    ['16384Mi', 17179869184],
    ['1Ki', 1024],
    ['500m', 1],
    ['1E', 'wrong'],
    ['8Pi', 'wrong'],
    ['7Pi', 7 * 1024 ** 5],
    ['0.5Ki', 512],
    ['1.0001Ki', 1025],
  ])('%s of memory is %s bytes', (text, bytes) => {
    expect(amount(text)).toBe(bytes)
  })

  test.each([
    '',
    ' ',
    '.',
    '-1',
    '-',
    '+',
    'e3',
    '1e',
    '1e3.5',
    '1 Gi',
    '1GI',
    '1gi',
    '1ki',
    '1K',
    '1MB',
    '0x10',
    '1_000',
    '1,5',
    'Gi',
    '1.2.3',
    '1mi',
    '1e1000',
    'bogus',
    '１',
    'NaN',
    'Infinity',
  ])('%j is no quantity', (text) => {
    expect(amount(text)).toBe('wrong')
  })

  test('numbers are quantities too', () => {
    expect(amount(2, 'cpu')).toBe(2000)
    expect(amount(0.1, 'cpu')).toBe(100)
    expect(amount(1e21)).toBe('wrong')
    expect(amount(Number.NaN)).toBe('wrong')
  })

  test('near misses have a hint', () => {
    expect(parseQuantity('16GB', 'memory')).toMatchObject({ hint: 'did you mean "16G"?' })
    expect(parseQuantity('2 cores', 'cpu')).toMatchObject({ hint: 'did you mean "2"?' })
    expect(parseQuantity('64K', 'memory')).toMatchObject({ hint: 'did you mean "64k"?' })
  })

  test('what is printed is read back unchanged', () => {
    const resource = fc.constantFrom('cpu', 'memory', 'ephemeral-storage', 'pods', 'example.com/gpu')
    const value = fc.oneof(
      fc.nat(5000),
      fc.nat(4000).map((n) => n * 1024 ** 3),
      fc.maxSafeNat(),
    )
    fc.assert(
      fc.property(resource, value, (name, n) => {
        expect(amount(formatQuantity(n, name), name)).toBe(n)
      }),
      { seed: 1, numRuns: RUNS },
    )
  })

  test('more is never less, and the suffixes agree with their factors', () => {
    const decimal = fc.tuple(fc.nat(99_999), fc.nat(999)).map(([whole, part]) => `${whole}.${String(part).padStart(3, '0')}`)
    const suffix = fc.constantFrom('n', 'u', 'm', '', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi')
    fc.assert(
      fc.property(decimal, decimal, suffix, (a, b, unit) => {
        const [x, y] = [amount(`${a}${unit}`), amount(`${b}${unit}`)]
        if (typeof x === 'number' && typeof y === 'number' && Number(a) <= Number(b)) expect(x).toBeLessThanOrEqual(y)
        if (unit === 'k') expect(amount(`${a}k`)).toBe(amount(`${a}e3`))
        if (unit === 'm') expect(amount(`${a}m`)).toBe(amount(`${a}e-3`))
      }),
      { seed: 2, numRuns: RUNS },
    )
  })

  test('any text is a quantity or has a reason', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const parsed = parseQuantity(text, 'cpu')
        expect(parsed.ok ? Number.isSafeInteger(parsed.value) : parsed.message.startsWith('expected')).toBe(true)
      }),
      { seed: 3, numRuns: RUNS },
    )
  })
})

test('sizes of our own fields also have the units of everyday', () => {
  const size = (text: string | number) => parseSize(text)
  expect(size('200MB')).toMatchObject({ value: 200e6 })
  expect(size('1.5 GB')).toMatchObject({ value: 1.5e9 })
  expect(size('64KB')).toMatchObject({ value: 64e3 })
  expect(size('1Gi')).toMatchObject({ value: 1024 ** 3 })
  expect(size(20e6)).toMatchObject({ value: 20e6 })
  expect(size('1MiB').ok).toBe(false)
})
