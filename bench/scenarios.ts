import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { globSync } from 'tinyglobby'
import type { World } from '../src/cluster/world.ts'
import type { QueueName } from '../src/kernel/queues.ts'
import type { Observer } from '../src/kernel/simulation.ts'
import { simulate, vocabulary } from '../src/model.ts'
import { read } from '../src/scenario/read.ts'
import type { Scenario } from '../src/scenario/scenario.ts'
import { median } from './timing.ts'

const RECORDING = { timeline: false, events: false }

/** What one whole scenario costs with one event queue. */
export interface ScenarioTiming {
  readonly name: string
  readonly queue: QueueName
  readonly replications: number
  /** Events of one batch of replications. */
  readonly events: number
  /** CPU µs per event, one per batch. */
  readonly perEvent: readonly number[]
}

/** Reads a scenario of this repository. */
export function scenarioAt(path: string): Scenario {
  const load = (pattern: string) => {
    const files = globSync(pattern, { cwd: dirname(path) }).sort((a, b) => (a < b ? -1 : 1))
    return files.map((file) => ({ path: file, bytes: readFileSync(join(dirname(path), file)) }))
  }
  const result = read({ path, text: readFileSync(path, 'utf8'), load }, vocabulary)
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'))
  return result.scenario
}

function batch(scenario: Scenario, queue: QueueName, replications: number, observe?: Observer<World>): { events: number; cpu: number } {
  const before = process.cpuUsage()
  let events = 0
  for (let i = 1; i <= replications; i++) {
    const options = {
      recording: RECORDING,
      queue,
      elision: 'elided' as const,
      eventLimit: 1e9,
      ...(observe === undefined ? {} : { observe }),
    }
    events += simulate(scenario, i, options).handled
  }
  const { user, system } = process.cpuUsage(before)
  return { events, cpu: user + system }
}

/** Both queues in turn, after one batch to warm up: the same replications, so that the events are the same. */
export function timeScenario(path: string, replications: number, repetitions: number): readonly [ScenarioTiming, ScenarioTiming] {
  const scenario = scenarioAt(path)
  batch(scenario, 'columns', replications)
  const queues = ['columns', 'heap'] as const
  const perEvent: Record<QueueName, number[]> = { columns: [], heap: [] }
  let events = 0
  for (let i = 0; i < repetitions; i++) {
    for (const queue of queues) {
      const timing = batch(scenario, queue, replications)
      events = timing.events
      perEvent[queue].push(timing.cpu / timing.events)
    }
  }
  const of = (queue: QueueName): ScenarioTiming => ({ name: scenario.name, queue, replications, events, perEvent: perEvent[queue] })
  return [of('columns'), of('heap')]
}

/** Share of the time between events by what the events are, `kubelet`, `api`, `watch` …: the text before the slash of their kind. */
export function timeByComponent(path: string, replications: number): readonly { component: string; share: number; events: number }[] {
  const totals = new Map<string, { time: number; events: number }>()
  let component = ''
  let since = process.hrtime.bigint()
  const observe: Observer<World> = (_now, kind) => {
    const time = process.hrtime.bigint()
    const total = totals.get(component) ?? { time: 0, events: 0 }
    totals.set(component, { time: total.time + Number(time - since), events: total.events + 1 })
    component = kind.name.split('/')[0] as string
    since = process.hrtime.bigint()
  }
  const scenario = scenarioAt(path)
  for (let i = 1; i <= replications; i++) {
    component = 'build and measures'
    since = process.hrtime.bigint()
    batch(scenario, 'columns', 1, observe)
  }
  const all = [...totals.values()].reduce((sum, { time }) => sum + time, 0)
  return [...totals]
    .map(([name, { time, events }]) => ({ component: name, share: time / all, events }))
    .sort((a, b) => b.share - a.share || (a.component < b.component ? -1 : 1))
}

/** One line per scenario: events per second with each queue, and the ratio between them. */
export function lineOf([columns, heap]: readonly [ScenarioTiming, ScenarioTiming]): string {
  const ratio = median(columns.perEvent.map((us, i) => (heap.perEvent[i] as number) / us))
  const rate = ({ perEvent }: ScenarioTiming): string => `${(1e3 / median(perEvent)).toFixed(0)} k/s`
  return `${columns.name.padEnd(26)}${rate(columns).padStart(16)}${rate(heap).padStart(16)}${`${ratio.toFixed(2)}×`.padStart(14)}${String(columns.events).padStart(12)}`
}
