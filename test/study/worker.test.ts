import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Piscina } from 'piscina'
import { describe, expect, test } from 'vitest'
import { manifestTemplate, scenarioTemplate } from '../../src/cli/init-template.ts'
import { simulate, vocabulary } from '../../src/model.ts'
import { read } from '../../src/scenario/read.ts'
import { WORKER } from '../../src/study/pool.ts'
import { type ReplicationOptions, replicate } from '../../src/study/replicate.ts'
import { recorded, type ScenarioInputs } from '../../src/study/scenario-inputs.ts'

const inputs: ScenarioInputs = {
  path: 'x.yaml',
  text: scenarioTemplate('x', 'web.yaml'),
  files: new Map([['web.yaml', [{ path: 'web.yaml', bytes: manifestTemplate }]]]),
  overrides: { set: ['horizon=10m'], seed: '7', allowUnknownFields: false },
}
const options: ReplicationOptions = { recording: { timeline: true, events: true }, queue: 'columns', elision: 'elided', eventLimit: 1e9 }

describe('A worker', { timeout: 60_000 }, () => {
  test('answers for the real model what this thread answers', async () => {
    const outcome = read(recorded(inputs), vocabulary, inputs.overrides)
    if (!outcome.ok) throw new Error(outcome.problems[0]?.message)
    const expected = replicate(simulate, outcome.scenario, 2, 4, options)
    expect(expected.failure).toBeNull()
    const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
    const pool = new Piscina({ filename: WORKER.href, maxThreads: 1, workerData: [{ inputs, options }], execArgv: ['--import', tsx] })
    try {
      expect(await pool.run({ from: 2, to: 4 })).toEqual(expected)
      expect(await pool.run({ from: 4, to: 4 })).toEqual({ results: expected.results.slice(2), failure: null })
    } finally {
      await pool.destroy()
    }
  })
})
