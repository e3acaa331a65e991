import { expect, test } from 'vitest'
import { sameValue } from '../../src/cluster/equal.ts'

const shared = { deep: [1] }

test.each<[unknown, unknown, boolean]>([
  [1, 1, true],
  ['a', 'b', false],
  [null, {}, false],
  [undefined, null, false],
  [[1, { a: 2 }], [1, { a: 2 }], true],
  [[1, 2], [1], false],
  [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
  [{ a: undefined }, { b: undefined }, false],
  [{ 0: 1 }, [1], false],
  [[1], { 0: 1 }, false],
  [shared, shared, true],
])('%o and %o say the same: %s', (a, b, answer) => {
  expect(sameValue(a, b)).toBe(answer)
})
