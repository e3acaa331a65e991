import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseAllDocuments, stringify } from 'yaml'
import { parseYaml } from '../../src/scenario/yaml.ts'
import { parseFast } from '../../src/scenario/yaml-fast.ts'
import { resolvePlain } from '../../src/scenario/yaml-scalar.ts'

const FULL = process.env.RECONVERGE_FULL === '1'

/** What the `yaml` package makes of a text, with our reading of plain scalars; undefined where it finds an error. */
function reference(text: string): unknown[] | undefined {
  const plain = { tag: 'tag:yaml.org,2002:plain', default: true, test: /^/, resolve: resolvePlain }
  const documents = [...parseAllDocuments(text, { schema: 'failsafe', customTags: [plain], merge: true, logLevel: 'silent' })]
  if (documents.some(({ errors, warnings }) => errors.length + warnings.length > 0)) return undefined
  return documents.map((document) => document.toJS())
}

const values = (text: string): unknown => {
  const parsed = parseYaml(text)
  return parsed.ok ? parsed.documents.map(({ value }) => value) : parsed.faults.map(({ code }) => code)
}
const isFast = (text: string): boolean => parseFast(text).every(({ parsed }) => parsed)

describe('plain scalars are resolved as by the Go reader of Kubernetes', () => {
  test.each([
    ['', null],
    ['~', null],
    ['null', null],
    ['yes', true],
    ['On', true],
    ['y', true],
    ['no', false],
    ['OFF', false],
    ['True', true],
    ['tRUE', 'tRUE'],
    ['0', 0],
    ['-7', -7],
    ['0644', 420],
    ['0o17', 15],
    ['08', 8],
    ['0x1F', 31],
    ['0b101', 5],
    ['1_000', 1000],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['129e6', 129e6],
    ['-.inf', Number.NEGATIVE_INFINITY],
    ['.nan', Number.NaN],
    ['1:30', '1:30'],
    ['2020-01-01', '2020-01-01'],
    ['1.20.2', '1.20.2'],
    ['100m', '100m'],
    ['16Gi', '16Gi'],
    ['-', '-'],
    ['+', '+'],
    ['.', '.'],
    ['nope', 'nope'],
  ])('%s', (text, value) => {
    expect(resolvePlain(text)).toEqual(value)
  })
})

describe('a stream of documents', () => {
  test.each<[string, string, unknown]>([
    ['maps and lists in lists', '- - a\n  - b\n- c: 1\n  d:\n  - e\n', [[['a', 'b'], { c: 1, d: ['e'] }]]],
    ['comments and sharps', '# top\na: x # y\nb: y#z\n# end\n', [{ a: 'x', b: 'y#z' }]],
    ['quotes', `a: "x: # \\"q\\" \\u00e9\\n"\n'b c': 'it''s'\n`, [{ a: 'x: # "q" é\n', 'b c': "it's" }]],
    ['empty values', 'a:\nb: ~\nc:\n  - \n  -\n', [{ a: null, b: null, c: [null, null] }]],
    ['flow collections', 'a: {b: 1, c: [x, y z, 40s], "d":"e"}\nf: []\n', [{ a: { b: 1, c: ['x', 'y z', '40s'], d: 'e' }, f: [] }]],
    ['JSON on several lines with tabs', '{\n\t"a": [1,\n\t\t2.5, null],\r\n "b": {}\n}\n', [{ a: [1, 2.5, null], b: {} }]],
    ['documents, also empty ones', '---\na: 1\n---\n---\nb: 2\n', [{ a: 1 }, null, { b: 2 }]],
    ['only comments', '# nothing\n\n# at all\n', []],
    [
      'literal blocks',
      'a: |\n  one\n\n   two\n  # three\nb: |-\n  x\nc:\n- |\n  y\n',
      [{ a: 'one\n\n two\n# three\n', b: 'x', c: ['y\n'] }],
    ],
    ['colons inside', 'image: registry:5000/app:v1\nurl: http://x/y\n', [{ image: 'registry:5000/app:v1', url: 'http://x/y' }]],
    ['letters of other languages', 'ort: Köln\nzeit: 5µs\n', [{ ort: 'Köln', zeit: '5µs' }]],
    [
      'long text as kubectl folds it',
      "m: 'The node was: low\n  on ''memory''.\n\n  Evicted.'\np: one two\n  three (four\n\n  five\nq: \"a\\tb\n  c\"\n",
      [{ m: "The node was: low on 'memory'.\nEvicted.", p: 'one two three (four\nfive', q: 'a\tb c' }],
    ],
  ])('%s: parsed fast', (_, text, expected) => {
    expect(isFast(text)).toBe(true)
    expect(values(text)).toEqual(expected)
    expect(reference(text)).toEqual(expected)
  })

  test.each<[string, string, unknown]>([
    ['anchors and merge keys', 'a: &a { x: 1 }\nb: { <<: *a, z: 2 }\n', [{ a: { x: 1 }, b: { x: 1, z: 2 } }]],
    ['folded blocks', 'a: >\n  one\n  two\n', [{ a: 'one two\n' }]],
    ['scalars on several lines in a list', '- one\n  two\n', [['one two']]],
    ['explicit tags', 'a: !!str 5\nb: !!int "5"\n', [{ a: '5', b: 5 }]],
    ['carriage returns', 'a: 1\r\nb: 2\r\n', [{ a: 1, b: 2 }]],
    ['ends of documents', 'a: 1\n...\n', [{ a: 1 }]],
  ])('%s: left to the general parser', (_, text, expected) => {
    expect(isFast(text)).toBe(false)
    expect(values(text)).toEqual(expected)
  })

  test('a field called __proto__ is a field like any other', () => {
    const parsed = parseYaml('{ "__proto__": { "polluted": true } }')
    const value = parsed.ok ? (parsed.documents[0]?.value as object) : {}
    expect(Object.hasOwn(value, '__proto__')).toBe(true)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test.each([
    ['a: 1\na: 2\n', 'duplicate-key'],
    ['{"a": 1, "a": 2}', 'duplicate-key'],
    ['a:\n\tb: 1\n', 'yaml-syntax'],
    ['a: "x\n', 'yaml-syntax'],
    ['a: b: c\n', 'yaml-syntax'],
    ['a: !foo 1\n', 'unsupported-tag'],
    ['a: *nowhere\n', 'yaml-syntax'],
    ['a: &a [*a]\n', 'too-deep'],
  ])('%j is %s', (text, code) => {
    expect(values(text)).toContain(code)
  })
})

test.each(['[', '{a: ', '- ', '? ', ': ', '-  '])(
  '%j a hundred thousand times over is too deep, and does not end the process',
  (opening) => {
    expect(values(opening.repeat(100_000))).toEqual(['too-deep'])
  },
)

const word = fc.constantFrom(
  'a',
  'b-c',
  'x y',
  'yes',
  '0644',
  '1.5',
  '1e3',
  '',
  ' lead',
  'trail ',
  'k: v',
  '#c',
  'a #b',
  '- x',
  '*a',
  "it's",
  '"q"',
  'ä',
  '~',
  '[x',
  '{y',
  'a\nb',
  'a\n\nb\n',
  '\ttab',
  'x:',
  ':y',
  '---',
  '...',
  '?',
  '-',
  '|',
  '>',
  '%',
  '@',
  '`',
  '!t',
  '&z',
  ',',
  'null',
)
const scalar = fc.oneof(word, fc.integer(), fc.double({ noNaN: true }), fc.boolean(), fc.constant(null), fc.string({ maxLength: 6 }))
const tree = fc.letrec((tie) => ({
  node: fc.oneof({ maxDepth: 4, withCrossShrink: true }, scalar, tie('list'), tie('map')),
  list: fc.array(tie('node'), { maxLength: 4 }),
  map: fc.dictionary(fc.oneof(word, fc.string({ maxLength: 4 })), tie('node'), { maxKeys: 4 }),
})).node

describe('the fast parser and the yaml package agree', () => {
  test('on documents as programs write them', () => {
    const indent = fc.record({ indent: fc.constantFrom(2, 4), indentSeq: fc.boolean(), collectionStyle: fc.constantFrom('any', 'flow') })
    const streams = fc.array(fc.tuple(tree, indent), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(streams, (documents) => {
        const text = documents.map(([value, style]) => `---\n${stringify(value, style as never)}`).join('')
        for (const part of parseFast(text)) if (part.parsed) expect([part.value]).toEqual(reference(text.slice(part.start, part.end)))
      }),
      { seed: 1, numRuns: FULL ? 20_000 : 1_000 },
    )
  })

  test('on pieces of YAML thrown together', () => {
    const piece = fc.constantFrom(
      'a',
      'b: ',
      'c:',
      ':',
      ' ',
      '  ',
      '\n',
      '\n  ',
      '- ',
      '-',
      '# x',
      ' #y',
      '"q"',
      "'s'",
      '[',
      ']',
      '{',
      '}',
      ', ',
      '|',
      '|-\n',
      '\n---\n',
      '1',
      'yes',
      '?',
      'é',
      '&',
      '*',
      '\\',
      '"',
      "'",
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
        const text = pieces.join('')
        const parts = parseFast(text)
        if (!parts.every(({ parsed }) => parsed)) return
        expect(parts.map((part) => (part.parsed ? part.value : undefined))).toEqual(reference(text))
      }),
      { seed: 2, numRuns: FULL ? 200_000 : 10_000 },
    )
  })

  test.each(['nodes', 'pods'])('on genuine %s of a cluster with 1,213 machines', (name) => {
    const text = readFileSync(new URL(`../fixtures/openb/${name}.yaml`, import.meta.url), 'utf8')
    expect(isFast(text)).toBe(true)
    expect(values(text)).toEqual(reference(text))
  })
})
