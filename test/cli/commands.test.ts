import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fakeResult } from '../study/fakes.ts'
import { command, fakeModel, folderOf } from './fake-shell.ts'

describe('Bad usage ends with 2 and says what to do', () => {
  const folder = folderOf({ 'a.yaml': { name: 'a' } })
  const file = join(folder, 'a.yaml')
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['an unknown command', ['rnu', file], 'Did you mean run?'],
    ['no file', ['run'], 'at least 1'],
    ['an unknown option', ['run', file, '--sede', '7'], 'did you mean "--seed"'],
    ['an unknown option that swallows the file', ['run', '--sede', file], 'unknown option --sede'],
    [
      'a number of workers that is none',
      ['run', file, '--workers', 'many'],
      '--workers: expected a whole number of at least 1, got "many"',
    ],
    ['no replications', ['run', file, '--replications', '0'], '--replications: expected a whole number of at least 1, got "0"'],
    ['a replication there is not', ['run', file, '--replication', '9'], 'replications 1 to 8'],
    ['an option without its value', ['run', file, '--seed'], 'Not enough arguments following: seed'],
    ['an unknown queue', ['run', file, '--queue', 'bag'], 'columns'],
    ['a glob that matches nothing', ['run', join(folder, 'none*.yaml')], 'no scenario file matches'],
    ['a file there is not', ['run', file, join(folder, 'none.yaml')], 'no scenario file matches'],
    ['an unknown kind', ['get', 'podz', file, '--at', '6m'], 'did you mean "pods"?'],
    ['no instant', ['get', 'pods', file], 'at'],
    ['an instant without unit', ['get', 'pods', file, '--at', '6'], 'did you mean "6s"?'],
    ['an instant after the horizon', ['get', 'pods', file, '--at', '1h'], 'after the horizon'],
    ['more words than get knows', ['get', 'pods', 'x', file, 'y', '--at', '1m'], 'expected [NAME] SCENARIO'],
    ['a file init would overwrite', ['init', file], 'exists'],
    ['a folder for init below a file', ['init', join(file, 'x')], 'a part of the path is a file'],
    ['a trace where a folder is', ['run', file, '--out', join(folder, 'out'), '--trace', folder], 'there is a folder of that name'],
    ['a trace in no folder', ['run', file, '--out', join(folder, 'out'), '--trace', join(folder, 'no', 'x')], 'there is no such folder'],
    ['a shell for completion', ['completion', 'fish'], 'the shell that $SHELL names'],
    ['nothing to verify', ['verify'], 'Not enough'],
    ['no command', [], 'COMMAND'],
  ]
  test.each(cases)('%s', async (_, words, message) => {
    const { code, out, err } = await command(words)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })

  test('a trace of several scenarios', async () => {
    const two = folderOf({ 'a.yaml': { name: 'a' }, 'b.yaml': { name: 'b' } })
    expect(await command(['run', two, '--trace', 'x'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('--trace takes one scenario'),
    })
  })
})

describe('Options', () => {
  const folder = folderOf({ 'a.yaml': { name: 'a' } })
  const seedOf = async (...words: string[]) => {
    const { out } = await command(['run', join(folder, 'a.yaml'), '--dry-run', '--json', ...words])
    return (JSON.parse(out) as { plans: { seed: string }[] }).plans[0]?.seed
  }

  test('keep a seed as it is written', async () => {
    expect(await seedOf('--seed', '007')).toBe('007')
    expect(await seedOf('--seed', '1e3')).toBe('1e3')
  })

  test('count the last time when given twice', async () => {
    expect(await seedOf('--seed', '1', '--seed', '2')).toBe('2')
  })

  test('do not swallow the file that follows --set', async () => {
    const { code } = await command(['run', '--set', 'x=1', join(folder, 'a.yaml'), '--dry-run'])
    expect(code).toBe(0)
  })

  test('take the number of workers from the environment, whatever else is set there', async () => {
    const { err } = await command(['run', join(folder, 'a.yaml'), '--dry-run'], fakeModel(), {
      env: { RECONVERGE_WORKERS: 'x', RECONVERGE_FULL: '1' },
    })
    expect(err).toContain('--workers: expected a whole number')
  })
})

describe('reconverge validate', () => {
  test('says of every file whether it could run, and what is not modelled', async () => {
    const folder = folderOf({
      'a.yaml': { name: 'a', ignored: ['Deployment spec.x'], notModelled: [{ kind: 'Ingress', count: 2 }] },
      'b.yaml': { problem: 'no horizon' },
    })
    const { code, out, err } = await command(['validate', folder])
    expect(code).toBe(2)
    expect(out).toBe(
      `${join(folder, 'a.yaml')}: valid: a, 2 machines, 0 objects, 0 Pods, 1 fault, 0 operations, 0 expectations\n` +
        '  Ignored, because no recovery depends on it in the model:\n    Deployment spec.x\n' +
        '  Left out, because the kind is not modelled:\n    Ingress (2 objects)\n',
    )
    expect(err).toContain('no horizon')
  })

  test('gives the same as JSON', async () => {
    const folder = folderOf({ 'a.yaml': { name: 'a' }, 'b.yaml': { problem: 'no horizon' } })
    const { out } = await command(['validate', folder, '--json'])
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      files: [
        { valid: true, scenario: 'a', machines: 2, pods: 0 },
        { valid: false, problems: [{ code: 'unknown-field', line: 3 }] },
      ],
    })
  })
})

describe('reconverge get', () => {
  const folder = folderOf({ 'a.yaml': { name: 'a' } })
  const file = join(folder, 'a.yaml')

  test('prints what holds at the instant', async () => {
    const { code, out } = await command(['get', 'machines', file, '--at', '6m'])
    expect([code, out]).toEqual([0, 'NAME   STATE   KUBELET   NETWORK     SANDBOXES\nn01    off     stopped   reachable   0\n'])
  })

  test('says as kubectl does that there is none', async () => {
    expect(await command(['get', 'pods', file, '--at', '6m'])).toEqual({
      code: 0,
      out: '',
      err: 'No resources found in default namespace.\n',
    })
    expect(await command(['get', 'pod', 'web-0', file, '--at', '6m'])).toEqual({
      code: 1,
      out: '',
      err: 'Error from server (NotFound): pods "web-0" not found\n',
    })
  })
})

describe('reconverge verify', () => {
  const folder = folderOf({ 'a.yaml': { name: 'a' } })
  const file = join(folder, 'a.yaml')
  const kind = (name: string) => ({ name, on: () => {} })

  test('finds a faithful model the same in every way', async () => {
    const { code, out } = await command(['verify', file, '--deep'])
    expect(code).toBe(0)
    expect(out).toBe(
      `${file}: 2 replications run again: the same\n${file}: 2 replications run on the other event queue: the same\n${file}: 2 replications run with every loop firing: the same\n`,
    )
  })

  test('names the first event that differs', async () => {
    const model = fakeModel({
      simulate: (scenario, replication, { observe, queue }) => {
        observe?.(1_000_000 as never, kind('a'), 1, 0, 0)
        observe?.(2_000_000 as never, kind(queue === 'heap' ? 'b' : 'a'), 7, 0, 1)
        return fakeResult(scenario, replication)
      },
    })
    const { code, err } = await command(['verify', file], model)
    expect(code).toBe(3)
    expect(err).toContain('replication 1, run on the other event queue, gives other results')
    expect(err).toContain('first difference at event 2:\n   once  2.000000 s  a  subject 7\n   then  2.000000 s  b  subject 7\n')
  })

  test('says when events differ that do not differ a second time', async () => {
    let calls = 0
    const model = fakeModel({
      simulate: (scenario, replication, { observe }) => {
        observe?.((calls++ === 1 ? 5 : 4) as never, kind('a'), 1, 0, 0)
        return fakeResult(scenario, replication)
      },
    })
    expect((await command(['verify', file], model)).err).toContain('events differ from number 1 on, and did not when run once more')
  })

  test('finds results that differ though the events are the same', async () => {
    let calls = 0
    const model = fakeModel({ simulate: (scenario, replication) => ({ ...fakeResult(scenario, replication), remarks: [String(calls++)] }) })
    expect((await command(['verify', file], model)).code).toBe(3)
  })

  test('lets runs that elide no loop handle other events, not answer other results', async () => {
    const other = fakeModel({
      simulate: (scenario, replication, { elision }) => ({ ...fakeResult(scenario, replication), handled: elision === 'elided' ? 1 : 2 }),
    })
    expect((await command(['verify', file, '--deep'], other)).code).toBe(0)
  })
})

describe('reconverge', () => {
  test('prints the schema', async () => {
    expect(await command(['schema', '--compact'])).toEqual({ code: 0, out: '{"title":"a scenario"}\n', err: '' })
  })

  test('writes a scenario and a manifest that are new, never over others', async () => {
    const folder = folderOf({})
    const target = join(folder, 'deep/My Study.yaml')
    const { code, out } = await command(['init', target])
    expect(code).toBe(0)
    expect(out).toContain(`reconverge run ${target}`)
    expect(readFileSync(target, 'utf8')).toContain('metadata: { name: my-study }')
    expect(existsSync(join(folder, 'deep/web.yaml'))).toBe(true)
    expect((await command(['init', target])).code).toBe(2)
    expect((await command(['init', join(folder, 'deep/other.yaml')])).err).toContain('web.yaml exists')
  })
})
