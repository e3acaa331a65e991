import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadModel } from '../src/cli/load-model.ts'
import { modelId } from '../src/cli/model-id.ts'
import { readValues } from '../src/report/values-json.ts'
import { WORKER } from '../src/study/pool.ts'
import { command } from './cli/fake-shell.ts'

const ROOT = join(import.meta.dirname, '..')
const BASELINE = join(ROOT, 'results/baseline')
const names = readdirSync(BASELINE)
  .filter((name) => name.endsWith('.values.json'))
  .map((name) => name.slice(0, -'.values.json'.length))

describe('The committed baseline', () => {
  test('is small: no file weighs more than 256 kB, and each belongs to a scenario', () => {
    for (const file of readdirSync(BASELINE)) {
      expect(statSync(join(BASELINE, file)).size, file).toBeLessThanOrEqual(256 * 1024)
      expect(existsSync(join(ROOT, `scenarios/${file.split('.')[0]}.yaml`)), file).toBe(true)
    }
    expect(names.length).toBeGreaterThanOrEqual(4)
  })

  test.each(names)('of %s is what the model answers', { timeout: 60_000 }, async (name) => {
    const committed = readValues(readFileSync(join(BASELINE, `${name}.values.json`), 'utf8'))
    if (typeof committed === 'string') throw new Error(committed)
    const words = ['check', join(ROOT, `scenarios/${name}.yaml`), '--baseline', BASELINE, '--quiet', '--workers', '1']
    const { v8 } = process.versions
    const { code, out } = await command(words, await loadModel(), { worker: WORKER, modelId, v8 })
    expect(code, `${out}\nIf this is on purpose: reconverge check scenarios/${name}.yaml --update-baseline`).toBe(0)
    // Another V8 may round in another way; with this one not a digit may differ.
    if (committed.set.v8 === v8) expect(out).toMatch(/: (equal inputs, equal bytes|other inputs, the same numbers)/)
  })
})
