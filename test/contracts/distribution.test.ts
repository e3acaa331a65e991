import jstat from 'jstat'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Distribution } from '../../src/kernel/distribution.ts'
import { distributions } from '../../src/kernel/distributions/index.ts'
import { Random } from '../../src/kernel/random.ts'
import { deviation, KOLMOGOROV_LIMIT, kolmogorov, NORMAL_LIMIT } from '../kernel/goodness.ts'

const DRAWS = process.env.RECONVERGE_FULL === '1' ? 1_000_000 : 40_000
const { gamma, lowRegGamma, normal } = jstat.jStat as unknown as {
  gamma: { cdf(x: number, shape: number, scale: number): number }
  lowRegGamma(shape: number, x: number): number
  normal: { cdf(x: number, mean: number, deviation: number): number }
}

/** Reads a distribution as a scenario does: a bare number, or one name with its parameters. */
const nested: z.ZodType<Distribution> = z.lazy(() =>
  z.union([
    z.number().transform((value) => create('constant', value)),
    z.record(z.string(), z.unknown()).transform((written) => {
      const [name, parameters] = Object.entries(written)[0] as [string, unknown]
      return create(name, parameters)
    }),
  ]),
)

function create(name: string, written: unknown): Distribution {
  const kind = distributions.find((other) => other.name === name)
  if (kind === undefined) throw new Error(`Expected a distribution, got ${name}`)
  return kind.create(kind.parameters(z.number(), nested).parse(written))
}

interface Case {
  readonly name: string
  readonly written: unknown
  readonly cdf: (x: number) => number
  /** Closed form; NaN where the distribution is to answer NaN. */
  readonly mean: number
  readonly min: number
  readonly max?: number
  /** Absent when the variance diverges, so that the sample mean says little. */
  readonly compareMean?: false
}

const exponentialCdf = (mean: number) => (x: number) => 1 - Math.exp(-Math.max(0, x) / mean)
const Z99 = 2.3263478740408408
const lognormalCdf = (median: number, sigma: number) => (x: number) => (x <= 0 ? 0 : normal.cdf(Math.log(x / median) / sigma, 0, 1))
const gammaCdf = (shape: number, scale: number) => (x: number) => (x <= 0 ? 0 : lowRegGamma(shape, x / scale))
const step = (values: readonly number[]) => (x: number) => values.filter((value) => value <= x).length / values.length

const cases: readonly Case[] = [
  { name: 'constant', written: 5, cdf: (x) => Number(x >= 5), mean: 5, min: 5, max: 5 },
  { name: 'uniform', written: { min: 2, max: 6 }, cdf: (x) => Math.min(1, Math.max(0, (x - 2) / 4)), mean: 4, min: 2, max: 6 },
  { name: 'uniform', written: { min: 3, max: 3 }, cdf: (x) => Number(x >= 3), mean: 3, min: 3, max: 3 },
  { name: 'exponential', written: { mean: 30 }, cdf: exponentialCdf(30), mean: 30, min: 0 },
  { name: 'weibull', written: { shape: 1, scale: 7 }, cdf: exponentialCdf(7), mean: 7, min: 0 },
  { name: 'weibull', written: { shape: 2, scale: 10 }, cdf: (x) => 1 - Math.exp(-((x / 10) ** 2)), mean: 5 * Math.sqrt(Math.PI), min: 0 },
  { name: 'weibull', written: { shape: 0.5, mean: 8 }, cdf: (x) => 1 - Math.exp(-((x / 4) ** 0.5)), mean: 8, min: 0 },
  { name: 'lognormal', written: { median: 4, sigma: 0.8 }, cdf: lognormalCdf(4, 0.8), mean: 4 * Math.exp(0.32), min: 0 },
  {
    name: 'lognormal',
    written: { median: 4, p99: 30 },
    cdf: lognormalCdf(4, Math.log(7.5) / Z99),
    mean: 4 * Math.exp((Math.log(7.5) / Z99) ** 2 / 2),
    min: 0,
  },
  { name: 'lognormal', written: { mean: 5, sigma: 0.5 }, cdf: lognormalCdf(5 / Math.exp(0.125), 0.5), mean: 5, min: 0 },
  { name: 'gamma', written: { shape: 3, mean: 10 }, cdf: gammaCdf(3, 10 / 3), mean: 10, min: 0 },
  { name: 'gamma', written: { shape: 1, scale: 2 }, cdf: exponentialCdf(2), mean: 2, min: 0 },
  { name: 'gamma', written: { shape: 0.3, scale: 4 }, cdf: (x) => gamma.cdf(x, 0.3, 4), mean: 1.2, min: 0 },
  { name: 'pareto', written: { min: 2, shape: 3 }, cdf: (x) => (x < 2 ? 0 : 1 - (2 / x) ** 3), mean: 3, min: 2 },
  { name: 'pareto', written: { min: 2, shape: 1.5 }, cdf: (x) => (x < 2 ? 0 : 1 - (2 / x) ** 1.5), mean: 6, min: 2, compareMean: false },
  {
    name: 'pareto',
    written: { min: 1, shape: 0.9 },
    cdf: (x) => (x < 1 ? 0 : 1 - x ** -0.9),
    mean: Number.POSITIVE_INFINITY,
    min: 1,
    compareMean: false,
  },
  { name: 'empirical', written: { values: [9, 4, 4, 7] }, cdf: step([9, 4, 4, 7]), mean: 6, min: 4, max: 9 },
  { name: 'empirical', written: { values: [4] }, cdf: step([4]), mean: 4, min: 4, max: 4 },
  {
    name: 'truncated',
    written: { of: { exponential: { mean: 10 } }, min: 5, max: 20 },
    cdf: (x) =>
      (exponentialCdf(10)(Math.min(20, Math.max(5, x))) - exponentialCdf(10)(5)) / (exponentialCdf(10)(20) - exponentialCdf(10)(5)),
    mean: Number.NaN,
    min: 5,
    max: 20,
  },
  {
    name: 'truncated',
    written: { of: { lognormal: { median: 4, sigma: 1 } }, max: 8 },
    cdf: (x) => lognormalCdf(4, 1)(Math.min(8, x)) / lognormalCdf(4, 1)(8),
    mean: Number.NaN,
    min: 0,
    max: 8,
  },
  {
    name: 'truncated',
    written: { of: { weibull: { shape: 2, scale: 3 } }, min: 3 },
    cdf: (x) => 1 - Math.exp(1 - (Math.max(3, x) / 3) ** 2),
    mean: Number.NaN,
    min: 3,
  },
  {
    name: 'truncated',
    written: { of: { pareto: { min: 1, shape: 1 } }, min: 2, max: 4 },
    cdf: (x) => Math.max(0, 2 - 4 / x),
    mean: Number.NaN,
    min: 2,
    max: 4,
  },
  {
    name: 'truncated',
    written: { of: { uniform: { min: 0, max: 10 } }, min: 4, max: 20 },
    cdf: (x) => (x - 4) / 6,
    mean: Number.NaN,
    min: 4,
    max: 10,
  },
  {
    name: 'truncated',
    written: { of: { truncated: { of: { exponential: { mean: 10 } }, max: 20 } }, min: 10 },
    cdf: (x) => (exponentialCdf(10)(x) - exponentialCdf(10)(10)) / (exponentialCdf(10)(20) - exponentialCdf(10)(10)),
    mean: Number.NaN,
    min: 10,
    max: 20,
  },
  {
    name: 'truncated',
    written: { of: { gamma: { shape: 2, scale: 1 } }, max: 2 },
    cdf: (x) => gammaCdf(2, 1)(x) / gammaCdf(2, 1)(2),
    mean: Number.NaN,
    min: 0,
    max: 2,
  },
  {
    name: 'truncated',
    written: { of: { empirical: { values: [1, 2, 3, 4] } }, min: 2, max: 3 },
    cdf: step([2, 3]),
    mean: Number.NaN,
    min: 2,
    max: 3,
  },
  { name: 'truncated', written: { of: 5, min: 2, max: 9 }, cdf: step([5]), mean: 5, min: 5, max: 5 },
  {
    name: 'mixture',
    written: [
      { weight: 3, of: 2 },
      { weight: 1, of: { exponential: { mean: 10 } } },
    ],
    cdf: (x) => 0.75 * Number(x >= 2) + 0.25 * exponentialCdf(10)(x),
    mean: 4,
    min: 0,
  },
]

describe.each(cases)('$name $written', ({ name, written, cdf, mean, min, max, compareMean }) => {
  const distribution = create(name, written)
  const random = new Random('distribution', 0)
  const uniform = random.stream(name, JSON.stringify(written))
  const draws = Array.from({ length: DRAWS }, () => distribution.sample(uniform))

  test('draws what its closed form says', () => {
    expect(kolmogorov(draws, cdf)).toBeLessThan(KOLMOGOROV_LIMIT)
  })

  test('knows its mean', () => {
    if (Number.isFinite(mean)) expect(distribution.mean).toBeCloseTo(mean, 10)
    else expect(distribution.mean).toBe(mean)
    if (Number.isFinite(mean) && distribution.constant === undefined && compareMean !== false) {
      expect(Math.abs(deviation(draws, mean))).toBeLessThan(NORMAL_LIMIT)
    }
  })

  test('stays within its bounds', () => {
    expect(draws.every((x) => x >= min && x <= (max ?? Number.MAX_VALUE))).toBe(true)
  })

  test('draws nothing when it has only one value', () => {
    expect(distribution.constant).toBe(min === max ? min : undefined)
    const forbidden = (): number => {
      throw new Error('drew')
    }
    if (min === max) expect(distribution.sample(forbidden)).toBe(min)
  })

  test('is finite for every number a uniform source can give', () => {
    for (const u of [0, 2 ** -53, 0.5, 1 - 2 ** -53]) {
      let drawn = 0
      expect(distribution.sample(() => (drawn++ === 0 ? u : uniform()))).toBeLessThan(Number.POSITIVE_INFINITY)
    }
  })

  test('has the quantiles of its closed form where it is sampled by inversion', () => {
    for (const p of [0.001, 0.1, 0.5, 0.9, 0.999]) {
      if (distribution.quantile === undefined || distribution.cdf === undefined) continue
      const x = distribution.quantile(p)
      expect(cdf(x)).toBeCloseTo(p, 8)
      expect(distribution.cdf(x)).toBeCloseTo(p, 10)
    }
  })
})

test('every distribution of the list is held to its closed form', () => {
  const tested = new Set(cases.map(({ name }) => name))
  expect(distributions.map(({ name }) => name).filter((name) => !tested.has(name))).toEqual([])
  expect(new Set(distributions.map(({ name }) => name)).size).toBe(distributions.length)
})

describe.each([
  ['uniform', { min: 3, max: 2 }, 'expected min to be at most max'],
  ['exponential', { mean: 0 }, 'expected a number above 0'],
  ['exponential', { mean: -1 }, 'expected a number above 0'],
  ['weibull', { shape: 0, scale: 1 }, 'expected a number above 0'],
  ['weibull', { shape: 2 }, 'expected either scale or mean'],
  ['weibull', { shape: 2, scale: 1, mean: 1 }, 'expected either scale or mean'],
  ['weibull', { shape: 0.001, scale: 1 }, 'expected a shape of at least 0.01'],
  ['lognormal', { median: 4, sigma: 0 }, 'expected a number above 0'],
  ['lognormal', { median: 4 }, 'expected median and p99, or median and sigma, or mean and sigma'],
  ['lognormal', { mean: 4, p99: 30 }, 'expected median and p99, or median and sigma, or mean and sigma'],
  ['lognormal', { median: 4, p99: 3 }, 'expected p99 to be above the median'],
  ['gamma', { shape: 1 }, 'expected either scale or mean'],
  ['pareto', { min: 0, shape: 1 }, 'expected a number above 0'],
  ['empirical', { values: [] }, 'expected at least one value'],
  ['empirical', {}, 'expected either values or file'],
  ['truncated', { of: 5 }, 'expected min, max or both'],
  ['truncated', { of: { exponential: { mean: 1 } }, min: 3, max: 2 }, 'expected min to be below max'],
  ['truncated', { of: { uniform: { min: 0, max: 1 } }, min: 2 }, 'expected bounds that hold some of the distribution'],
  ['truncated', { of: 5, max: 4 }, 'expected bounds that hold some of the distribution'],
  ['mixture', [], 'expected at least one part'],
  ['mixture', [{ weight: 0, of: 5 }], 'expected a number above 0'],
])('%s %j', (name, written, message) => {
  test(`is refused: ${message}`, () => {
    expect(() => create(name, written)).toThrow(message)
  })
})

test('an unknown parameter is refused', () => {
  expect(() => create('exponential', { mean: 1, rate: 2 })).toThrow('Unrecognized key: \\"rate\\"')
})

test('an empirical distribution whose file was not read says so', () => {
  expect(() => create('empirical', { file: 'starts.csv' })).toThrow('Expected the values of starts.csv to have been read')
})

test('a truncation that nothing meets ends at the nearest bound', () => {
  const never = create('truncated', { of: { empirical: { values: [1, 2] } }, min: 3, max: 4 })
  expect(never.sample(new Random('never', 0).stream('truncated', ''))).toBe(3)
})
