import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT } from '../tidy/tree.ts'
import { available, installed } from './requirement.ts'

const document = readFileSync(join(ROOT, 'docs/beyond-one-machine.md'), 'utf8')
const folder = mkdtempSync(join(tmpdir(), 'reconverge-recipes-'))
const at = (name: string) => join(folder, name)
const SCENARIO = at('scenario.yaml')

/** The block behind `<!-- recipe: NAME -->`. */
function recipe(name: string): string {
  const text = new RegExp(`<!-- recipe: ${name} -->\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(document)?.[1]
  if (text === undefined) throw new Error(`docs/beyond-one-machine.md has no recipe ${name}`)
  return text
}

const environment = (over: Record<string, string>) => ({
  ...process.env,
  PATH: `${at('bin')}:${process.env.PATH}`,
  HOME: folder,
  SCENARIO,
  ...over,
})

function sh(script: string, over: Record<string, string>): void {
  execFileSync('sh', ['-ec', script], { cwd: folder, env: environment(over), stdio: 'pipe' })
}

/** Result files, without the shards they were made of. */
const results = (out: string) =>
  Object.fromEntries(
    readdirSync(at(out))
      .filter((name) => name !== 'shards')
      .map((name) => [name, readFileSync(join(at(out), name), 'utf8')]),
  )

beforeAll(() => {
  mkdirSync(at('bin'))
  mkdirSync(at('pids'))
  const text = readFileSync(join(ROOT, 'scenarios/node-crash.yaml'), 'utf8')
  writeFileSync(
    SCENARIO,
    `${text.replace('file: manifests/web.yaml', `file: ${join(ROOT, 'scenarios/manifests/web.yaml')}`)}replications: 60\n`,
  )
  // As `npx reconverge` would be, and it leaves its process id.
  const main = join(ROOT, 'src/cli/main.ts')
  const tsx = join(ROOT, 'node_modules/tsx/dist/loader.mjs')
  writeFileSync(
    at('bin/reconverge'),
    `#!/bin/sh\ntouch "${at('pids')}/$$"\nexec "${process.execPath}" --import "file://${tsx}" "${main}" "$@"\n`,
  )
  chmodSync(at('bin/reconverge'), 0o755)
  sh('reconverge run "$SCENARIO" --quiet --out alone', {})
}, 120_000)

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('The recipes of docs/beyond-one-machine.md', { timeout: 180_000 }, () => {
  const parallel = available('parallel (Debian package parallel)', installed('parallel'))

  test.skipIf(!parallel)('GNU parallel: workers killed in mid-run are started again, and the bytes are those of one machine', async () => {
    const before = new Set(readdirSync(at('pids')))
    const env = environment({ SHARDS: '4', JOBS: '2', OUT: at('parallel') })
    const child = spawn('sh', ['-ec', recipe('parallel')], { cwd: folder, env, stdio: 'pipe' })
    let said = ''
    child.stderr.on('data', (data) => (said += String(data)))
    const ended = new Promise<number | null>((resolve) => child.on('exit', (code) => resolve(code)))
    const killed: string[] = []
    while (killed.length < 2) {
      const pid = readdirSync(at('pids')).find((name) => !before.has(name) && !killed.includes(name))
      if (pid === undefined) await sleep(50)
      else {
        await sleep(300)
        process.kill(Number(pid), 'SIGKILL')
        killed.push(pid)
      }
    }
    expect(await ended, said).toBe(0)
    expect(results('parallel')).toEqual(results('alone'))
    // Four shards, two of them twice, and the merge.
    expect(readdirSync(at('pids')).filter((name) => !before.has(name)).length).toBe(7)
    expect(readdirSync(at('parallel/shards'))).toHaveLength(4)
  })

  test('Kubernetes Indexed Job: what its container runs under every index, one of them twice', () => {
    const job = parse(recipe('indexed-job')) as {
      spec: {
        completions: number
        completionMode: string
        template: {
          spec: {
            containers: {
              command: string[]
              args: string[]
              env: { name: string; value: string }[]
              volumeMounts: { mountPath: string }[]
            }[]
          }
        }
      }
    }
    const { completions, completionMode, template } = job.spec
    const [container] = template.spec.containers
    if (container === undefined) throw new Error('the Job has no container')
    const own = Object.fromEntries(container.env.map(({ name, value }) => [name, value]))
    expect([completionMode, own.SHARDS]).toEqual(['Indexed', String(completions)])
    for (const name of ['SCENARIO', 'OUT']) {
      expect(
        container.volumeMounts.some(({ mountPath }) => own[name]?.startsWith(mountPath)),
        `${name} lies on a volume`,
      ).toBe(true)
    }
    const [shell = '', ...flags] = container.command
    const run = (index: number) => {
      const env = environment({ ...own, SCENARIO, OUT: at('job'), JOB_COMPLETION_INDEX: String(index) })
      execFileSync(shell, [...flags, ...container.args], { cwd: folder, env, stdio: 'pipe' })
    }
    for (let index = 0; index < completions; index++) run(index)
    run(2)
    expect(readdirSync(at('job/shards'))).toHaveLength(completions)
    sh(`reconverge merge "${at('job/shards')}" --quiet --out "${at('job')}"`, {})
    expect(results('job')).toEqual(results('alone'))
  })

  test('Slurm array: what every task runs', () => {
    const script = recipe('slurm')
    const count = Number(/--array=1-(\d+)/.exec(script)?.[1])
    expect(count).toBeGreaterThan(1)
    for (let task = count; task >= 1; task--) {
      sh(script, { OUT: at('slurm'), SLURM_ARRAY_TASK_ID: String(task), SLURM_ARRAY_TASK_COUNT: String(count), SLURM_CPUS_PER_TASK: '1' })
    }
    sh(`reconverge merge "${at('slurm/shards')}" --quiet --out "${at('slurm')}"`, {})
    expect(results('slurm')).toEqual(results('alone'))
    expect(existsSync(at('slurm/node-crash.csv'))).toBe(true)
  })
})
