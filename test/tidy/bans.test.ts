import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from './tree.ts'

/** What the core may not say, and the words of the message that name what to say instead. */
const bans = [
  ['Math.random()', 'run.random.draw'],
  ['Math.random', 'run.random.draw'],
  ['Date.now()', 'run.now'],
  ['new Date()', 'run.now'],
  ['new Date(5)', 'run.now'],
  ['performance.now()', 'run.now'],
  ['setTimeout(() => 1, 1)', 'run.after'],
  ['setInterval(() => 1, 1)', 'run.after'],
  ['setImmediate(() => 1)', 'run.after'],
  ['queueMicrotask(() => 1)', 'run.after'],
  ["new Intl.NumberFormat('en')", 'compare with <'],
  ["'a'.localeCompare('b')", 'compare with <'],
  ['(1).toLocaleString()', 'toFixed'],
  ['[2, 1].sort()', 'total comparator'],
  ['[2, 1].toSorted()', 'total comparator'],
  ["console.log('a')", 'return text'],
  ['process.env', 'as a parameter'],
  ['globalThis.setTimeout', 'as a parameter'],
] as const

/** Each way to write a function that suspends. */
const suspending = [
  'async function f() {}\nexport { f }',
  'export async function f() {}',
  'export default async function f() {}',
  'export const f = async () => 1',
  'export const f = async function f() {}',
  'export class C {\n  async m() {}\n}',
  'export class C {\n  static async m() {}\n}',
  'export const o = { async m() {} }',
]

const cores = ['kernel', 'scenario', 'cluster', 'control', 'faults', 'operations', 'measure', 'report']
const shells = ['src/cli/run.ts', 'src/study/pool.ts', 'src/study/pool-size.ts', 'src/study/worker.ts']
const folder = mkdtempSync(join(tmpdir(), 'reconverge-bans-'))
const name = (index: number): string => `src/kernel/ban-${index}.ts`
const asyncName = (index: number): string => `src/kernel/async-${index}.ts`

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), `${text}\n`)
}

/** What biome says of every sample, by path. One call for all: each takes longer to start than to read them. */
function lint(): Map<string, string> {
  const said = new Map<string, string>()
  const options = { cwd: folder, encoding: 'utf8', stdio: 'pipe' } as const
  const args = [
    join(ROOT, 'node_modules/@biomejs/biome/bin/biome'),
    'lint',
    '--colors=off',
    '--max-diagnostics=none',
    '--error-on-warnings',
    '.',
  ]
  try {
    execFileSync(process.execPath, args, options)
  } catch (error) {
    const { stderr, stdout } = error as { stderr: string; stdout: string }
    for (const block of `${stdout}\n${stderr}`.split(/\n(?=src\/)/)) {
      const path = /^src\/[\w./-]+\.ts/.exec(block)?.[0]
      if (path !== undefined) said.set(path, `${said.get(path) ?? ''}${block}`)
    }
  }
  return said
}

const said = new Map<string, string>()

beforeAll(() => {
  cpSync(join(ROOT, 'biome.json'), join(folder, 'biome.json'))
  cpSync(join(ROOT, 'test/tidy'), join(folder, 'test/tidy'), { recursive: true, filter: (path) => !path.endsWith('.ts') })
  for (const [index, [text]] of bans.entries()) put(name(index), `export const a = ${text}`)
  for (const [index, text] of suspending.entries()) put(asyncName(index), text)
  for (const core of cores) put(`src/${core}/both.ts`, 'export const f = async () => Math.random()')
  for (const path of ['src/model.ts', 'src/index.ts', 'src/study/replicate.ts']) put(path, 'export const f = async () => Math.random()')
  for (const path of shells) put(path, 'export const f = async () => [Math.random(), Date.now(), performance.now(), process.env]')
  put('src/kernel/fine.ts', 'export const f = (asyncs: number[]) => asyncs.sort((a, b) => a - b).concat(Math.floor(1.5))')
  for (const [path, text] of lint()) said.set(path, text)
})

afterAll(() => rmSync(folder, { recursive: true }))

test.each(bans.map(([text, instead], index) => ({ text, instead, index })))(
  'The core may not say `$text`: the message says "$instead"',
  ({ instead, index }) => {
    expect(said.get(name(index))).toContain(instead)
  },
)

test.each(suspending.map((text, index) => ({ text, index })))(
  'Between scenario and records nothing suspends: `$text` is refused',
  ({ index }) => {
    expect(said.get(asyncName(index))).toContain('run.after')
  },
)

test.each(cores)('Both bans hold in %s/', (core) => {
  expect(said.get(`src/${core}/both.ts`)).toContain('Math.random cannot be replayed')
  expect(said.get(`src/${core}/both.ts`)).toContain('async leaves the order to the host')
})

test('model.ts, index.ts and study/ are held to the first ban, but may suspend', () => {
  for (const path of ['src/model.ts', 'src/index.ts', 'src/study/replicate.ts']) {
    expect(said.get(path), path).toContain('Math.random cannot be replayed')
    expect(said.get(path), path).not.toContain('async leaves')
  }
})

test('The shell may use the host, and ordinary code passes', () => {
  for (const path of [...shells, 'src/kernel/fine.ts']) expect(said.get(path), path).toBeUndefined()
})
