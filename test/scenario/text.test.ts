import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEdit } from '../../src/scenario/set.ts'
import { editDistance, suggestion } from '../../src/scenario/suggest.ts'
import { parseTable, valueColumn } from '../../src/scenario/tables.ts'
import { codeFrame, decodeUtf8, lineColumn } from '../../src/scenario/text.ts'

describe('UTF-8', () => {
  test('is decoded as the platform decodes it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(decodeUtf8(new TextEncoder().encode(text))).toEqual({ ok: true, text: text.replace(/^\ufeff/, '') })
      }),
      { seed: 1, numRuns: 1000 },
    )
  })

  test('is refused where the platform refuses it', () => {
    const platform = new TextDecoder('utf-8', { fatal: true })
    const byte = fc.constantFrom(0x41, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xa0, 0xed, 0x9f, 0xef, 0xf0, 0x90, 0xf4, 0x8f, 0xf5, 0xff)
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 8 }), (bytes) => {
        const data = Uint8Array.from(bytes)
        const decoded = decodeUtf8(data)
        if (decoded.ok) expect(decoded.text).toBe(platform.decode(data))
        else expect(() => platform.decode(data)).toThrow()
      }),
      { seed: 2, numRuns: 5000 },
    )
  })

  test('is decoded in pieces without a seam', () => {
    const text = 'ä€😀x'.repeat(5000)
    expect(decodeUtf8(new TextEncoder().encode(text))).toEqual({ ok: true, text })
  })
})

describe('a place in a text', () => {
  test.each([
    [0, 1, 1],
    [1, 1, 2],
    [2, 1, 3],
    [3, 2, 1],
    [99, 3, 1],
  ])('offset %d is line %d, column %d', (offset, line, column) => {
    expect(lineColumn('ab\ncd\n', offset)).toEqual({ line, column })
  })

  test('is shown with the line before it and carets', () => {
    expect(codeFrame('a: 1\r\nb: 22\r\n', { line: 2, column: 4 }, 6)).toBe('   1 | a: 1\n   2 | b: 22\n     |    ^^')
  })
})

describe('suggestions', () => {
  test.each([
    ['replicas', 'replica', 1],
    ['node-crahs', 'node-crash', 1],
    ['Image', 'image', 0],
    ['abc', '', 3],
    ['kitten', 'sitting', 3],
  ])('%s and %s differ by %d', (a, b, edits) => {
    expect(editDistance(a, b)).toBe(edits)
    expect(editDistance(b, a)).toBe(edits)
  })

  test('a near name is suggested, else the few there are, else nothing', () => {
    expect(suggestion('node-crush', ['node-crash', 'node-reboot'])).toBe('did you mean "node-crash"?')
    expect(suggestion('flood', ['node-crash', 'node-reboot'])).toBe('known: node-crash, node-reboot')
    expect(suggestion('z', ['a', 'b'])).toBe('known: a, b')
    expect(
      suggestion(
        'flood',
        Array.from({ length: 99 }, (_, i) => `name-${i}`),
      ),
    ).toBeUndefined()
  })
})

describe('--set arguments', () => {
  test.each<[string, object]>([
    ['horizon=20m', { steps: ['horizon'], value: '20m' }],
    ['cluster.nodes[worker].count=8', { steps: ['cluster', 'nodes', 'worker', 'count'], value: 8 }],
    ['a["x.y/z"].b=no', { steps: ['a', 'x.y/z', 'b'], value: false }],
    ['a="no"', { steps: ['a'], value: 'no' }],
    ['a=', { steps: ['a'], value: null }],
    ['expect[0]=up >= 99%', { steps: ['expect', '0'], value: 'up >= 99%' }],
    ['seed=007', { steps: ['seed'], value: '007' }],
    ['Deployment/default/web:spec.replicas=1', { target: 'deployment/default/web', steps: ['spec', 'replicas'], value: 1 }],
    ['node/n1:spec.unschedulable=true', { target: 'node/n1', steps: ['spec', 'unschedulable'], value: true }],
  ])('%s', (argument, edit) => {
    expect(parseEdit(argument)).toMatchObject(edit)
  })

  test.each(['', 'a', '=1', '.a=1', 'a..b=1', 'a[=1', 'a[]=1', 'a b=1', 'deployment/web:=1'])('%j is none', (argument) => {
    expect(parseEdit(argument)).toMatchObject({ diagnosis: { code: 'invalid-set' } })
  })
})

describe('tables', () => {
  test('have cells between commas, in quotes where they hold one', () => {
    expect(parseTable('# x\nat, for\r\n1,"a, ""b"""\n\n,\n').map(({ line, cells }) => [line, ...cells])).toEqual([
      [2, 'at', 'for'],
      [3, '1', 'a, "b"'],
      [5, '', ''],
    ])
  })

  test.each([
    ['1\n2\n', ['1', '2']],
    ['seconds,other\n1,x\n2.5s,y\n', ['1', '2.5s']],
    ['seconds\n', 'wrong'],
    ['1\nsoon\n', 'wrong'],
    ['', 'wrong'],
  ])('%j as a column of values', (text, values) => {
    const column = valueColumn(text)
    expect(column.ok ? column.value : 'wrong').toEqual(values)
  })
})
