import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Expectation } from '../../src/scenario/scenario.ts'
import { fakeResult } from '../study/fakes.ts'
import { command, fakeModel, folderOf } from './fake-shell.ts'

const expectation = (value: number, over: Partial<Expectation> = {}): Expectation => ({
  ...{ text: `convergence{fault="power-loss"}.p50 < ${value}`, measure: 'convergence', labels: { fault: 'power-loss' }, stat: 'p50' },
  ...{ operator: '<', value, confidence: 0.95, warn: false },
  ...over,
})

describe('reconverge run', () => {
  test('writes rows and summary, prints the table on stdout and nothing on stderr', async () => {
    const folder = folderOf({ 'x.yaml': { name: 'x' } })
    const { code, out, err } = await command(['run', join(folder, 'x.yaml'), '--out', join(folder, 'out')])
    expect([code, err]).toEqual([0, ''])
    expect(readdirSync(join(folder, 'out'))).toEqual(['x.csv', 'x.summary.csv', 'x.values.json'])
    expect(readFileSync(join(folder, 'out/x.csv'), 'utf8').split('\n')).toHaveLength(1 + 2 * 8 + 1)
    expect(out).toContain('How long is a Deployment short of replicas')
    expect(out).toContain('model abcdef01')
  })

  test('answers by exit code how the expectations fared', async () => {
    const folder = folderOf({
      'good.yaml': { name: 'good', expect: [expectation(1000)] },
      'bad.yaml': { name: 'bad', expect: [expectation(10)] },
      'warned.yaml': { name: 'warned', expect: [expectation(10, { warn: true })] },
      'open.yaml': { name: 'open', expect: [expectation(1000, { stat: 'p95' })] },
    })
    const code = async (name: string, ...more: string[]) =>
      (await command(['run', join(folder, `${name}.yaml`), '--out', join(folder, 'out'), ...more])).code
    expect(await code('good')).toBe(0)
    expect(await code('bad')).toBe(1)
    expect(await code('warned')).toBe(0)
    expect(await code('open')).toBe(4)
    expect(await code('open', '--undecided', 'pass')).toBe(0)
    expect(await code('open', '--undecided', 'fail')).toBe(1)
    expect(await code('*')).toBe(1)
  })

  test('runs nothing when one of several files has a problem, and prints the problems of all', async () => {
    const folder = folderOf({
      'a.yaml': { name: 'a' },
      'b.yaml': { problem: 'unknown field "fautls"' },
      'c.yaml': { problem: 'no horizon' },
    })
    const { code, out, err } = await command(['run', folder, '--out', join(folder, 'out')])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(`${join(folder, 'b.yaml')}:3:5: error[unknown-field]: unknown field "fautls"`)
    expect(err).toContain('2 errors: nothing was run')
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })

  test('refuses two scenarios of one name before anything runs', async () => {
    const folder = folderOf({ 'a.yaml': { name: 'same' }, 'b.yaml': { name: 'same' } })
    const { code, err } = await command(['run', join(folder, '*.yaml'), '--out', join(folder, 'out')])
    expect(code).toBe(2)
    expect(err).toContain('a.yaml and')
    expect(err).toContain('are both named same')
  })

  test('prints one JSON document and nothing else with --json', async () => {
    const folder = folderOf({ 'a.yaml': { name: 'a' }, 'b.yaml': { name: 'b', expect: [expectation(1000)] } })
    const { code, out } = await command(['run', folder, '--json', '--out', join(folder, 'out')])
    const document = JSON.parse(out) as { schemaVersion: number; studies: Record<string, unknown>[] }
    expect([code, document.schemaVersion, document.studies.map(({ scenario }) => scenario)]).toEqual([0, 1, ['a', 'b']])
    expect(document.studies[1]).toMatchObject({
      ...{ model: 'abcdef0123456789', v8: '11.3', seed: '1', replications: 8, partial: false },
      verdicts: [{ decision: 'pass' }],
      files: ['.csv', '.summary.csv', '.values.json'].map((end) => join(folder, `out/b${end}`)),
    })
    expect(document.studies[1]?.inputs).toMatch(/^[0-9a-f]{64}$/)
  })

  test('gives other inputs another hash', async () => {
    const folder = folderOf({ 'a.yaml': { name: 'a' } })
    const inputs = async (...more: string[]) => {
      const { out } = await command(['run', join(folder, 'a.yaml'), '--json', '--dry-run', ...more])
      return (JSON.parse(out) as { plans: { inputs: string }[] }).plans[0]?.inputs
    }
    expect(await inputs()).toBe(await inputs())
    expect(new Set([await inputs(), await inputs('--seed', '2'), await inputs('--replications', '9')]).size).toBe(3)
  })

  test('says what would run with --dry-run and writes nothing', async () => {
    const folder = folderOf({ 'a.yaml': { name: 'a' } })
    const { code, out } = await command(['run', join(folder, 'a.yaml'), '--dry-run', '--out', join(folder, 'out')])
    expect(code).toBe(0)
    expect(out).toContain('would run 8 replications of a to 1200 s (seed 1): 2 machines')
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })

  test('looks at one replication without judging it or touching the results of all', async () => {
    const folder = folderOf({ 'a.yaml': { name: 'a', expect: [expectation(10)] } })
    const { code } = await command([
      'run',
      join(folder, 'a.yaml'),
      '--replication',
      '5',
      '--trace',
      join(folder, 't.json'),
      '--out',
      join(folder, 'out'),
    ])
    expect(code).toBe(0)
    expect(readdirSync(join(folder, 'out'))).toEqual(['a.replication-5.csv', 'a.replication-5.summary.csv'])
    expect(readFileSync(join(folder, 'out/a.replication-5.csv'), 'utf8')).toMatch(/\na,5,1,/)
    expect(JSON.parse(readFileSync(join(folder, 't.json'), 'utf8'))).toHaveProperty('traceEvents')
  })

  test('ends with 3 and the line that replays it when an invariant breaks, and writes nothing', async () => {
    const folder = folderOf({ 'a.yaml': { name: 'a' } })
    const model = fakeModel({
      simulate: (scenario, replication) => {
        if (replication === 5) throw new Error('412.500000 s: Pod web-0 runs on two machines')
        return fakeResult(scenario, replication)
      },
    })
    const { code, err } = await command(['run', join(folder, 'a.yaml'), '--set', 'horizon=20m', '--out', join(folder, 'out')], model)
    expect(code).toBe(3)
    expect(err).toContain('replication 5: 412.500000 s: Pod web-0 runs on two machines')
    expect(err).toContain(`replay: reconverge run ${join(folder, 'a.yaml')} --seed 1 --replications 8 --replication 5 --set horizon=20m`)
    expect(readdirSync(join(folder, 'out'))).toEqual([])
  })

  test('keeps what is finished on Ctrl-C, under another name, with 130', async () => {
    const folder = folderOf({ 'a.yaml': { name: 'a', expect: [expectation(10)] } })
    const { code, out } = await command(['run', join(folder, 'a.yaml'), '--out', join(folder, 'out')], fakeModel(), {
      onInterrupt: (stop) => {
        stop()
        return () => {}
      },
    })
    expect(code).toBe(130)
    expect(readdirSync(join(folder, 'out'))).toEqual(['a.partial.csv', 'a.partial.summary.csv', 'a.unfinished.jsonl'])
    expect(out).toContain('Interrupted: 1 of 8 replications')
  })

  test('says nothing but failed expectations with --quiet', async () => {
    const folder = folderOf({ 'a.yaml': { name: 'a', expect: [expectation(10), expectation(1000)] } })
    const { code, out, err } = await command(['run', join(folder, 'a.yaml'), '--quiet', '--out', join(folder, 'out')])
    expect([code, out]).toEqual([1, ''])
    expect(err).toMatch(/^[^\n]*a\.yaml: fail: convergence\{fault="power-loss"\}\.p50 < 10: [^\n]*\n$/)
  })

  test.each([
    ['a file', (out: string) => writeFileSync(out, ''), 'there is a file of that name where a folder is needed'],
    ['inside a file', (out: string) => writeFileSync(join(out, '..'), ''), 'a part of the path is a file'],
  ])('refuses to write into what is %s, before anything runs', async (_, prepare, reason) => {
    const folder = folderOf({ 'a.yaml': { name: 'a' } })
    const out = join(folder, 'x', 'out')
    if (reason.startsWith('there')) mkdirSync(join(folder, 'x'))
    prepare(out)
    const never = fakeModel({
      simulate: () => {
        throw new Error('must not run')
      },
    })
    const { code, err } = await command(['run', join(folder, 'a.yaml'), '--out', out], never)
    expect(code).toBe(2)
    expect(err).toContain(reason)
  })

  test('leaves the old results alone when a file cannot be written', async () => {
    const folder = folderOf({ 'a.yaml': { name: 'a' } })
    const out = join(folder, 'out')
    mkdirSync(join(out, 'a.summary.csv'), { recursive: true })
    const { code, err } = await command(['run', join(folder, 'a.yaml'), '--out', out])
    expect(code).toBe(2)
    expect(err).toContain('a.summary.csv: there is a folder of that name')
    expect(readdirSync(out).filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})
