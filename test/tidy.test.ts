import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { changelog, deadLinks, headings, missingScenarios, unasked, unknownCommands, unknownScripts } from './tidy/documents.ts'
import { undocumentedExports } from './tidy/exports.ts'
import { personalPaths, postponed } from './tidy/leftovers.ts'
import { unlisted } from './tidy/lists.ts'
import { type Exception, longFiles, longFunctions, medianLines, spareExceptions } from './tidy/size.ts'
import { moduleState } from './tidy/state.ts'
import { list, ROOT, read, sizeOf } from './tidy/tree.ts'

/** Files that may be longer for now. An entry is a debt with a date: it only ever shrinks. */
const longFileExceptions: readonly Exception[] = []

/** Files that may weigh more than 300 kB, and why they cannot be made by a script. */
const largeFileExceptions: readonly Exception[] = []

/** Folders whose files are entries of the explicit list in their index.ts. */
const listFolders = [
  'src/kernel/distributions',
  'src/control/filters',
  'src/control/scores',
  'src/faults',
  'src/operations',
  'src/measure/measures',
]

const LARGE = 300_000

const source = read('src/**/*.ts')
const code = [...source, ...read('test/**/*.ts', 'bench/**/*.ts', '*.ts', '*.cjs')]
const documents = read('**/*.md')
const exists = (path: string): boolean => existsSync(ROOT + path)

describe('Source files', () => {
  test('have at most 400 lines, and half of src at most 80', () => {
    expect(longFiles(code, 400, longFileExceptions)).toEqual([])
    expect(medianLines(source), 'half of src is longer: new concerns go into new files').toBeLessThanOrEqual(80)
  })

  test('hold no function of more than 60 lines', () => {
    expect(source.flatMap((file) => longFunctions(file, 60))).toEqual([])
  })

  test('say what each exported symbol is', () => {
    const needed = 'exported without a docstring: say in one sentence its shape, unit and range, errors, and where a number comes from'
    expect(source.flatMap(undocumentedExports), needed).toEqual([])
  })

  test('keep no state in a module', () => {
    expect(source.flatMap(moduleState)).toEqual([])
  })

  test('postpone nothing and name no path of one machine', () => {
    const outside = (path: string): boolean => !path.startsWith('test/tidy')
    const texts = [...code, ...documents, ...read('.ci/*', '*.json')].filter(({ path }) => outside(path) && path !== 'package-lock.json')
    expect(texts.flatMap((file) => [...postponed(file), ...personalPaths(file)])).toEqual([])
  })
})

test.each(listFolders)('Every file of %s is an entry of its list, or a part that others share', (folder) => {
  expect(unlisted(folder, source)).toEqual([])
})

test('Every scenario and every study asks its question in its first line', () => {
  expect(read('scenarios/*.yaml', 'scenarios/studies/*.yaml').flatMap(unasked)).toEqual([])
})

describe('Documents', () => {
  test('have one title, and links that lead somewhere', () => {
    expect(documents.flatMap((file) => [...headings(file), ...deadLinks(file, exists)])).toEqual([])
  })

  test('show only npm scripts, commands and scenarios that exist', () => {
    const scripts = new Set(Object.keys(manifest.scripts))
    const commands = new Set(list('src/cli/**/*.ts').map((path) => path.slice(path.lastIndexOf('/') + 1, -'.ts'.length)))
    const wrong = documents.flatMap((file) => [
      ...unknownScripts(file, scripts),
      ...unknownCommands(file, commands),
      ...missingScenarios(file, exists),
    ])
    expect(wrong).toEqual([])
  })

  test('include a change log that a reader can scan by release', () => {
    expect(read('CHANGELOG.md').flatMap(changelog)).toEqual([])
  })
})

test('No file weighs more than 300 kB: what a script can make is not committed', () => {
  const allowed = (path: string): number => largeFileExceptions.find((one) => one.path === path)?.upTo ?? LARGE
  expect(list('**').filter((path) => sizeOf(path) > allowed(path))).toEqual([])
  expect(spareExceptions(largeFileExceptions, LARGE, sizeOf)).toEqual([])
})
