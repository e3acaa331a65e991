import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadModel } from '../src/cli/load-model.ts'
import { scenarioFiles } from '../src/cli/scenario-files.ts'
import { WORKER } from '../src/study/pool.ts'
import { command } from './cli/fake-shell.ts'

const full = process.env.RECONVERGE_FULL === '1'
const studies = scenarioFiles(['scenarios/studies'])
const reconverge = async (...words: string[]) => command(words, await loadModel(), { worker: WORKER })

interface Answer {
  readonly points: readonly {
    readonly values: readonly string[]
    readonly objectives: readonly (number | null)[]
    readonly front: boolean
  }[]
}

test.each(studies)('Every point of %s reads without a problem or a warning', async (path) => {
  expect(await reconverge('sweep', path, '--dry-run')).toMatchObject({ code: 0, err: '' })
})

describe('scenarios/studies/timers.yaml', () => {
  test('longer timers recover later and evict less in vain', { timeout: 600_000 }, async () => {
    const replications = full ? [] : ['--replications', '20']
    const { code, out } = await reconverge(
      'sweep',
      'scenarios/studies/timers.yaml',
      '--json',
      '--quiet',
      ...replications,
      '--out',
      mkdtempSync(join(tmpdir(), 'reconverge-')),
    )
    expect(code).toBe(0)
    const { points } = JSON.parse(out) as Answer
    for (const grace of ['20s', '40s', '50s']) {
      const values = points.filter((point) => point.values[0] === grace).map(({ objectives }) => objectives as number[])
      expect(values.map(([recovery]) => recovery)).toEqual(values.map(([recovery]) => recovery).sort((a = 0, b = 0) => a - b))
      expect(values.map(([, inVain]) => inVain)).toEqual(values.map(([, inVain]) => inVain).sort((a = 0, b = 0) => b - a))
    }
    expect(points.filter(({ front }) => front).length).toBeGreaterThan(3)
  })
})
