import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fakeResult } from '../study/fakes.ts'
import { command, fakeModel, folderOf } from './fake-shell.ts'

/** A folder with a study of `a` that Ctrl-C ended after `n` of 8 replications, and how to go on; `ran` lists what the model ran. */
async function brokenOff(n: number) {
  const folder = folderOf({ 'a.yaml': { name: 'a' } })
  const out = join(folder, 'out')
  let done = 0
  let stop = () => {}
  const counting = fakeModel({
    simulate: (scenario, replication) => {
      done++
      if (done === n) stop()
      return fakeResult(scenario, replication)
    },
  })
  const onInterrupt = (given: () => void) => {
    stop = given
    if (n === 1) given()
    return () => {}
  }
  const first = await command(['run', join(folder, 'a.yaml'), '--out', out], counting, { onInterrupt })
  const journal = join(out, 'a.unfinished.jsonl')
  const resume = async (...more: string[]) => {
    const ran: number[] = []
    const model = fakeModel({
      simulate: (scenario, replication) => {
        ran.push(replication)
        return fakeResult(scenario, replication)
      },
    })
    return { ...(await command(['run', join(folder, 'a.yaml'), '--out', out, '--resume', ...more], model)), ran }
  }
  return { folder, out, first, journal, resume }
}

const textsOf = (folder: string) => Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))

describe('reconverge run --resume', () => {
  test('runs only what is missing and answers the bytes of a run that was never broken off', async () => {
    const { folder, out, first, journal, resume } = await brokenOff(3)
    expect(first).toMatchObject({ code: 130, err: `${journal} holds what is finished: the same command with --resume continues\n` })
    const { code, err, ran } = await resume()
    expect([code, ran]).toEqual([0, [4, 5, 6, 7, 8]])
    expect(err).toContain('a: 3 replications of ')
    await command(['run', join(folder, 'a.yaml'), '--out', join(folder, 'whole')])
    expect(textsOf(out)).toEqual(textsOf(join(folder, 'whole')))
  })

  test('does again what a crash tore in the middle of a line', async () => {
    const { journal, resume } = await brokenOff(3)
    writeFileSync(journal, readFileSync(journal, 'utf8').slice(0, -20))
    expect((await resume()).ran).toEqual([3, 4, 5, 6, 7, 8])
  })

  test('takes up any replications, in any order, and more of them than were asked for at first', async () => {
    const { journal, resume } = await brokenOff(4)
    const [head = '', one = '', two = '', three = '', four = ''] = readFileSync(journal, 'utf8').split('\n')
    writeFileSync(journal, `${[head, four, two, two].join('\n')}\n`)
    expect(one).not.toBe(three)
    expect((await resume('--replications', '10')).ran).toEqual([1, 3, 5, 6, 7, 8, 9, 10])
  })

  test('runs everything where there is nothing to continue, and says nothing of it', async () => {
    const { journal, resume } = await brokenOff(1)
    await resume()
    expect(existsSync(journal)).toBe(false)
    expect(await resume()).toMatchObject({ code: 0, err: '', ran: [1, 2, 3, 4, 5, 6, 7, 8] })
  })

  test.each([
    ['another seed', ['--seed', '2'], /is of another study: its seed is another/],
    ['another recording', ['--timeline'], /is of another study: its recording is another/],
    ['a single replication', ['--replication', '2'], /--resume continues a study/],
  ])('refuses %s', async (_, more, message) => {
    const { resume, journal } = await brokenOff(2)
    const before = readFileSync(journal, 'utf8')
    const { code, err, ran } = await resume(...more)
    expect([code, ran]).toEqual([2, []])
    expect(err).toMatch(message)
    expect(readFileSync(journal, 'utf8')).toBe(before)
  })

  test.each([
    [
      'a scenario that has changed',
      (text: string) => text.replace(/"inputs":"[0-9a-f]{4}/, '"inputs":"0000'),
      /the scenario, its manifests or --set have changed/,
    ],
    [
      'a line that is no JSON',
      (text: string) => text.replace('\n{"replication":2', '\nX{"replication":2'),
      /jsonl:3: not a line that run wrote/,
    ],
    ['a line that is no replication', (text: string) => text.replace('"replication":2', '"replication":"2"'), /jsonl:3: not a replication/],
    [
      'a replication twice with other results',
      (text: string) => text.replace('"replication":2', '"replication":1'),
      /jsonl:3: replication 1 is there twice/,
    ],
    ['another file', () => '{"schemaVersion":1}\n', /jsonl:1: not the head of an unfinished study/],
  ])('refuses %s, with the place', async (_, spoil, message) => {
    const { resume, journal } = await brokenOff(3)
    writeFileSync(journal, spoil(readFileSync(journal, 'utf8')))
    const { code, err, ran } = await resume()
    expect([code, ran]).toEqual([2, []])
    expect(err).toMatch(message)
  })

  test('says what a run without it will replace', async () => {
    const { folder, out } = await brokenOff(2)
    const { err } = await command(['run', join(folder, 'a.yaml'), '--out', out])
    expect(err).toContain('a.unfinished.jsonl of a study that was broken off will be replaced: --resume would continue it')
  })
})

describe('A worker that dies', { timeout: 60_000 }, () => {
  test('costs one retry, then ends with 3, the line that replays it, and what is finished', async () => {
    const folder = folderOf({ 'a.yaml': { name: 'a', replications: 200 } })
    const slow = fakeModel({
      simulate: (scenario, replication) => {
        const end = performance.now() + 25
        while (performance.now() < end);
        return fakeResult(scenario, replication)
      },
    })
    const worker = new URL('./dying-worker.ts', import.meta.url)
    const { code, err } = await command(['run', join(folder, 'a.yaml'), '--out', join(folder, 'out'), '--workers', '2'], slow, { worker })
    expect(code).toBe(3)
    expect(err).toContain('replication 150: Its worker thread died twice')
    expect(err).toMatch(/replay: reconverge run \S+a\.yaml --seed 1 --replications 200 --replication 150\n/)
    expect(err).toContain('the same command with --resume continues')
    expect(readdirSync(join(folder, 'out'))).toEqual(['a.unfinished.jsonl'])
  })
})

describe('reconverge run --until', () => {
  const convergence = (spread: number) =>
    fakeModel({
      simulate: (scenario, replication) => {
        const result = fakeResult(scenario, replication)
        const value = Math.round(1e8 * (1 + spread * Math.sin(replication * replication)))
        return { ...result, measures: [{ measure: 'convergence', labels: '', value, censored: false }] }
      },
    })
  const runUntil = async (spread: number, ...words: string[]) => {
    const folder = folderOf({ 'a.yaml': { name: 'a' } })
    return { folder, ...(await command(['run', join(folder, 'a.yaml'), '--out', join(folder, 'out'), ...words], convergence(spread))) }
  }

  test('stops at the first look that is precise enough, and answers what so many replications answer', async () => {
    const { folder, code, out } = await runUntil(0.1, '--until', 'convergence.mean ±2%')
    expect(code).toBe(0)
    expect(out).toMatch(
      /convergence\.mean ±2%: known to ±1\.\d\d % after 135 replications: \d+\.\d s \[.*\], 95 % for all 14 looks together\n/,
    )
    await command(['run', join(folder, 'a.yaml'), '--out', join(folder, 'plain'), '--replications', '135'], convergence(0.1))
    expect(textsOf(join(folder, 'out'))).toEqual(textsOf(join(folder, 'plain')))
  })

  test('ends with 4 when the most is not enough, unless told otherwise', async () => {
    const words = ['--until', 'convergence.mean ±1ms', '--max-replications', '100']
    expect(await runUntil(0.1, ...words)).toMatchObject({
      code: 4,
      out: expect.stringContaining('not reached: convergence.mean ±1ms: known to ±'),
    })
    expect((await runUntil(0.1, ...words, '--undecided', 'pass')).code).toBe(0)
    expect((await runUntil(0.1, ...words, '--undecided', 'fail')).code).toBe(1)
  })

  test.each([
    ['convergance.p95 ±2%', 'unknown measure "convergance"', 'did you mean "convergence"?'],
    ['convergence.p95', 'expected a measure and a precision', "write --until 'convergence.p95 ±2%'"],
    ['convergence.p95 ±0%', 'expected a precision such as ±2%', ''],
    ['convergence.p95 ±3', 'expected a precision such as ±2% or ±500ms, got 3', ''],
    ['convergence.max ±2%', 'no precision attaches to max', ''],
  ])('refuses %s', async (text, message, hint) => {
    const { code, err } = await runUntil(0.1, '--until', text)
    expect(code).toBe(2)
    expect(err).toContain(message)
    expect(err).toContain(hint)
  })

  test('refuses a number of replications beside it', async () => {
    expect(await runUntil(0.1, '--until', 'convergence ±2%', '--replications', '10')).toMatchObject({ code: 2 })
  })
})
