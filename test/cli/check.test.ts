import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Model } from '../../src/cli/shell.ts'
import type { ReplicationResult } from '../../src/measure/record.ts'
import { fakeResult, measures } from '../study/fakes.ts'
import { parseXml } from '../support/xml.ts'
import { command, type FakeFile, fakeModel, folderOf } from './fake-shell.ts'

const changed = { modelId: () => 'another model' }

/** A model whose convergence is what `change` makes of it. */
const slower = (change: (time: number, replication: number) => number): Partial<Model> => ({
  simulate: (scenario, replication): ReplicationResult => {
    const result = fakeResult(scenario, replication)
    const measures = result.measures.map((one) =>
      one.measure === 'convergence' ? { ...one, value: Math.round(change(one.value, replication)) } : one,
    )
    return { ...result, measures }
  },
})

/** A folder with one scenario `a` of 20 replications and its baseline; answers how to check it. */
async function checked(file: FakeFile = {}) {
  const folder = folderOf({ 'a.yaml': { name: 'a', replications: 20, ...file } })
  const [path, baseline] = [join(folder, 'a.yaml'), join(folder, 'baseline')]
  const written = await command(['check', path, '--baseline', baseline, '--update-baseline'])
  expect([written.code, written.err]).toEqual([0, ''])
  return {
    ...{ folder, path, baseline, written },
    check: (over: Partial<Model> = {}, shell = {}, ...more: string[]) =>
      command(['check', path, '--baseline', baseline, ...more], fakeModel(over), shell),
  }
}

const temporary = mkdtempSync(join(tmpdir(), 'reconverge-gates-'))
beforeAll(() => {
  process.env.TMPDIR = temporary
})
afterAll(() => {
  rmSync(temporary, { recursive: true })
})
const kept = () => readdirSync(temporary).filter((name) => name.startsWith('reconverge-check-')).length

describe('reconverge check', () => {
  test('finds equal inputs to give equal bytes, and leaves nothing behind', async () => {
    const before = kept()
    const { check, baseline, written } = await checked()
    expect(readdirSync(baseline)).toEqual(['a.csv', 'a.summary.csv', 'a.values.json'])
    expect(written.out).toContain(`Written: ${join(baseline, 'a.csv')}`)
    expect(await check()).toEqual({ code: 0, out: '✓ a: equal inputs, equal bytes\n', err: '' })
    expect(kept()).toBe(before)
  })

  test('ends with 3 when equal inputs give other results, and names the first row that differs', async () => {
    const { check } = await checked()
    const { code, out } = await check(slower((time, replication) => (replication >= 7 ? time + 1 : time)))
    expect(code).toBe(3)
    expect(out).toContain('✗ a: equal inputs gave other results: determinism is lost')
    expect(out).toContain('the first replication whose events or numbers differ is 7')
    expect(out).toMatch(/a\.summary\.csv line \d+ \(measure convergence, labels fault="power-loss"\): mean [\d.]+ → [\d.]+/)
    expect(out).toContain('run twice here, gives the same both times')
  })

  test('names the first event where the model does not even agree with itself', async () => {
    const { check } = await checked()
    let calls = 0
    const { code, out } = await check({
      simulate: (scenario, replication, { observe }) => {
        calls++
        observe?.(1_000_000 as never, { name: 'kubelet/lease', on: () => {} }, calls, 0, 0)
        return { ...fakeResult(scenario, replication), fingerprint: String(calls) }
      },
    })
    expect(code).toBe(3)
    expect(out).toMatch(/first difference at event 1:\n.*once .*kubelet\/lease {2}subject \d+\n.*then .*kubelet\/lease {2}subject \d+/)
  })

  test('ends with 1 when a change of the model makes a measure worse by enough, says by how much, and keeps what was compared', async () => {
    const { check } = await checked()
    const { code, out, err } = await check(
      slower((time) => time * 1.1),
      changed,
    )
    expect(code).toBe(1)
    expect(out).toContain('✗ a: 1 worse, ')
    expect(out).toMatch(/✗ {2}convergence +3\d\d\.\d +3\d\d\.\d +\+3\d\.\d {2}\(\+10\.0 %\) +\[\+3\d\.\d … \+3\d\.\d\] +p < 0\.0001/)
    expect(err).toMatch(/What was compared is in .*: reconverge compare .*baseline .*\n$/)
  })

  test.each([
    ['better', (time: number) => time * 0.9, /✓ a: 1 better, /],
    ['4 % worse, less than matters', (time: number) => time * 1.04, /✓ a: no change in \d measures/],
    ['worse by chance alone', (time: number, i: number) => time * (i % 2 === 0 ? 1.5 : 0.6), /✓ a: no change in \d measures/],
    ['the same', (time: number) => time, /✓ a: other inputs, the same numbers/],
  ])('ends with 0 when it is %s', async (_, change, said) => {
    const { check } = await checked()
    const { code, out } = await check(slower(change), changed)
    expect(code).toBe(0)
    expect(out).toMatch(said)
  })

  test('ends with 1 when a fault no longer touches what it touched', async () => {
    const { check } = await checked()
    const never: Partial<Model> = {
      simulate: (scenario, replication) => ({ ...fakeResult(scenario, replication), measures: [] }),
    }
    const { code, out } = await check(never, changed)
    expect(code).toBe(1)
    expect(out).toContain('in 20 only before, in 0 only after')
  })

  test('does not call a measure a change that the model has learnt since, or forgotten', async () => {
    const { check } = await checked()
    const vocabulary = (words: readonly string[]) => ({
      ...fakeModel().vocabulary,
      measures: measures.filter(({ name }) => words.includes(name)),
    })
    const fewer: Partial<Model> = {
      vocabulary: vocabulary(['convergence', 'restarts']),
      simulate: (scenario, replication) => {
        const result = fakeResult(scenario, replication)
        return { ...result, measures: result.measures.filter(({ measure }) => measure !== 'availability') }
      },
    }
    const { code, out } = await check(fewer, changed)
    expect(code).toBe(0)
    expect(out).toBe('✓ a: other inputs, the same numbers\n  not compared, no longer taken: availability\n')
  })

  test('leaves open what so few replications cannot tell, and says how many can', async () => {
    const { check } = await checked({ replications: 4 })
    const double = slower((time, replication) => time * 2 + replication)
    expect(await check(double, changed)).toMatchObject({
      code: 4,
      out: expect.stringMatching(/\? a: 1 undecided.*\n.*\? needs about 8 replications/),
    })
    expect((await check(double, changed, '--undecided', 'fail')).code).toBe(1)
    expect((await check(double, changed, '--undecided', 'pass')).code).toBe(0)
  })

  test('fails with an expectation that fails, equal bytes or not', async () => {
    const expectation = {
      ...{ text: 'convergence{fault="power-loss"}.p50 < 10', measure: 'convergence', labels: { fault: 'power-loss' }, stat: 'p50' },
      ...{ operator: '<' as const, value: 10, confidence: 0.95, warn: false },
    }
    const { check } = await checked({ expect: [expectation] })
    expect(await check()).toMatchObject({ code: 1, out: expect.stringContaining('equal inputs, equal bytes; 1 expectation failed') })
  })

  test.each([
    [['--measure', 'convergance'], 'unknown measure "convergance"', 'did you mean "convergence"?'],
    [['--measure', 'convergence{fualt="x"}'], 'unknown label of convergence "fualt"', 'did you mean "fault"?'],
    [['--measure', 'convergence{fault="power-los"}'], 'there are no such labels', 'did you mean convergence{fault="power-loss"}?'],
    [['--measure', 'convergence.p95'], 'means are compared, not p95', 'say --measure convergence'],
    [['--alpha', '5'], 'expected a share between 0 and 1', ''],
    [['--update-baseline', '--set', 'horizon=1m'], '--update-baseline takes scenarios as they are', ''],
    [['--baseline', 'elsewhere'], 'elsewhere holds no baseline of a', '--update-baseline'],
    [['--junit', '/nowhere/at/all.xml'], 'cannot write /nowhere/at/all.xml', ''],
  ])('refuses %j', async (words, message, hint) => {
    const { check } = await checked()
    const { code, err } = await check({}, changed, ...words)
    expect(code).toBe(2)
    expect(err).toContain(message)
    expect(err).toContain(hint)
  })

  test('refuses a baseline that is no such file, and says where it is wrong', async () => {
    const { check, baseline } = await checked()
    const path = join(baseline, 'a.values.json')
    const text = readFileSync(path, 'utf8')
    for (const [bad, message] of [
      [text.slice(0, 500), 'it is not JSON'],
      [text.replace('"seed"', '"sede"'), 'a.values.json: seed: '],
      [text.replace('"replications": 20', '"replications": 21'), 'columns.0: expected 21 values'],
    ] as const) {
      writeFileSync(path, bad)
      expect(await check()).toMatchObject({ code: 2, err: expect.stringContaining(message) })
    }
    expect((await check({}, {}, '--update-baseline')).code).toBe(0)
    expect((await check({}, {}, '--replications', '8')).code).toBe(0)
  })

  test('prints one JSON document, JUnit that parses, annotations and a job summary', async () => {
    const { check, folder, path } = await checked()
    const [junit, summary] = [join(folder, 'check.xml'), join(folder, 'summary.md')]
    const worse = slower((time) => time * 1.1)
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary }
    const { code, out, err } = await check(worse, { ...changed, env }, '--json', '--junit', junit)
    expect(code).toBe(1)
    const document = JSON.parse(out) as { comparisons: { scenario: string; comparison: { changes: { effect: string }[] } }[] }
    expect(document.comparisons[0]).toMatchObject({ scenario: 'a', before: 'baseline', after: 'now', sameBytes: false, lost: null })
    expect(document.comparisons[0]?.comparison.changes.filter(({ effect }) => effect === 'worse')).toHaveLength(1)
    const root = parseXml(readFileSync(junit, 'utf8'))
    expect(root).toMatchObject({ name: 'testsuites', attributes: { failures: '1', skipped: '0' } })
    const failed = root.children[0]?.children.filter(({ children }) => children[0]?.name === 'failure')
    expect(failed?.map(({ attributes }) => attributes.name)).toEqual(['convergence{fault="power-loss"}'])
    expect(failed?.[0]?.children[0]?.text).toMatch(/^worse: \+3\d\.\d s \(\+10\.0 %\)/)
    expect(err).toMatch(
      new RegExp(`^::error file=${path},title=a%3A convergence{fault="power-loss"}::worse: \\+3\\d\\.\\d s \\(\\+10\\.0 %25\\)`),
    )
    expect(readFileSync(summary, 'utf8')).toMatch(/^## reconverge check\n\n### ❌ a\n\n1 worse, .*\n\n\| {2}\| what \| found \|/)
  })

  test('keeps a baseline whose files weigh at most 256 kB: first the rows go, then the single values; it still compares', async () => {
    const many: Partial<Model> = {
      simulate: (scenario, replication) => {
        const result = fakeResult(scenario, replication)
        const measures = Array.from({ length: 60 }, (_, i) => ({
          ...{
            measure: 'convergence',
            labels: `fault="f${i}"`,
            value: 1e8 + Math.round(1e6 * Math.sin(replication * (i + 1))),
            censored: false,
          },
        }))
        return { ...result, measures, rows: Array.from({ length: 10 }, () => result.rows).flat() }
      },
    }
    const folder = folderOf({ 'big.yaml': { name: 'big', replications: 600 } })
    const words = ['check', join(folder, 'big.yaml'), '--baseline', join(folder, 'baseline'), '--quiet']
    expect((await command([...words, '--update-baseline'], fakeModel(many))).code).toBe(0)
    expect(readdirSync(join(folder, 'baseline'))).toEqual(['big.summary.csv', 'big.values.json'])
    expect(statSync(join(folder, 'baseline', 'big.values.json')).size).toBeLessThan(256 * 1024)
    expect(await command(words, fakeModel(many))).toMatchObject({ code: 0, out: '✓ big: equal inputs, equal bytes\n' })
    const { code, out } = await command(
      words,
      fakeModel({
        simulate: (scenario, replication, options) => {
          const result = many.simulate?.(scenario, replication, options) as ReplicationResult
          return { ...result, measures: result.measures.map((one, i) => (i === 3 ? { ...one, value: Math.round(one.value * 1.1) } : one)) }
        },
      }),
      changed,
    )
    expect(code).toBe(1)
    expect(out).toContain('summaries alone are at hand: compared without pairs')
    expect(out).toContain('✗ big: 1 worse, 59 as before')
  })
})

describe('reconverge compare', () => {
  async function ran(name: string, over: Partial<Model>, shell = {}, ...more: string[]) {
    const folder = folderOf({ 'a.yaml': { name, replications: 20 } })
    await command(['run', join(folder, 'a.yaml'), '--quiet', '--out', join(folder, 'out'), ...more], fakeModel(over), shell)
    return join(folder, 'out')
  }

  test('compares what two folders hold, and two files of any name', async () => {
    const [a, b] = [
      await ran('x', {}),
      await ran(
        'x',
        slower((time) => time * 1.1),
        changed,
      ),
    ]
    expect(await command(['compare', a, b])).toMatchObject({ code: 1, out: expect.stringContaining('✗ x: 1 worse') })
    expect(await command(['compare', b, a])).toMatchObject({ code: 0, out: expect.stringContaining('✓ x: 1 better') })
    expect(await command(['compare', a, a])).toMatchObject({ code: 0, out: '✓ x: equal inputs, equal bytes\n' })
    const other = await ran(
      'y',
      slower((time) => time * 1.1),
      changed,
    )
    expect((await command(['compare', join(a, 'x.values.json'), join(other, 'y.csv')])).code).toBe(1)
    expect(await command(['compare', a, other])).toMatchObject({ code: 2, err: expect.stringContaining('no scenario of one name') })
    mkdirSync(join(a, 'empty'))
    expect(await command(['compare', a, join(a, 'empty')])).toMatchObject({ code: 2, err: expect.stringContaining('holds no values.json') })
  })

  test('says what weakens a comparison: other seeds, other numbers of replications', async () => {
    const [a, b] = [await ran('x', {}), await ran('x', {}, {}, '--seed', '2', '--replications', '15')]
    const { code, out } = await command(['compare', a, b])
    expect(code).toBe(0)
    expect(out).toContain('the seeds differ (1, 2)')
    expect(out).toContain('replications 1 to 15 of 20 and 15 are compared')
  })
})
