import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { JitterLoop } from '../../src/kernel/jitter-loop.ts'
import { type Elision, type Loop, Ticker } from '../../src/kernel/loop.ts'
import { queues } from '../../src/kernel/queues.ts'
import { Random } from '../../src/kernel/random.ts'
import { type EventKind, Simulation } from '../../src/kernel/simulation.ts'
import { type Instant, microseconds } from '../../src/kernel/time.ts'

const FULL = process.env.RECONVERGE_FULL === '1'
const RUNS = FULL ? 5_000 : 500
const SUBJECTS = 3
const at = (time: number): Instant => time as Instant

/** Work waits until the loop it waits for fires; doing it may make work for another loop in the same instant. */
interface World {
  readonly loops: Loop<World>[]
  readonly work: Map<string, number>
  readonly done: string[]
}

type Restart = (run: Simulation<World>, loop: number, subject: number, first: number) => void
interface Population {
  readonly loops: (elision: Elision, random: Random) => Loop<World>[]
  readonly start: Restart
}

/** What the program does to (loop, subject) at a time: make `work` for it, stop it, or start it anew. */
interface Act {
  readonly time: number
  readonly loop: number
  readonly subject: number
  readonly what: 'work' | 'stop' | 'start'
}

function addWork(run: Simulation<World>, loop: number, subject: number, amount: number): void {
  const key = `${loop}/${subject}`
  run.world.work.set(key, (run.world.work.get(key) ?? 0) + amount)
  run.world.loops[loop]?.want(run, subject)
}

/** A firing with work is effective: it is written down, and hands the rest of the work to another loop. */
const firing = (loop: number): EventKind<World> => ({
  name: `loop-${loop}`,
  on(run, subject) {
    const key = `${loop}/${subject}`
    const work = run.world.work.get(key) ?? 0
    if (work === 0) return
    run.world.work.delete(key)
    run.world.done.push(`${run.now} ${key} ${work}`)
    if (work > 1) addWork(run as Simulation<World>, (loop + work) % run.world.loops.length, (subject + work) % SUBJECTS, work - 1)
  },
})

/** The effective firings of one program, and how many events it took. */
function play(population: Population, acts: readonly Act[], elision: Elision): { done: string[]; handled: number } {
  const random = new Random('loops', 0)
  const world: World = { loops: population.loops(elision, random), work: new Map(), done: [] }
  const run = new Simulation<World>(world, random, queues.columns())
  world.loops.forEach((_, loop) => {
    for (let subject = 0; subject < SUBJECTS; subject++) population.start(run, loop, subject, (loop * 5 + subject) % 4)
  })
  acts.forEach(({ time, loop, subject, what }, i) => {
    const act: EventKind<World> = {
      name: what,
      on() {
        const target = world.loops[loop % world.loops.length] as Loop<World> & { stop(run: Simulation<World>, subject: number): void }
        if (what === 'work') addWork(run, loop % world.loops.length, subject, 1 + (i % 4))
        else if (what === 'stop') target.stop(run, subject)
        else population.start(run, loop % world.loops.length, subject, run.now + (i % 9) - 3)
      },
    }
    run.at(at(time), act, i)
  })
  run.runUntil(at(400), 1e6)
  return { done: world.done, handled: run.handled }
}

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    time: fc.nat(300),
    loop: fc.nat(2),
    subject: fc.nat(SUBJECTS - 1),
    what: fc.constantFrom('work' as const, 'work' as const, 'work' as const, 'stop' as const, 'start' as const),
  }),
  { maxLength: 40 },
)

/** Short periods that divide one another, so that firings of all loops often fall on one instant. */
const tickers: Population = {
  loops: (elision) => [4, 6, 12].map((period, i) => new Ticker<World>(firing(i), [9, 3, 5][i] as number, period, elision)),
  start: (run, loop, subject, first) => (run.world.loops[loop] as Ticker<World>).start(run, subject, at(first)),
}

const jitterLoops: Population = {
  loops: (elision, random) =>
    [4, 6, 12].map((period, i) => {
      const runTime = { mean: 1, sample: (uniform: () => number) => 2 * uniform() }
      const gaps = { purpose: `loop-${i}`, period, jitter: i / 4, runTime }
      return new JitterLoop<World>(firing(i), [9, 3, 5][i] as number, gaps, random, elision)
    }),
  start: (run, loop, subject, first) => (run.world.loops[loop] as JitterLoop<World>).start(run, subject, `entity-${subject}`, at(first)),
}

describe.each([
  ['tickers', tickers],
  ['sliding loops with jitter', jitterLoops],
])('a population of %s', (_, population) => {
  test('does the same at the same times, whether idle firings are events or not', () => {
    fc.assert(
      fc.property(acts, (program) => {
        expect(play(population, program, 'elided').done).toEqual(play(population, program, 'unelided').done)
      }),
      { seed: 7, numRuns: RUNS },
    )
  })

  test('takes no events while nobody wants it', () => {
    expect(play(population, [], 'elided').handled).toBe(0)
    expect(play(population, [], 'unelided').handled).toBeGreaterThan(400)
  })
})

describe('a ticker', () => {
  const start = (first: number, period = 10): Ticker<World> => {
    const ticker = new Ticker<World>(firing(0), 0, period, 'elided')
    const run = new Simulation<World>({ loops: [ticker], work: new Map(), done: [] }, new Random('', 0), queues.columns())
    ticker.start(run, 0, at(first))
    return ticker
  }

  test.each([
    { first: 3, time: 0, last: -7, next: 3 },
    { first: 3, time: 3, last: 3, next: 13 },
    { first: 3, time: 12, last: 3, next: 13 },
    { first: 3, time: 13, last: 13, next: 23 },
    { first: -25, time: 0, last: -5, next: 5 },
  ])('that first fires at $first fired at $last and fires at $next, seen from $time', ({ first, time, last, next }) => {
    expect(start(first).last(0, at(time))).toBe(last)
    expect(start(first).next(0, at(time))).toBe(next)
  })

  test('that never started has no firings', () => {
    expect(start(3).running(1)).toBe(false)
    expect(start(3).next(1, at(0))).toBeNaN()
    expect(start(3).last(1, at(0))).toBeNaN()
  })

  test('rejects a period that is no whole number of µs and a rank out of range', () => {
    expect(() => start(0, 0.5)).toThrow('Expected a period of whole µs, got 0.5')
    expect(() => start(0, 0)).toThrow('Expected a period of whole µs, got 0')
    expect(() => new Ticker<World>(firing(0), 256, 1, 'elided')).toThrow('Expected a rank from 0 to 255, got 256')
  })
})

describe('a sliding loop with jitter', () => {
  const period = 1_000
  const loopOf = (jitter: number, entity: string, first: number, before: readonly string[] = []): JitterLoop<World> => {
    const random = new Random('jitter', 0)
    const runTime = { mean: 50, sample: (uniform: () => number) => 100 * uniform() }
    const loop = new JitterLoop<World>(firing(0), 0, { purpose: 'lease', period, jitter, runTime }, random, 'elided')
    const run = new Simulation<World>({ loops: [loop], work: new Map(), done: [] }, random, queues.columns())
    for (const other of before) loop.start(run, 1, other, at(0))
    loop.start(run, 0, entity, at(first))
    return loop
  }
  const firings = (loop: JitterLoop<World>, from: number, count: number): number[] => {
    const times: number[] = []
    for (let time = from; times.length < count; ) {
      time = loop.next(0, at(time))
      times.push(time)
    }
    return times
  }

  test('leaves between two firings the period, the jitter and the run time', () => {
    const times = firings(loopOf(0.5, 'worker-1', 0), -1, 20_000)
    const gaps = times.slice(1).map((time, i) => time - (times[i] as number))
    expect(times[0]).toBe(0)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(period)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1.5 * period + 100)
    const standardError = Math.sqrt((500 ** 2 + 100 ** 2) / 12 / gaps.length)
    expect(Math.abs(gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length - 1_300)).toBeLessThan(4 * standardError)
  })

  test('fires at the same times however it is asked', () => {
    const times = firings(loopOf(0.04, 'worker-1', 300), 0, 200)
    const horizon = times.at(-2) as number
    fc.assert(
      fc.property(
        fc.array(fc.nat(horizon), { minLength: 1, maxLength: 50 }),
        fc.array(fc.nat(period), { minLength: 1, maxLength: 5 }),
        (asked, back) => {
          const loop = loopOf(0.04, 'worker-1', 300)
          for (const latest of [...asked].sort((a, b) => a - b)) {
            for (const time of [latest, ...back.map((less) => latest - less)]) {
              expect(loop.next(0, at(time))).toBe(times.find((firing) => firing > time))
              expect(loop.last(0, at(time))).toBe(times.findLast((firing) => firing <= time) ?? Number.NaN)
            }
          }
        },
      ),
      { seed: 3, numRuns: RUNS / 5 },
    )
  })

  test('says so when asked about firings it has forgotten', () => {
    const loop = loopOf(0.04, 'worker-1', 0)
    loop.next(0, at(100 * period))
    expect(() => loop.last(0, at(10 * period))).toThrow('the firings before are forgotten')
  })

  test('draws the same for one entity whoever else runs, and anew when it starts again', () => {
    const alone = firings(loopOf(0.04, 'worker-1', 0), 0, 20)
    expect(firings(loopOf(0.04, 'worker-1', 0, ['worker-2', 'worker-3']), 0, 20)).toEqual(alone)
    expect(firings(loopOf(0.04, 'worker-1', 0, ['worker-1']), 0, 20)).not.toEqual(alone)
    expect(firings(loopOf(0.04, 'worker-2', 0), 0, 20)).not.toEqual(alone)
  })

  test('without jitter and with a constant run time is a plain rhythm', () => {
    const random = new Random('jitter', 0)
    const gaps = { purpose: 'lease', period, jitter: 0, runTime: { constant: 7, mean: 7, sample: () => Number.NaN } }
    const loop = new JitterLoop<World>(firing(0), 0, gaps, random, 'elided')
    const run = new Simulation<World>({ loops: [loop], work: new Map(), done: [] }, random, queues.columns())
    loop.start(run, 0, 'worker-1', at(microseconds(10)))
    expect(firings(loop, 0, 3)).toEqual([10, 1_017, 2_024])
  })
})
