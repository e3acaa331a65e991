import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { named } from './specification/rule.ts'
import { AREAS } from './specification/rules.ts'

const textOf = (path: string): string => {
  const url = new URL(path, import.meta.url)
  return existsSync(url) ? readFileSync(url, 'utf8') : ''
}

describe.each(AREAS)('the rules of “$title”', ({ rules }) => {
  test('are shown by tests that exist, each by the beginning of its title', () => {
    const tests = rules.flatMap((rule) => ('tests' in rule ? rule.tests : []))
    const missing = tests.filter((one) => {
      const { path, title } = named(one)
      return !path.endsWith('.test.ts') || title === '' || !["'", '"', '`'].some((quote) => textOf(path).includes(quote + title))
    })
    expect(missing).toEqual([])
  })

  test('each name a source', () => {
    expect(rules.filter(({ source }) => !/\w+\.(go|md|yaml)|KEP-\d+|PR #\d+/.test(source))).toEqual([])
  })
})

test('no rule is stated twice', () => {
  const rules = AREAS.flatMap((area) => area.rules.map(({ rule }) => rule))
  expect(rules.filter((rule, i) => rules.indexOf(rule) !== i)).toEqual([])
})
