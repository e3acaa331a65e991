import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { GENERATED } from '../scripts/documents.ts'
import { seconds } from '../src/kernel/time.ts'
import { vocabulary } from '../src/model.ts'
import { defaultOf } from '../src/report/model-doc.ts'
import { REFUSAL_REASONS } from '../src/report/model-limits.ts'
import type { Fields, ValueType } from '../src/scenario/fields/types.ts'
import { durationFlag } from '../src/scenario/flags.ts'
import { MODELLED_KINDS, REFUSED_KINDS } from '../src/scenario/kinds.ts'
import { anchorOf } from '../src/scenario/walk.ts'

const committed = (path: string): string => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

test.each(Object.entries(GENERATED))('%s is what `npm run docs` writes', { timeout: 120_000 }, (path, current) => {
  expect(committed(path)).toBe(current())
})

describe('docs/MODEL.md', () => {
  const text = committed('docs/MODEL.md')

  test('has a row for every field that a problem sends the reader to', () => {
    const wanted = MODELLED_KINDS.flatMap(({ kind, fields }) => refused(fields.fields, '').map((field) => anchorOf(kind, field)))
    expect(wanted.length).toBeGreaterThan(50)
    expect(wanted.filter((id) => !text.includes(`<a id="${id}"></a>`))).toEqual([])
  })

  test('says why for every refused kind, at the place that the problem names', () => {
    expect(Object.keys(REFUSAL_REASONS)).toEqual(REFUSED_KINDS)
    expect(REFUSED_KINDS.filter((kind) => !text.includes(`<a id="${kind.toLowerCase()}"></a>`))).toEqual([])
  })

  test('has every word of the vocabulary, and every flag', () => {
    const { components, faults, operations, measures, distributions } = vocabulary
    const names = [components, faults, operations, measures, distributions].flatMap((words) => words.map(({ name }) => name))
    const flags = components.flatMap((component) => Object.keys(component.flags))
    expect([...names, ...flags].filter((name) => !text.includes(`| \`${name}\` |`))).toEqual([])
  })

  test('gives a default for each range of releases in which it is the same', () => {
    const flag = durationFlag(({ minor }) => seconds(minor >= 32 ? 50 : 300), 'Some time.', 'somewhere')
    expect(defaultOf(flag)).toBe('`5m` (1.20.2 … 1.31), `50s` (1.32 … 1.36)')
    expect(defaultOf(durationFlag(seconds(3600), '', ''))).toBe('`1h`')
  })
})

/** Paths of the fields that are refused, however deep, as problems write them. */
function refused(fields: Fields, path: string): string[] {
  return Object.entries(fields).flatMap(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`
    if (field.mark === 'refused') return [here]
    return field.mark === 'modelled' ? inside(field.type, here) : []
  })
}

function inside(type: ValueType, path: string): string[] {
  if (type.is === 'list') return inside(type.of, `${path}[]`)
  return type.is === 'object' ? refused(type.fields, path) : []
}
