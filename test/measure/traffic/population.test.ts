import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PodId, SliceEndpoint } from '../../../src/cluster/objects.ts'
import { runnerRules } from '../../../src/control/kube-proxy/flags.ts'
import { Population } from '../../../src/control/kube-proxy/population.ts'
import { SyncRunner } from '../../../src/control/kube-proxy/runner.ts'
import { uniform } from '../../../src/kernel/distributions/uniform.ts'
import { type Instant, seconds } from '../../../src/kernel/time.ts'
import { profileOf } from '../../../src/scenario/profile.ts'
import { machineSpec } from '../../support/world.ts'
import { Stage } from './support.ts'

const NODES = 20
const MACHINES = Array.from({ length: NODES }, (_, i) => machineSpec(`worker-${i + 1}`))
const SYNC = seconds(0.02)
const PODS = 6

interface Act {
  readonly at: number
  readonly what: 'kill' | 'start' | 'withdraw' | 'publish'
  readonly pod: number
}

/** Acts at whole milliseconds, some of them in quick succession. */
const script = fc.array(
  fc.record({
    at: fc.oneof(fc.integer({ min: 1_000, max: 3_000 }), fc.integer({ min: 1_000, max: 60_000 })),
    what: fc.constantFrom('kill', 'start', 'withdraw', 'publish'),
    pod: fc.nat({ max: PODS - 1 }),
  }),
  { minLength: 1, maxLength: 40 },
)

function perform(stage: Stage, acts: readonly Act[]): void {
  const ready = new Set(Array.from({ length: PODS }, (_, i) => i))
  const running = new Set(ready)
  for (const { at, what, pod } of [...acts].sort((a, b) => a.at - b.at)) {
    stage.at(at / 1e3)
    const id = pod as PodId
    if (what === 'kill' && running.delete(pod)) stage.kill(id)
    else if (what === 'start' && !running.has(pod)) {
      running.add(pod)
      stage.start(id)
    } else if (what === 'withdraw' || what === 'publish') {
      if (what === 'withdraw') ready.delete(pod)
      else ready.add(pod)
      stage.publish([...ready].sort((a, b) => a - b).map((one) => stage.endpoint(one as PodId)))
    }
  }
}

type Programmed = readonly { readonly from: number; readonly endpoints: readonly SliceEndpoint[] }[]

/** What one node has programmed and when, simulated for itself: every change arrives after its own delay and asks its own runner. */
function programmed(stage: Stage, version: '1.33' | '1.34', arrival: (change: number, commit: number) => number): Programmed {
  const { seen } = stage.record
  const runner = new SyncRunner(runnerRules(profileOf(version), seconds(1), SYNC))
  const states = [{ from: Number.NEGATIVE_INFINITY, endpoints: seen[0]?.endpoints ?? [] }]
  let heard = 0
  const syncUpTo = (now: number): void => {
    if (runner.due >= now) return
    states.push({ from: runner.start(), endpoints: seen[heard]?.endpoints ?? [] })
  }
  let last = 0
  seen.slice(1).forEach(({ at }, i) => {
    last = Math.max(last, arrival(i, at))
    syncUpTo(last)
    heard = i + 1
    runner.ask(last as Instant)
  })
  syncUpTo(Number.POSITIVE_INFINITY)
  return states
}

/** Seconds of errors and refusals of a client on that node. */
function sufferedOn(stage: Stage, states: Programmed, end: number): { error: number; noEndpoint: number } {
  const { truth } = stage.record
  const instants = [0, end, ...states.map(({ from }) => from), ...truth.map(({ at }) => at)]
  const cuts = [...new Set(instants.filter((at) => at >= 0 && at <= end))].sort((a, b) => a - b)
  const address = new Map<PodId, string>()
  let [error, noEndpoint, told] = [0, 0, 0]
  for (let i = 0; i + 1 < cuts.length; i++) {
    const [from, to] = [cuts[i] as number, cuts[i + 1] as number]
    while (told < truth.length && (truth[told]?.at ?? 0) <= from) address.set(truth[told]?.pod as PodId, truth[told++]?.address ?? '')
    const { endpoints } = states.findLast((state) => state.from <= from) ?? { endpoints: [] }
    if (endpoints.length === 0) noEndpoint += to - from
    else error += ((to - from) * endpoints.filter(({ pod, ip }) => address.get(pod) !== ip).length) / endpoints.length
  }
  return { error: error / 1e6, noEndpoint: noEndpoint / 1e6 }
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

describe('the population of kube-proxies equals the simulation of each node, on 20 nodes', () => {
  const watch = uniform.create({ min: 1_000, max: 400_000 })
  const stageOf = (version: '1.33' | '1.34'): Stage =>
    new Stage(PODS, { machines: MACHINES, profile: version, latency: { watch, 'proxy-sync': SYNC } })

  test.each(['1.33', '1.34'] as const)('to the nanosecond where each proxy has a delay of its own (%s)', (version) => {
    const property = fc.property(script, (acts) => {
      const stage = stageOf(version)
      perform(stage, acts)
      const population = stage.at(100).suffered()
      const nodes = MACHINES.map(({ name }) => {
        const delay = stage.run.random.duration(watch, 'proxy-watch', name)
        return sufferedOn(
          stage,
          programmed(stage, version, (_, commit) => commit + delay),
          100e6,
        )
      })
      expect(population.error).toBeCloseTo(meanOf(nodes.map(({ error }) => error)), 9)
      expect(population.noEndpoint).toBeCloseTo(meanOf(nodes.map(({ noEndpoint }) => noEndpoint)), 9)
    })
    fc.assert(property, { numRuns: process.env.RECONVERGE_FULL === '1' ? 1000 : 60, seed: 1 })
  })

  test('within two per cent where each change has a delay of its own on each node, over many courses', () => {
    const courses = fc.sample(script, { numRuns: 150, seed: 2 }).map((acts) => {
      const stage = stageOf('1.34')
      perform(stage, acts)
      const population = stage.at(100).suffered()
      const nodes = MACHINES.map(({ name }) => {
        const arrival = (change: number, commit: number): number => commit + stage.run.random.duration(watch, 'one-change', name, change)
        return sufferedOn(stage, programmed(stage, '1.34', arrival), 100e6)
      })
      return { population: population.error, nodes: meanOf(nodes.map(({ error }) => error)) }
    })
    const [population, nodes] = [meanOf(courses.map((one) => one.population)), meanOf(courses.map((one) => one.nodes))]
    expect(Math.abs(population / nodes - 1)).toBeLessThan(0.02)
  })
})

describe('a population that follows one course', () => {
  const four = new Population([30, 10, 20, 20])

  test('has reached a state as its delays say', () => {
    expect([105, 110, 119, 120, 130, 1000].map((time) => four.reached(100, time))).toEqual([0, 1, 1, 3, 4, 4])
  })

  test('spends, summed over its members, the time since each of them reached it', () => {
    expect(four.timeSince(100, 0, 115)).toBe(5)
    expect(four.timeSince(100, 0, 140)).toBe(30 + 20 + 20 + 10)
    expect(four.timeSince(100, 115, 140)).toBe(25 + 20 + 20 + 10)
    expect(four.timeSince(Number.NEGATIVE_INFINITY, 40, 50)).toBe(40)
  })

  test('spends no time when there is nobody', () => {
    expect(new Population([]).timeSince(0, 0, 100)).toBe(0)
  })
})
