import { expect, test } from 'vitest'
import { meetsSuccessPolicy } from '../../../src/control/job/success-policy.ts'
import type { SuccessRule } from '../../../src/scenario/specs.ts'

/** matchSuccessPolicy, matchSucceededIndexesRule (pkg/controller/job/success_policy.go, 1.31 … 1.36). */
test.each<[string, SuccessRule[] | null, number[], boolean]>([
  ['no policy', null, [0, 1], false],
  ['so many of any', [{ succeededIndexes: null, succeededCount: 2 }], [3, 7], true],
  ['fewer than so many', [{ succeededIndexes: null, succeededCount: 2 }], [3], false],
  ['all that are named', [{ succeededIndexes: [1, 2], succeededCount: null }], [0, 1, 2], true],
  ['one that is named missing', [{ succeededIndexes: [1, 2], succeededCount: null }], [0, 1], false],
  ['so many of those named', [{ succeededIndexes: [1, 2, 3], succeededCount: 2 }], [1, 3], true],
  ['so many, but of others', [{ succeededIndexes: [1, 2, 3], succeededCount: 2 }], [0, 1, 5], false],
  [
    'the second rule',
    [
      { succeededIndexes: [9], succeededCount: null },
      { succeededIndexes: null, succeededCount: 1 },
    ],
    [0],
    true,
  ],
])('%s: enough have succeeded or not', (_, successPolicy, succeeded, met) => {
  expect(meetsSuccessPolicy({ successPolicy }, succeeded)).toBe(met)
})
