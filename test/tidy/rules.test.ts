import { describe, expect, test } from 'vitest'
import { changelog, deadLinks, headings, missingScenarios, unasked, unknownCommands, unknownScripts } from './documents.ts'
import { undocumentedExports } from './exports.ts'
import { personalPaths, postponed } from './leftovers.ts'
import { unlisted } from './lists.ts'
import { longFiles, longFunctions, medianLines, spareExceptions } from './size.ts'
import { moduleState } from './state.ts'
import type { File } from './tree.ts'

const file = (path: string, text: string): File => ({ path, text })
const ts = (text: string): File => file('src/x.ts', text)
const md = (text: string): File => file('docs/x.md', text)
const line = 'x\n'

describe('Sizes', () => {
  const exception = (upTo: number) => [{ path: 'src/x.ts', upTo, since: '2026-01-01', why: 'one table' }]

  test('A file of 401 lines is reported and one of 400 is not', () => {
    expect(longFiles([ts(line.repeat(400))], 400, [])).toEqual([])
    expect(longFiles([ts(line.repeat(401))], 400, [])).toEqual([expect.stringContaining('src/x.ts has 401 lines')])
  })

  test('An exception excuses its size, and is reported once the file needs less', () => {
    expect(longFiles([ts(line.repeat(450))], 400, exception(450))).toEqual([])
    expect(longFiles([ts(line.repeat(451))], 400, exception(450))).toHaveLength(1)
    expect(longFiles([ts(line.repeat(440))], 400, exception(450))).toEqual([expect.stringContaining('from 450 to 440')])
    expect(spareExceptions(exception(450), 400, () => 400)).toEqual([expect.stringContaining('remove its exception')])
  })

  test('The median is the middle length', () => {
    expect(medianLines([ts(line), ts(line.repeat(9)), ts(line.repeat(3))])).toBe(3)
    expect(medianLines([])).toBe(0)
  })

  test('A function is measured from its first line to its closing brace', () => {
    const body = (lines: number): string => `const a = 1\n\nexport function f() {\n${line.repeat(lines - 2)}}\n`
    expect(longFunctions(ts(body(60)), 60)).toEqual([])
    expect(longFunctions(ts(body(61)), 60)).toEqual([expect.stringContaining('src/x.ts:3 is a function of 61 lines')])
  })
})

describe('Exports', () => {
  test.each(['function f() {}', 'class C {}', 'interface I {}', 'type T = 1', 'const c = 1'])(
    '`export %s` needs a docstring',
    (declaration) => {
      expect(undocumentedExports(ts(`export ${declaration}\n`))).toHaveLength(1)
      expect(undocumentedExports(ts(`/** What it is. */\nexport ${declaration}\n`))).toEqual([])
      expect(undocumentedExports(ts(`${declaration}\n`))).toEqual([])
    },
  )

  test('An entry of a list is documented by its `doc`', () => {
    expect(undocumentedExports(ts("export const nodeCrash: Fault = { name: 'node-crash', doc: 'The machine loses power.' }"))).toEqual([])
    expect(undocumentedExports(ts("export const nodeCrash: Fault = { name: 'node-crash' }"))).toHaveLength(1)
  })

  test('A type that repeats a documented value needs none, and neither does a re-export', () => {
    expect(undocumentedExports(ts("/** All. */\nexport const ALL = ['a'] as const\nexport type One = (typeof ALL)[number]\n"))).toEqual([])
    expect(undocumentedExports(ts("export { a } from './a.ts'\n"))).toEqual([])
  })
})

test('State in a module is reported: variables, and containers that wait to be filled', () => {
  for (const bad of [
    'let n = 0',
    'export let n = 0',
    'var n = 0',
    'const seen = new Map<string, number>()',
    'const all: string[] = []',
    'const o = {}',
  ]) {
    expect(moduleState(ts(bad)), bad).toHaveLength(1)
  }
  const good = ['const n = 0', "const names = new Set(['a'])", 'function f() { let n = 0; return n }', 'const none: readonly string[] = []']
  for (const fine of good) expect(moduleState(ts(fine)), fine).toEqual([])
})

test('Marks of postponed work and paths of one machine are reported with their line', () => {
  expect(postponed(ts('a\n// TODO: later\n'))).toEqual([expect.stringContaining('src/x.ts:2 says TODO')])
  expect(postponed(ts('const TODOS = 1'))).toEqual([])
  expect(personalPaths(ts("read('/home/jane/x.yaml')"))).toEqual([expect.stringContaining('src/x.ts:1 names /home/jane')])
  expect(personalPaths(ts("read('scenarios/home/x.yaml')"))).toEqual([])
})

describe('Lists', () => {
  const index = file(
    'src/faults/index.ts',
    "import { nodeCrash } from './node-crash.ts'\nimport { podKill } from './pod-kill.ts'\nexport const faults: readonly Fault[] = [nodeCrash]\n",
  )
  const entry = (name: string): File => file(`src/faults/${name}.ts`, `import { who } from './who.ts'\nexport const a: Fault = { who }\n`)
  const who = file('src/faults/who.ts', 'export const who = 1\n')

  test('A file whose constant stands in the array is an entry, and what entries import is a shared part', () => {
    expect(unlisted('src/faults', [index, entry('node-crash'), who])).toEqual([])
  })

  test('A file that the index does not import, or imports without listing it, is reported', () => {
    expect(unlisted('src/faults', [index, entry('node-crash'), who, entry('oom-kill')])).toEqual([
      expect.stringContaining('src/faults/oom-kill.ts is in no list'),
    ])
    expect(unlisted('src/faults', [index, entry('node-crash'), who, entry('pod-kill')])).toEqual([
      expect.stringContaining('src/faults/pod-kill.ts is in no list'),
    ])
  })

  test('A part may be shared by another folder only', () => {
    const model = file('src/model.ts', "import { faults } from './faults/index.ts'\nimport { when } from './faults/when.ts'\n")
    const when = file('src/faults/when.ts', 'export const when = 1\n')
    expect(unlisted('src/faults', [index, entry('node-crash'), who, when, model])).toEqual([])
    expect(unlisted('src/faults', [index, entry('node-crash'), who, when])).toHaveLength(1)
  })

  test('An entry stays one when a sibling imports it', () => {
    const reuser = file('src/faults/node-crash.ts', "import { a } from './oom-kill.ts'\nexport const nodeCrash: Fault = a\n")
    expect(unlisted('src/faults', [index, reuser, entry('oom-kill'), who])).toEqual([expect.stringContaining('oom-kill.ts is in no list')])
  })

  test('A folder without index.ts is reported', () => {
    expect(unlisted('src/faults', [who])).toEqual([expect.stringContaining('no index.ts')])
  })
})

describe('Documents', () => {
  test('have exactly one heading of the first level, comments in code blocks aside', () => {
    expect(headings(md('# A\n\n```sh\n# no heading\n```\n'))).toEqual([])
    expect(headings(md('# A\n# B\n'))).toHaveLength(1)
    expect(headings(md('## A\n'))).toHaveLength(1)
  })

  test('name only scripts of package.json', () => {
    const scripts = new Set(['test', 'lint'])
    expect(unknownScripts(md('```sh\nnpm ci && npm test\nnpm run lint\nnpm pack\n```\n'), scripts)).toEqual([])
    expect(unknownScripts(md('```sh\nnpm run nothing\n```\n'), scripts)).toEqual([expect.stringContaining('npm run nothing')])
    expect(unknownScripts(md('```sh\nnpm test\n```\n'), new Set())).toHaveLength(1)
  })

  test('name only commands of the program', () => {
    const shown = md('```sh\nnpx reconverge run a.yaml\nnpx reconverge --help\n```\n')
    expect(unknownCommands(shown, new Set(['run']))).toEqual([])
    expect(unknownCommands(shown, new Set(['validate']))).toEqual([expect.stringContaining('npx reconverge run')])
  })

  test('show scenarios and link to files that exist', () => {
    const none = () => false
    expect(missingScenarios(md('```sh\nnpx reconverge run scenarios/a.yaml\n```\n'), none)).toEqual([
      expect.stringContaining('scenarios/a.yaml'),
    ])
    expect(missingScenarios(md('```sh\nnpx reconverge run scenarios/a.yaml\n```\n'), (path) => path === 'scenarios/a.yaml')).toEqual([])
    expect(deadLinks(md('[b](b.md#top) [c](https://example.org) [d](#d)\n'), none)).toEqual([expect.stringContaining('links to b.md')])
    expect(deadLinks(md('[b](b.md)\n'), (path) => path === 'docs/b.md')).toEqual([])
  })

  test('A scenario starts with a question', () => {
    expect(unasked(file('scenarios/a.yaml', '# How long?\nkind: Scenario\n'))).toEqual([])
    expect(unasked(file('scenarios/a.yaml', '# A crash.\n'))).toHaveLength(1)
    expect(unasked(file('scenarios/a.yaml', 'kind: Scenario\n'))).toHaveLength(1)
  })

  test('A change log has its unreleased changes first, dated releases newest first, and known sections', () => {
    const log = (...lines: string[]): File => file('CHANGELOG.md', ['# Changelog', ...lines].join('\n\n'))
    expect(changelog(log('## [Unreleased]', '### Added', '- a', '## [0.2.0] - 2026-02-01', '## [0.1.0] - 2026-01-01'))).toEqual([])
    expect(changelog(log('## [0.1.0] - 2026-01-01'))).toHaveLength(1)
    expect(changelog(log('## [Unreleased]', '## 0.1.0'))).toHaveLength(1)
    expect(changelog(log('## [Unreleased]', '## [0.1.0] - 2026-01-01', '## [0.2.0] - 2026-02-01'))).toHaveLength(1)
    expect(changelog(log('## [Unreleased]', '### New'))).toHaveLength(1)
    expect(changelog(file('CHANGELOG.md', '## [Unreleased]'))).toHaveLength(1)
  })
})
