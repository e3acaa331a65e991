import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compileSelector, labelsMatch, nodeSelectorMatches, requirementMatches, selectorMatches } from '../../src/cluster/selectors.ts'
import type { LabelSelector, Operator, Requirement } from '../../src/scenario/specs.ts'

const requirement = (operator: Operator, ...values: string[]): Requirement => ({ key: 'x', operator, values })

/** apimachinery pkg/labels/selector_test.go:TestRequirementMatches… */
describe('A requirement', () => {
  test.each<[Requirement, Record<string, string>, boolean]>([
    [requirement('In', 'a', 'b'), { x: 'a' }, true],
    [requirement('In', 'a', 'b'), { x: 'c' }, false],
    [requirement('In', 'a'), {}, false],
    [requirement('NotIn', 'a'), { x: 'b' }, true],
    [requirement('NotIn', 'a'), { x: 'a' }, false],
    [requirement('NotIn', 'a'), {}, true],
    [requirement('Exists'), { x: '' }, true],
    [requirement('Exists'), { y: '' }, false],
    [requirement('DoesNotExist'), { y: '' }, true],
    [requirement('DoesNotExist'), { x: '' }, false],
    [requirement('Gt', '3'), { x: '4' }, true],
    [requirement('Gt', '3'), { x: '3' }, false],
    [requirement('Lt', '3'), { x: '-1' }, true],
    [requirement('Lt', '3'), { x: '10' }, false],
    [requirement('Gt', '3'), {}, false],
    [requirement('Gt', '3'), { x: 'four' }, false],
    [requirement('Lt', 'four'), { x: '1' }, false],
    [requirement('Gt', '3'), { x: '1e3' }, false],
  ])('%o on %o: %s', (one, labels, answer) => {
    expect(requirementMatches(one, labels)).toBe(answer)
  })
})

test('An empty selector selects everything, an absent one nothing', () => {
  const empty = { matchLabels: {}, matchExpressions: [] }
  expect([selectorMatches(empty, { a: 'b' }), selectorMatches(undefined, {})]).toEqual([true, false])
  expect([compileSelector(empty)({}), compileSelector(undefined)({})]).toEqual([true, false])
  expect(labelsMatch({}, {})).toBe(true)
})

test('A compiled selector answers as the selector does', () => {
  const key = fc.constantFrom('a', 'b', 'c')
  const value = fc.constantFrom('1', '2', '3')
  const labels = fc.dictionary(key, value)
  const operator = fc.constantFrom<Operator>('In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt')
  const expression = fc.record({ key, operator, values: fc.array(value, { maxLength: 2 }) })
  const selector: fc.Arbitrary<LabelSelector> = fc.record({ matchLabels: labels, matchExpressions: fc.array(expression, { maxLength: 3 }) })
  fc.assert(
    fc.property(selector, labels, (one, on) => {
      const expected =
        Object.entries(one.matchLabels).every(([name, wanted]) => on[name] === wanted) &&
        one.matchExpressions.every((each) => requirementMatches(each, on))
      expect(selectorMatches(one, on)).toBe(expected)
      expect(compileSelector(one)(on)).toBe(expected)
    }),
    { seed: 1 },
  )
})

describe('A node selector', () => {
  const zone = { matchExpressions: [{ key: 'zone', operator: 'In' as const, values: ['a'] }], matchFields: [] }
  const name = { matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: ['n1'] }] }

  test('is met by one of its terms', () => {
    expect(nodeSelectorMatches([zone, name], { zone: 'b' }, 'n1')).toBe(true)
    expect(nodeSelectorMatches([zone, name], { zone: 'b' }, 'n2')).toBe(false)
  })

  test('is met by no empty term', () => {
    expect(nodeSelectorMatches([{ matchExpressions: [], matchFields: [] }], { zone: 'a' }, 'n1')).toBe(false)
    expect(nodeSelectorMatches([], { zone: 'a' }, 'n1')).toBe(false)
  })
})
