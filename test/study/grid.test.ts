import { expect, test } from 'vitest'
import { gridOf } from '../../src/study/grid.ts'

test('A grid is every combination, the last axis fastest', () => {
  const axes = [
    { path: 'a', values: ['1', '2'] },
    { path: 'b', values: ['x', 'y', 'z'] },
  ]
  expect(gridOf(axes).map(({ values }) => values.join(''))).toEqual(['1x', '1y', '1z', '2x', '2y', '2z'])
  expect(gridOf(axes)[3]).toEqual({ values: ['2', 'x'], set: ['a=2', 'b=x'] })
  expect(gridOf([])).toEqual([{ values: [], set: [] }])
})
