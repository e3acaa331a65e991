import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { EXIT, gravest } from '../../src/cli/exit.ts'
import { progressOf } from '../../src/cli/progress.ts'
import { scenarioFiles } from '../../src/cli/scenario-files.ts'
import { sourceOf } from '../../src/cli/scenarios.ts'
import { recorded, recording } from '../../src/study/scenario-inputs.ts'

const folder = mkdtempSync(join(tmpdir(), 'reconverge-files-'))
mkdirSync(join(folder, 'manifests'))
for (const name of ['b.yaml', 'a.yml', 'B.yaml', 'notes.md', 'odd[1].yaml', 'manifests/m2.yaml', 'manifests/m1.yaml'])
  writeFileSync(join(folder, name), name)
const here = (...names: string[]) => names.map((name) => join(folder, name))

describe('Scenario files', () => {
  test('are those a folder itself holds, by code unit', () => {
    expect(scenarioFiles([folder])).toEqual(here('B.yaml', 'a.yml', 'b.yaml', 'odd[1].yaml'))
  })

  test('are what a glob matches, in the same order, each once', () => {
    expect(scenarioFiles([join(folder, '*.yaml'), join(folder, 'b.yaml')])).toEqual(here('B.yaml', 'b.yaml', 'odd[1].yaml'))
  })

  test('may have the letters of a glob in their name', () => {
    expect(scenarioFiles(here('odd[1].yaml'))).toEqual(here('odd[1].yaml'))
  })
})

describe('What a scenario refers to', () => {
  const source = sourceOf(join(folder, 'b.yaml'))

  test('is found relative to it, matches of a glob in order', () => {
    expect(source.load('manifests/m1.yaml')).toEqual([{ path: join(folder, 'manifests/m1.yaml'), bytes: Buffer.from('manifests/m1.yaml') }])
    expect(source.load('manifests/*.yaml')).toMatchObject([
      { path: join(folder, 'manifests/m1.yaml') },
      { path: join(folder, 'manifests/m2.yaml') },
    ])
  })

  test('is missed by its kind of absence', () => {
    expect(source.load('none.yaml')).toMatchObject({ problem: 'file-not-found' })
    expect(source.load('none/*.yaml')).toMatchObject({ problem: 'no-file-matches' })
    expect(source.load('manifests')).toMatchObject({ problem: 'file-unreadable', message: expect.stringContaining('it is a folder') })
  })

  test('can be read again from what was recorded, without the disk', () => {
    const { source: recorder, inputs } = recording(source)
    recorder.load('manifests/*.yaml')
    const again = recorded(structuredClone(inputs({ set: [], allowUnknownFields: false })))
    expect(again.load('manifests/*.yaml')).toMatchObject([
      { path: join(folder, 'manifests/m1.yaml') },
      { path: join(folder, 'manifests/m2.yaml') },
    ])
    expect(again.path).toBe(source.path)
    expect(again.load('other.yaml')).toMatchObject({ problem: 'file-not-found' })
  })
})

describe('The exit code of several scenarios', () => {
  test.each([
    [[EXIT.good, EXIT.good], EXIT.good],
    [[EXIT.undecided, EXIT.good], EXIT.undecided],
    [[EXIT.undecided, EXIT.failed], EXIT.failed],
    [[EXIT.failed, EXIT.broken], EXIT.broken],
    [[EXIT.broken, EXIT.interrupted], EXIT.interrupted],
  ])('%j is %d', (codes, expected) => {
    expect(gravest(codes)).toBe(expected)
  })
})

describe('Progress without a terminal', () => {
  test('is a line every ten seconds, none before', async () => {
    let time = 0
    const lines: string[] = []
    const progress = await progressOf('x', 100, { interactive: false, write: (line) => lines.push(line), now: () => time })
    for (let done = 1; done <= 25; done++) {
      time = done * 1000
      progress.update(done)
    }
    progress.stop()
    expect(lines).toEqual(['x: 10 of 100 replications, 1/s, about 2 min to go\n', 'x: 20 of 100 replications, 1/s, about 80 s to go\n'])
  })
})
