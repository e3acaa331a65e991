import seedrandom from 'seedrandom'
import { describe, expect, test } from 'vitest'
import { Random } from '../../src/kernel/random.ts'
import { autocorrelation, KOLMOGOROV_LIMIT, kolmogorov, NORMAL_LIMIT } from './goodness.ts'

const ADDRESSES = 100_000

/** One first draw for each of many neighbouring addresses: nothing in the address may show in the numbers. */
const neighbours: readonly { name: string; draw: (i: number) => number }[] = [
  { name: 'the count', draw: (i) => new Random('1', 0).draw('pull', 'worker-1', i) },
  { name: 'the name of the entity', draw: (i) => new Random('1', 0).draw('pull', `worker-${i + 1}`) },
  { name: 'the name of a Pod', draw: (i) => new Random('1', 0).draw('pull', `default/web-${i >> 3}/${i & 7}`) },
  { name: 'the purpose', draw: (i) => new Random('1', 0).draw(`loop-${i}`, 'worker-1') },
  { name: 'the replication', draw: (i) => new Random('1', i).draw('pull', 'worker-1') },
  { name: 'the seed', draw: (i) => new Random(String(i), 0).draw('pull', 'worker-1') },
  { name: 'a seed that repeats itself', draw: (i) => new Random(String(i).repeat(1 + (i % 3)), i % 3).draw('pull', 'worker-1') },
]

describe.each(neighbours)('draws that differ in $name alone', ({ draw }) => {
  const draws = Array.from({ length: ADDRESSES }, (_, i) => draw(i))

  test('are uniform', () => {
    expect(kolmogorov(draws, (x) => x)).toBeLessThan(KOLMOGOROV_LIMIT)
  })

  test.each([1, 2, 3, 4, 5])('are not correlated at lag %d', (lag) => {
    // One limit for all 35 pairs of neighbour and lag: the level of 0.001 is that of a single one.
    expect(Math.abs(autocorrelation(draws, lag))).toBeLessThan(NORMAL_LIMIT)
  })

  test('fill the unit square evenly, pair by pair', () => {
    const side = 32
    const counts = new Float64Array(side * side)
    for (let i = 0; i + 1 < draws.length; i += 2) {
      const cell = Math.floor((draws[i] as number) * side) * side + Math.floor((draws[i + 1] as number) * side)
      counts[cell] = (counts[cell] as number) + 1
    }
    const expected = Math.floor(draws.length / 2) / counts.length
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
    const freedom = counts.length - 1
    expect((chiSquare - freedom) / Math.sqrt(2 * freedom)).toBeLessThan(NORMAL_LIMIT)
  })
})

test('repeated seeds are seeds of their own', () => {
  const seeds = ['1', '11', '111', '1111', '42', '4242', 'ab', 'abab', '', ' ']
  const draws = seeds.map((seed) => new Random(seed, 0).draw('pull', 'worker-1'))
  expect(new Set(draws).size).toBe(seeds.length)
})

test('an address cannot be spelled in two ways', () => {
  const random = new Random('1', 0)
  const draws = [
    random.draw('a', 'b"', 1),
    random.draw('a","b', '"', 1),
    random.draw('a', 'b', 11),
    random.draw('a', 'b1', 1),
    new Random('1",0', 0).draw('a', 'b', 1),
  ]
  expect(new Set(draws).size).toBe(draws.length)
})

test('equal addresses give equal draws, whatever was drawn before', () => {
  const fresh = new Random('7', 3).draw('boot', 'worker-2', 5)
  const used = new Random('7', 3)
  for (let i = 0; i < 100; i++) used.draw('boot', 'worker-2', i)
  used.stream('boot', 'worker-2')()
  expect(used.draw('boot', 'worker-2', 5)).toBe(fresh)
  expect(used.draw('boot', 'worker-2', 5)).toBe(fresh)
})

test('draws are the same on every machine and in every version', () => {
  const random = new Random('1', 0)
  expect([
    random.draw('pull', 'worker-1'),
    random.draw('pull', 'worker-1', 1),
    random.stream('lease', 'worker-1')(),
  ]).toMatchInlineSnapshot(`
    [
      0.052738942563658964,
      0.3175941635635572,
      0.47502312380638767,
    ]
  `)
})

test('draws and variates are the first numbers of seedrandom.alea over the address as JSON', () => {
  const random = new Random('sé"ed', 4)
  const double = { mean: 1, sample: (uniform: () => number) => uniform() + uniform() }
  for (let i = 0; i < 20_000; i++) {
    const entity = `default/web-${i % 7}\u2028`.repeat(i % 4)
    const generator = seedrandom.alea(JSON.stringify(['sé"ed', 4, `p${i}`, entity, i]))
    const first = generator.double()
    expect(random.draw(`p${i}`, entity, i)).toBe(first)
    if (i % 100 === 0) expect(random.sample(double, `p${i}`, entity, i)).toBe(first + generator.double())
  }
})

test('draws have 53 bits', () => {
  const random = new Random('1', 0)
  const fractions = Array.from({ length: 100 }, (_, i) => random.draw('pull', 'worker-1', i) * 2 ** 32)
  expect(fractions.filter((x) => Number.isInteger(x)).length).toBeLessThan(3)
})

test('a stream is uniform, goes on where it was, and differs from the draws of its address', () => {
  const random = new Random('1', 0)
  const stream = random.stream('lease', 'worker-1')
  const numbers = Array.from({ length: ADDRESSES }, () => stream())
  expect(kolmogorov(numbers, (x) => x)).toBeLessThan(KOLMOGOROV_LIMIT)
  expect(Math.abs(autocorrelation(numbers, 1))).toBeLessThan(NORMAL_LIMIT)
  expect(new Set([...numbers.slice(0, 100), random.draw('lease', 'worker-1'), random.draw('lease', 'worker-1', 1)]).size).toBe(102)
})

describe('a variate', () => {
  const random = new Random('1', 0)
  const half = { mean: 0.5, sample: (uniform: () => number) => uniform() - 0.25 }

  test('of a distribution is its sample at the address', () => {
    expect(random.sample(half, 'pull', 'worker-1', 2)).toBe(random.draw('pull', 'worker-1', 2) - 0.25)
  })

  test('of a single value draws nothing', () => {
    const constant = { constant: 5, mean: 5, sample: () => Number.NaN }
    expect(random.sample(constant, 'pull', 'worker-1')).toBe(5)
  })

  test('of time is a whole number of µs, never below zero', () => {
    const wide = { mean: 0, sample: (uniform: () => number) => 10 * (uniform() - 0.5) }
    const durations = Array.from({ length: 1_000 }, (_, i) => random.duration(wide, 'pull', 'worker-1', i))
    expect(durations.every((duration) => Number.isInteger(duration) && duration >= 0)).toBe(true)
    expect(new Set(durations)).toEqual(new Set([0, 1, 2, 3, 4, 5]))
  })
})
