import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { loadModel } from '../../src/cli/load-model.ts'
import { modelId } from '../../src/cli/model-id.ts'
import { WORKER } from '../../src/study/pool.ts'
import { command } from './fake-shell.ts'

const folder = mkdtempSync(join(tmpdir(), 'reconverge-e2e-'))
const inFolder = (name: string) => join(folder, name)
const scenario = inFolder('scenario.yaml')

/** Runs a command line against the real model, in this process. */
const reconverge = async (...words: string[]) => command(words, await loadModel(), { worker: WORKER })
const files = (out: string) =>
  Object.fromEntries(readdirSync(inFolder(out)).map((name) => [name, readFileSync(inFolder(join(out, name)), 'utf8')]))

describe('From init to results', { timeout: 60_000 }, () => {
  test('the scenario that init writes is valid and runs', async () => {
    expect(await reconverge('init', folder)).toMatchObject({ code: 0, err: '' })
    expect(await reconverge('validate', scenario)).toMatchObject({
      code: 0,
      out: expect.stringContaining('scenario.yaml: valid: scenario'),
      err: '',
    })
    const outputs = ['--out', inFolder('results'), '--timeline', '--events', '--trace', inFolder('trace.json')]
    const run = await reconverge('run', scenario, '--replications', '4', '--undecided', 'pass', ...outputs)
    expect(run).toMatchObject({ code: 0, err: '', out: expect.stringContaining('power-loss (node-crash): 4 occurrences') })
    expect(Object.keys(files('results'))).toEqual([
      'scenario.csv',
      'scenario.events.csv',
      'scenario.summary.csv',
      'scenario.timeline.csv',
      'scenario.values.json',
    ])
    expect(files('results')['scenario.csv']?.split('\n')[1]).toMatch(/^scenario,1,1,power-loss,node-crash,1,/)
    const { traceEvents } = JSON.parse(readFileSync(inFolder('trace.json'), 'utf8')) as { traceEvents: { ph: string }[] }
    expect(new Set(traceEvents.map(({ ph }) => ph))).toEqual(new Set(['M', 'X', 'i', 's', 'f']))
  })

  test('the same inputs give the same bytes, whatever the queue; another seed gives others', async () => {
    const run = async (out: string, ...more: string[]) => {
      const words = ['run', scenario, '--replications', '6', '--quiet', '--undecided', 'pass', '--out', inFolder(out), ...more]
      expect(await reconverge(...words)).toEqual({ code: 0, out: '', err: '' })
      return files(out)
    }
    const once = await run('once')
    expect(await run('heap', '--queue', 'heap')).toEqual(once)
    // Fingerprints count events, so they tell an unelided run from an elided one; results do not.
    const results = (found: ReturnType<typeof files>) => Object.entries(found).filter(([name]) => name.endsWith('.csv'))
    expect(results(await run('unelided', '--unelided'))).toEqual(results(once))
    expect(await run('other', '--seed', '2')).not.toEqual(once)
  })

  test('one replication of many is the same as by itself', async () => {
    await reconverge('run', scenario, '--replication', '3', '--quiet', '--out', inFolder('single'))
    const alone = files('single')['scenario.replication-3.csv']?.split('\n').slice(1, -1)
    const amongAll = files('once')
      ['scenario.csv']?.split('\n')
      .filter((line) => line.startsWith('scenario,3,'))
    expect(alone).toEqual(amongAll)
    expect(alone?.length).toBeGreaterThan(0)
  })

  test('get shows what the API believes and what is true', async () => {
    const nodes = await reconverge('get', 'nodes', scenario, '--at', '3m', '--truth')
    expect(nodes).toMatchObject({ code: 0, err: '' })
    expect(nodes.out).toMatch(/NotReady .* off\n/)
    const pods = await reconverge('get', 'pods', scenario, '--at', '30s')
    expect(pods.out.match(/1\/1 +Running/g)).toHaveLength(6)
  })

  test('verify finds the run the same in every way', async () => {
    expect(await reconverge('verify', scenario, '--deep', '--replications', '1')).toMatchObject({ code: 0, err: '' })
  })

  test.each([
    ['fails ends with 1', 'mean < 1s', 1],
    ['needs more replications ends with 4', 'p95 < 19m', 4],
    ['holds ends with 0', 'max < 19m', 0],
  ])('an expectation that %s', async (_, expectation, code) => {
    writeFileSync(inFolder('expect.yaml'), readFileSync(scenario, 'utf8').replace('p95 < 7m', expectation))
    expect((await reconverge('run', inFolder('expect.yaml'), '--replications', '3', '--out', inFolder('expect'))).code).toBe(code)
  })

  test('every problem of a scenario comes with its place, and nothing runs', async () => {
    const text = readFileSync(scenario, 'utf8').replace('node-crash', 'node-crush').replace('horizon: 20m', 'horizon: 20')
    writeFileSync(inFolder('bad.yaml'), text)
    const { code, out, err } = await reconverge('run', inFolder('bad.yaml'), '--out', inFolder('bad'))
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(/bad\.yaml:\d+:\d+: error\[unknown-fault\]: .*node-crush/)
    expect(err).toMatch(/did you mean "node-crash"/)
    expect(err).toMatch(/2 errors: nothing was run\n$/)
    expect(readdirSync(folder)).not.toContain('bad')
  })

  test('schema is a JSON Schema', async () => {
    expect(JSON.parse((await reconverge('schema')).out)).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' })
  })
})

describe('The program in a process of its own', { timeout: 120_000 }, () => {
  const main = join(import.meta.dirname, '../../src/cli/main.ts')
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
  const start = (...words: string[]) =>
    spawn(process.execPath, ['--import', tsx, main, ...words], { cwd: folder, env: { ...process.env, NO_COLOR: '1' } })

  test('reads a scenario from standard input', async () => {
    const child = start('validate', '-')
    let said = ''
    child.stdout.on('data', (text) => {
      said += text
    })
    child.stdin.end(readFileSync(scenario))
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
    expect(said).toContain('stdin: valid: scenario')
  })

  /** Presses Ctrl-C so long after results have a folder; until a first replication is finished that just ends the program. */
  async function interrupted(out: string, delay: number) {
    const child = start('run', 'scenario.yaml', '--replications', '1000000', '--out', out)
    let said = ''
    child.stderr.on('data', (text) => {
      said += text
    })
    const ended = new Promise((resolve) => child.on('close', resolve))
    while (!existsSync(inFolder(out))) await sleep(50)
    await sleep(delay)
    child.kill('SIGINT')
    return { code: await ended, said }
  }

  test('loses nothing but the running replications when it is killed: --resume answers what an undisturbed run does', async () => {
    const words = ['run', 'scenario.yaml', '--replications', '150', '--workers', '1', '--undecided', 'pass', '--quiet', '--out', 'killed']
    const child = start(...words)
    const ended = new Promise((resolve) => child.on('close', resolve))
    const journal = inFolder('killed/scenario.unfinished.jsonl')
    while (!existsSync(journal) || readFileSync(journal, 'utf8').split('\n').length < 5) await sleep(20)
    child.kill('SIGKILL')
    await ended
    const finished = readFileSync(journal, 'utf8').split('\n').length - 2
    expect(finished).toBeLessThan(150)
    const again = start(...words.filter((word) => word !== '--quiet'), '--resume')
    let said = ''
    again.stderr.on('data', (text) => {
      said += text
    })
    expect(await new Promise((resolve) => again.on('close', resolve))).toBe(0)
    expect(said).toContain(`scenario: ${finished} replications of killed/scenario.unfinished.jsonl are not run again`)
    const shell = { worker: WORKER, modelId, v8: process.versions.v8 }
    await command(['run', scenario, ...words.slice(2, -1), inFolder('whole')], await loadModel(), shell)
    expect(files('killed')).toEqual(files('whole'))
  })

  test('keeps what is finished on Ctrl-C and ends with 130', async () => {
    let last: { code: unknown; said: string } | undefined
    for (const delay of [1000, 4000, 16_000]) {
      last = await interrupted(`cut-${delay}`, delay)
      if (last.code === null) continue
      expect(readdirSync(inFolder(`cut-${delay}`))).toEqual([
        'scenario.partial.csv',
        'scenario.partial.summary.csv',
        'scenario.unfinished.jsonl',
      ])
      break
    }
    expect(last?.code).toBe(130)
    expect(last?.said).toMatch(
      /^\nStopping: what is finished is written\. Ctrl-C again ends at once\.\ncut-\d+\/scenario\.unfinished\.jsonl holds what is finished: the same command with --resume continues\n$/,
    )
  })
})
