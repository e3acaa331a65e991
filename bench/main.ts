import { execFileSync, fork } from 'node:child_process'
import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Answer, Job, Program } from './jobs.ts'
import { lineOf, timeByComponent, timeScenario } from './scenarios.ts'
import { median, type Timing } from './timing.ts'

const HOUR = 3_600_000_000
const PROGRAMS: readonly Program[] = ['bare', 'columns', 'heap']
const PENDING = [100, 1_000, 10_000, 100_000]
const SHOPS = [
  { machines: 1_000, crews: 11, mtbf: 1_000 * HOUR, mttr: 10 * HOUR },
  { machines: 10_000, crews: 105, mtbf: 1_000 * HOUR, mttr: 10 * HOUR },
]

/** The least share of the bare program's speed that the kernel may have, and the most an event may cost more with 100 times as many pending. */
const LEAST_SPEED = 0.55
const MOST_GROWTH = 2.3

const { values } = parseArgs({
  options: {
    repetitions: { type: 'string', default: '5' },
    events: { type: 'string', default: '2000000' },
    kernel: { type: 'boolean', default: false },
  },
})
const repetitions = Math.max(5, Number(values.repetitions))
const events = Number(values.events)

/** Lets a process of its own do one job. */
function run(job: Job): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('./child.ts', import.meta.url))
    child.once('message', resolve)
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`Expected an answer to ${JSON.stringify(job)}, got exit code ${code}`)))
    child.send(job)
  })
}

/** One model: all programs once, then all once more, and so on; timings by program. */
async function compare(jobOf: (program: Program) => Job): Promise<Record<Program, Timing[]>> {
  const timings: Record<Program, Timing[]> = { bare: [], columns: [], heap: [] }
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const program of PROGRAMS) timings[program].push((await run(jobOf(program))) as Timing)
    const ends = new Set(PROGRAMS.map((program) => timings[program].at(-1)?.end))
    if (ends.size > 1) throw new Error(`Expected all programs to end alike, got ${[...ends].join(', ')}`)
  }
  return timings
}

const typical = (timings: readonly Timing[]): number => median(timings.map(({ perEvent }) => perEvent))

/** Speed against the bare program, paired by repetition: median, least and greatest. */
function speed(timings: Record<Program, Timing[]>, program: Program): { middle: number; text: string } {
  const ratios = timings[program].map(({ perEvent }, i) => (timings.bare[i] as Timing).perEvent / perEvent)
  const middle = median(ratios)
  return { middle, text: `${middle.toFixed(2)} [${Math.min(...ratios).toFixed(2)}..${Math.max(...ratios).toFixed(2)}]` }
}

function print(cells: readonly string[]): void {
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(26) : cell.padStart(26))).join(''))
}

function printModel(name: string, timings: Record<Program, Timing[]>): void {
  const cells = PROGRAMS.map((program) => {
    const ns = `${typical(timings[program]).toFixed(0)} ns`
    return program === 'bare' ? ns : `${ns} ${speed(timings, program).text}`
  })
  print([name, ...cells])
}

async function memory(): Promise<void> {
  const cells: string[] = []
  for (const queue of ['columns', 'heap'] as const) {
    const [few, many] = [await run({ job: 'memory', queue, pending: 100 }), await run({ job: 'memory', queue, pending: 1_000_000 })]
    cells.push(`${(((many as number) - (few as number)) / 1e6).toFixed(0)} B`)
  }
  print(['bytes/pending at 1 M', '', ...cells])
}

/** Wall time of a process, median of some [ms]. */
function wall(args: readonly string[]): number {
  const times = Array.from({ length: 7 }, () => {
    const begin = process.hrtime.bigint()
    execFileSync(process.execPath, args, { stdio: 'ignore' })
    return Number(process.hrtime.bigint() - begin) / 1e6
  })
  return median(times)
}

function startUp(): void {
  const main = new URL('../dist/cli/main.js', import.meta.url)
  if (!existsSync(main)) {
    console.log('start-up: skipped, there is no dist/cli/main.js; run `npm run build` first')
    return
  }
  const [nothing, version] = [wall(['-e', '0']), wall([main.pathname, '--version'])]
  console.log(
    `start-up: reconverge --version ${version.toFixed(0)} ms, node -e 0 ${nothing.toFixed(0)} ms, ${(version / nothing).toFixed(2)}×`,
  )
}

/** Whole scenarios, and how many replications make a batch that takes about a second. */
const WHOLE: readonly (readonly [path: string, replications: number])[] = [
  ['scenarios/node-crash.yaml', 100],
  ['scenarios/crash-loop.yaml', 100],
  ['scenarios/rolling-update-node-crash.yaml', 50],
  ['scenarios/online-shop.yaml', 50],
  ['scenarios/rack-loss.yaml', 1],
]

function wholeScenarios(): void {
  console.log('\nwhole scenarios, events per CPU second; heap/columns: CPU time per event, median of the pairs')
  console.log(`${''.padEnd(26)}${'columns'.padStart(16)}${'heap'.padStart(16)}${'heap/columns'.padStart(14)}${'events'.padStart(12)}`)
  for (const [path, replications] of WHOLE) console.log(lineOf(timeScenario(path, replications, repetitions)))
  for (const path of ['scenarios/node-crash.yaml', 'scenarios/online-shop.yaml']) {
    console.log(`\ntime by component, ${path}`)
    for (const { component, share, events: count } of timeByComponent(path, 50)) {
      console.log(`${component.padEnd(26)}${`${(share * 100).toFixed(1)} %`.padStart(10)}${String(count).padStart(10)} events`)
    }
  }
  console.log()
}

const failures: string[] = []
const gate = (good: boolean, text: string): void => {
  console.log(`${good ? 'pass' : 'FAIL'}  ${text}`)
  if (!good) failures.push(text)
}

console.log(`Node ${process.version}, V8 ${process.versions.v8}; ${repetitions} interleaved repetitions of ${events} events`)
console.log(`calibration: the fixed loop takes ${((await run({ job: 'calibrate' })) as number).toFixed(0)} ms`)
console.log('CPU time per event, then speed against the bare program: median [least..greatest] of the pairs\n')
print(['', 'bare', 'kernel, columns', 'kernel, heap'])
const holds = new Map<number, Record<Program, Timing[]>>()
for (const pending of PENDING) {
  const timings = await compare((program) => ({ job: 'hold', program, pending, events }))
  holds.set(pending, timings)
  printModel(`hold, ${pending} pending`, timings)
}
for (const shop of SHOPS) {
  const timings = await compare((program) => ({ job: 'machine-repair', program, shop, events }))
  printModel(`repair, ${shop.machines}/${shop.crews}`, timings)
}
await memory()
startUp()
if (!values.kernel) wholeScenarios()

const hold = (pending: number): Record<Program, Timing[]> => holds.get(pending) as Record<Program, Timing[]>
for (const pending of [1_000, 10_000]) {
  const { middle } = speed(hold(pending), 'columns')
  gate(
    middle >= LEAST_SPEED,
    `at ${pending} pending the kernel has ${middle.toFixed(2)} of the bare program's speed (at least ${LEAST_SPEED})`,
  )
}
const growth = typical(hold(100_000).columns) / typical(hold(1_000).columns)
gate(growth <= MOST_GROWTH, `an event costs ${growth.toFixed(2)} times as much at 100000 pending as at 1000 (at most ${MOST_GROWTH})`)
process.exitCode = failures.length === 0 ? 0 : 1
