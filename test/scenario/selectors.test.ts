import { describe, expect, test } from 'vitest'
import { parseSelector, selects } from '../../src/scenario/selectors.ts'

const matches = (selector: string, labels: Readonly<Record<string, string>>): boolean => {
  const parsed = parseSelector(selector)
  if (!parsed.ok) throw new Error(parsed.message)
  return selects(parsed.value, labels)
}

describe('a label selector as kubectl writes it', () => {
  const labels = { app: 'web', tier: 'front', 'k8s.io/zone': 'a', empty: '', size: '10' }
  test.each([
    ['app=web', true],
    ['app==web', true],
    ['app=api', false],
    ['app!=api', true],
    ['other!=x', true],
    ['app=web,tier=front', true],
    ['app=web, tier=back', false],
    ['app in (web, api)', true],
    ['app notin (web,api)', false],
    ['other notin (x)', true],
    ['app', true],
    ['other', false],
    ['!other', true],
    ['! app', false],
    ['k8s.io/zone=a', true],
    ['empty=', true],
    ['app=web,app=api', false],
    ['toString', false],
  ])('%s', (selector, expected) => {
    expect(matches(selector, labels)).toBe(expected)
  })

  test.each(['', 'app=web,', '=web', 'app=we b', 'app in web', 'app in (a', 'a=b=c', 'app > 3', '-x=y'])('%j is none', (text) => {
    expect(parseSelector(text).ok).toBe(false)
  })

  test('whole numbers are compared where a Node selector asks for it', () => {
    const size = (operator: 'Gt' | 'Lt', value: string) =>
      selects({ matchLabels: {}, matchExpressions: [{ key: 'size', operator, values: [value] }] }, labels)
    expect([size('Gt', '9'), size('Gt', '10'), size('Lt', '11')]).toEqual([true, false, true])
  })

  test('an empty selector selects everything', () => {
    expect(selects({ matchLabels: {}, matchExpressions: [] }, {})).toBe(true)
  })
})
