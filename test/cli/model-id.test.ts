import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hashOfSources, modelId } from '../../src/cli/model-id.ts'

const files = { 'kernel/time.ts': 'export const a = 1\n', 'control/deep/x.ts': 'b\n', 'model.ts': 'c\n' }

function sources(over: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'reconverge-src-'))
  for (const [path, text] of Object.entries({ ...files, ...over })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return hashOfSources(folder)
}

describe('The model id', () => {
  test('is that of the sources in use', () => {
    expect(modelId()).toMatch(/^[0-9a-f]{64}$/)
    expect(modelId()).toBe(hashOfSources(join(import.meta.dirname, '../../src')))
  })

  test.each([
    ['a report changes', { 'report/table.ts': 'new' }],
    ['line ends are those of another system', { 'kernel/time.ts': 'export const a = 1\r\n' }],
    ['something else lies about', { 'kernel/notes.md': 'x' }],
  ])('stays when %s', (_, over: Record<string, string>) => {
    expect(sources(over)).toBe(sources({}))
  })

  test.each([
    ['a byte of the model changes', { 'kernel/time.ts': 'export const a = 2\n' }],
    ['a file joins the model', { 'faults/new.ts': '' }],
    ['text moves from one file to another', { 'control/deep/x.ts': '', 'model.ts': 'b\nc\n' }],
  ])('changes when %s', (_, over: Record<string, string>) => {
    expect(sources(over)).not.toBe(sources({}))
  })
})
