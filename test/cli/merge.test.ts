import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadModel } from '../../src/cli/load-model.ts'
import type { Model } from '../../src/cli/shell.ts'
import { WORKER } from '../../src/study/pool.ts'
import { command } from './fake-shell.ts'

const folder = mkdtempSync(join(tmpdir(), 'reconverge-merge-'))
const at = (name: string) => join(folder, name)
const CRASH = 'scenarios/node-crash.yaml'
const RUN = ['run', CRASH, '--replications', '7', '--timeline', '--events', '--quiet', '--undecided', 'pass']
const SWEEP = ['sweep', CRASH, '--sweep', 'deployment/default/web:spec.replicas=3,6', '--replications', '4', '--quiet']

let model: Model
const reconverge = (words: readonly string[], over = {}) => command(words, model, { worker: WORKER, ...over })
const files = (out: string) => Object.fromEntries(readdirSync(at(out)).map((name) => [name, readFileSync(at(join(out, name)), 'utf8')]))
const shard = (name: string, index: number, count: number) => at(`shards/${name}.shard-${index}-of-${count}.ndjson`)

beforeAll(async () => {
  model = await loadModel()
  await reconverge([...RUN, '--out', at('whole')])
  await reconverge([...SWEEP, '--out', at('whole-sweep')])
  for (const index of [3, 1, 2]) await reconverge([...RUN, '--shard', `${index}/3`, '--out', at('shards')])
}, 120_000)

describe('reconverge merge', { timeout: 120_000 }, () => {
  test('writes what one machine writes, byte for byte, and ends as it ends', async () => {
    expect(readdirSync(at('shards'))).toEqual([1, 2, 3].map((index) => `node-crash.shard-${index}-of-3.ndjson`))
    const { code, err } = await reconverge(['merge', at('shards'), '--quiet', '--undecided', 'pass', '--out', at('merged')])
    expect([code, err]).toEqual([0, ''])
    expect(files('merged')).toEqual(files('whole'))
    const again = await reconverge(['merge', at('shards/*.ndjson'), '--out', at('merged-2')])
    expect([again.code, again.out.split('\n')[0]]).toEqual([
      4,
      'How long is a Deployment short of replicas when one of six machines loses power?',
    ])
  })

  test('does so for a sweep, with more shards than a point has replications', async () => {
    for (let index = 1; index <= 5; index++) await reconverge([...SWEEP, '--shard', `${index}/5`, '--out', at('parts')])
    const { code } = await reconverge(['merge', at('parts'), '--quiet', '--out', at('merged-sweep')])
    expect(code).toBe(0)
    expect(files('merged-sweep')).toEqual(files('whole-sweep'))
  })

  test('names the shards that are missing, and writes nothing', async () => {
    const { code, err } = await reconverge(['merge', shard('node-crash', 2, 3), '--out', at('never')])
    expect(code).toBe(2)
    expect(err).toContain('node-crash is not complete: 5 replications are missing')
    expect(err).toContain('compute --shard 1/3, 3/3')
    expect(readdirSync(folder)).not.toContain('never')
  })

  test('takes a shard twice, and calls two that differ lost determinism', async () => {
    const first = shard('node-crash', 1, 3)
    writeFileSync(at('copy.ndjson'), readFileSync(first))
    expect(
      (await reconverge(['merge', at('shards'), at('copy.ndjson'), '--quiet', '--undecided', 'pass', '--out', at('twice')])).code,
    ).toBe(0)
    expect(files('twice')).toEqual(files('whole'))
    const other = { ...model, simulate: ((...args) => ({ ...model.simulate(...args), handled: 1 })) as Model['simulate'] }
    await command([...RUN, '--shard', '1/3', '--out', at('other')], other, { worker: WORKER })
    const { code, err } = await reconverge(['merge', at('shards'), at('other'), '--out', at('never')])
    expect(code).toBe(3)
    expect(err).toContain('determinism is lost')
    expect(err).toContain('differ in replication 1 of point 1 of node-crash')
  })

  test('refuses shards of other inputs, of another model and of another V8', async () => {
    await reconverge([...RUN, '--seed', '2', '--shard', '3/3', '--out', at('seed')])
    expect((await reconverge(['merge', at('shards'), at('seed')])).err).toContain('has other inputs than')
    await reconverge([...RUN.filter((word) => word !== '--events'), '--shard', '3/3', '--out', at('options')])
    expect((await reconverge(['merge', at('shards'), at('options')])).err).toContain('has other options than')
    const newer = await reconverge(['merge', at('shards')], { modelId: () => 'f'.repeat(64) })
    expect([newer.code, newer.err]).toEqual([2, expect.stringContaining('it was computed by model abcdef01, this is ffffffff')])
    expect((await reconverge(['merge', at('shards')], { v8: '99.9' })).err).toContain('under V8 11.3, this is 99.9')
  })

  test('refuses what is no shard, and a shard that was cut or changed', async () => {
    const text = readFileSync(shard('node-crash', 1, 3), 'utf8')
    const merge = async (name: string, content: string) => {
      writeFileSync(at(name), content)
      const { code, err } = await reconverge(['merge', at(name)])
      expect(code).toBe(2)
      return err
    }
    expect(await merge('no.ndjson', 'hello\n')).toContain('it is no shard')
    expect(await merge('cut.ndjson', text.slice(0, -30))).toContain('it is not whole, or was changed')
    expect(await merge('lines.ndjson', `${text.split('\n').slice(0, 2).join('\n')}\n`)).toContain('it is not whole')
    expect(await merge('changed.ndjson', text.replace('"lost":3', '"lost":2'))).toContain('compute it again with --shard 1/3')
    expect((await reconverge(['merge', at('none-*')])).err).toContain('no shard matches')
  })
})

describe('--shard', () => {
  test.each([
    [['--shard', '4/3'], 'expected i/n with 1 <= i <= n'],
    [['--shard', '1/3', '--replication', '2'], '--shard stands alone'],
    [['--shard', '1/3', '--trace', 'x.json'], '--shard stands alone'],
  ])('%j is bad usage', async (words, said) => {
    const { code, err } = await reconverge([...RUN, ...words, '--out', at('never')])
    expect([code, err]).toEqual([2, expect.stringContaining(said)])
  })

  test('leaves no file when it is interrupted or an invariant breaks', async () => {
    const stop = {
      onInterrupt: (act: () => void) => {
        act()
        return () => {}
      },
    }
    expect((await reconverge([...RUN, '--shard', '1/2', '--out', at('stopped')], stop)).code).toBe(130)
    const simulate: Model['simulate'] = () => {
      throw new Error('broken')
    }
    const { code, err } = await command([...RUN, '--shard', '2/2', '--out', at('stopped')], { ...model, simulate }, { worker: WORKER })
    expect([code, err]).toEqual([3, expect.stringContaining('--replication 4')])
    expect(readdirSync(at('stopped'))).toEqual([])
  })
})
