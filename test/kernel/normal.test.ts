import { expect, test } from 'vitest'
import { gammaFunction } from '../../src/kernel/gamma-function.ts'
import { normalCdf, normalQuantile } from '../../src/kernel/normal.ts'

// Reference values: Python 3.11, statistics.NormalDist().inv_cdf, math.erfc and math.gamma.
test.each([
  [1e-300, -37.0471],
  [1e-10, -6.361340902404056],
  [0.001, -3.090232306167813],
  [0.05, -1.6448536269514729],
  [0.3, -0.5244005127080409],
  [0.5, 0],
  [0.975, 1.9599639845400545],
  [0.999, 3.090232306167813],
])('the normal quantile of %d is %d', (p, quantile) => {
  expect(normalQuantile(p)).toBeCloseTo(quantile, p < 1e-200 ? 4 : 12)
})

test('the normal quantile of 0 and 1 is infinite', () => {
  expect([normalQuantile(0), normalQuantile(1)]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY])
})

test('the normal distribution and its quantile undo each other', () => {
  for (let p = 0.0005; p < 1; p += 0.0005) expect(normalCdf(normalQuantile(p))).toBeCloseTo(p, 14)
})

test.each([
  [-40, 0],
  [-5, 2.866515718791939e-7],
  [0, 0.5],
  [1.96, 0.9750021048517795],
  [40, 1],
])('the normal probability of at most %d is %d', (x, probability) => {
  expect(normalCdf(x)).toBeCloseTo(probability, 14)
})

test.each([
  [1, 1],
  [1.5, Math.sqrt(Math.PI) / 2],
  [5, 24],
  [11, 3_628_800],
  [101, 9.332621544394415e157],
])('Γ(%d) is %d', (x, value) => {
  expect(gammaFunction(x) / value).toBeCloseTo(1, 12)
})
