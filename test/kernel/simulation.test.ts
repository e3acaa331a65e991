import { describe, expect, test } from 'vitest'
import type { EventQueue } from '../../src/kernel/queue.ts'
import { queues } from '../../src/kernel/queues.ts'
import { Random } from '../../src/kernel/random.ts'
import { type EventKind, type Observer, type Run, Simulation, type Tracer } from '../../src/kernel/simulation.ts'
import { type Duration, type Instant, seconds } from '../../src/kernel/time.ts'

interface Log {
  readonly lines: string[]
}

const at = (time: number): Instant => time as Instant
const note: EventKind<Log> = { name: 'note', on: (run, subject) => void run.world.lines.push(`${run.now} note ${subject}`) }
const tick: EventKind<Log> = { name: 'tick', on: (run, subject) => void run.world.lines.push(`${run.now} tick ${subject}`) }

/** Draws a delay for the same subject over and over: a run whose course depends on its draws. */
const wander: EventKind<Log> = {
  name: 'wander',
  on(run, subject, step) {
    run.world.lines.push(`${run.now} wander ${subject} ${step}`)
    run.after(Math.floor(run.random.draw('wander', String(subject), step) * 100), wander, subject, step + 1)
  },
}

describe.each(Object.entries(queues))('a simulation over the queue "%s"', (_, create) => {
  const simulation = (tracer?: Tracer, observe?: Observer<Log>, seed = 'test'): Simulation<Log> => {
    const queue: EventQueue<EventKind<Log, never>> = create()
    return new Simulation<Log>({ lines: [] }, new Random(seed, 0), queue, observe, tracer)
  }

  test('handles events in order of time, and those of one instant in the order in which they were scheduled', () => {
    const run = simulation()
    for (const [time, subject] of [
      [30, 1],
      [10, 2],
      [20, 3],
      [10, 4],
      [0, 5],
      [10, 6],
    ] as const)
      run.at(at(time), note, subject)
    expect(run.runUntil(at(100), 1_000)).toBe('horizon')
    expect(run.world.lines).toEqual(['0 note 5', '10 note 2', '10 note 4', '10 note 6', '20 note 3', '30 note 1'])
    expect(run.now).toBe(100)
    expect(run.handled).toBe(6)
  })

  test('handles an event at the horizon itself and leaves a later one pending', () => {
    const run = simulation()
    run.at(at(50), note, 1)
    run.at(at(51), note, 2)
    expect(run.runUntil(at(50), 1_000)).toBe('horizon')
    expect(run.world.lines).toEqual(['50 note 1'])
    expect(run.pending).toBe(1)
    expect(run.runUntil(at(51), 1_000)).toBe('horizon')
    expect(run.world.lines).toEqual(['50 note 1', '51 note 2'])
  })

  test('says that the bound on events was reached, and goes on from there', () => {
    const run = simulation()
    for (let i = 0; i < 10; i++) run.at(at(i), note, i)
    expect(run.runUntil(at(100), 4)).toBe('event limit')
    expect([run.handled, run.now, run.pending]).toEqual([4, 3, 6])
    expect(run.runUntil(at(100), 10)).toBe('horizon')
    expect(run.handled).toBe(10)
  })

  test('rejects times that are no whole number of µs, or past', () => {
    const run = simulation()
    for (const delay of [0.5, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => run.after(delay, note, 0)).toThrow(`Expected the delay of note to be a whole number of µs, 0 or more, got ${delay}`)
    }
    run.runUntil(at(10), 1)
    for (const time of [9, 10.5, Number.NaN]) {
      expect(() => run.at(at(time), note, 0)).toThrow(`Expected note at a whole number of µs, 10 or later, got ${time}`)
      expect(() => run.loop(at(time), 0, tick, 0)).toThrow(`Expected tick to fire at a whole number of µs, 10 or later, got ${time}`)
    }
    expect(run.pending).toBe(0)
  })

  test('lets loops fire before ordinary events of the same instant, by rank and then by subject', () => {
    const run = simulation()
    run.at(at(5), note, 1)
    run.loop(at(5), 7, tick, 30)
    run.loop(at(5), 7, tick, 4)
    run.loop(at(5), 2, tick, 99)
    run.at(at(4), note, 2)
    run.runUntil(at(5), 100)
    expect(run.world.lines).toEqual(['4 note 2', '5 tick 99', '5 tick 4', '5 tick 30', '5 note 1'])
  })

  test('lets early events come after loops and before ordinary events of the same instant, in the order in which they were scheduled', () => {
    const run = simulation()
    run.at(at(5), { name: 'hasty', on: (now) => void now.early(at(5), note, 4) }, 0)
    run.at(at(5), note, 1)
    run.early(at(5), note, 3)
    run.early(at(5), note, 2)
    run.loop(at(5), 255, tick, 9)
    run.runUntil(at(5), 100)
    expect(run.world.lines).toEqual(['5 tick 9', '5 note 3', '5 note 2', '5 note 4', '5 note 1'])
    expect(() => run.early(at(4), note, 0)).toThrow('Expected note early at a whole number of µs, 5 or later, got 4')
  })

  test('knows at any moment which firings of the instant are still to come', () => {
    const run = simulation()
    const seen: string[] = []
    const ask = (who: string) => (at: Run<Log>) => void seen.push(`${who}: ${[1, 2, 3].filter((rank) => at.ahead(rank, 0)).join(' ')}`)
    run.loop(at(5), 2, { name: 'second', on: ask('second') }, 0)
    run.at(at(5), { name: 'ordinary', on: ask('ordinary') }, 0)
    ask('start')(run)
    run.runUntil(at(5), 100)
    ask('end')(run)
    expect(seen).toEqual(['start: 1 2 3', 'second: 3', 'ordinary: ', 'end: '])
  })

  test('does not handle a cancelled event', () => {
    const run = simulation()
    const ticket = run.after(5, note, 1)
    run.after(6, note, 2)
    expect(run.cancel(ticket)).toBe(true)
    expect(run.cancel(ticket)).toBe(false)
    run.runUntil(at(10), 100)
    expect(run.world.lines).toEqual(['6 note 2'])
  })

  test('tells a tracer which event scheduled which, and what it waited for', () => {
    const links: string[] = []
    const parent: EventKind<Log> = {
      name: 'parent',
      on(run, subject) {
        run.after(1, note, subject)
        run.released('bucket')
        run.after(2, note, subject + 1)
      },
    }
    const tracer: Tracer = {
      scheduled: (sequence, kind, subject, time, because, label) =>
        void links.push(`${sequence} ${kind} ${subject} ${time} ${because} ${label}`),
    }
    const run = simulation(tracer)
    run.at(at(10), parent, 7)
    run.at(at(20), parent, 17)
    run.runUntil(at(20), 100)
    expect(links).toEqual([
      '0 parent 7 10 -Infinity ',
      '1 parent 17 20 -Infinity ',
      '2 note 7 11 0 ',
      '3 note 8 12 0 bucket',
      '4 note 17 21 1 ',
      '5 note 18 22 1 bucket',
    ])
  })

  test('shows every event to its observer before it is handled', () => {
    const seen: string[] = []
    const run = simulation(
      undefined,
      (now, kind, subject, detail, sequence) => void seen.push(`${now} ${kind.name} ${subject} ${detail} ${sequence}`),
    )
    run.at(at(3), note, 4, 5)
    run.loop(at(3), 255, tick, 6)
    run.runUntil(at(3), 100)
    expect(seen).toEqual([`3 tick 6 0 ${-(2 ** 44) - 2 ** 32 + 6}`, '3 note 4 5 0'])
  })

  test('runs beside another simulation exactly as it runs alone', () => {
    const begin = (seed: string): Simulation<Log> => {
      const run = simulation(undefined, undefined, seed)
      for (let subject = 0; subject < 5; subject++) run.after(subject, wander, subject)
      return run
    }
    const alone = ['a', 'b'].map((seed) => {
      const run = begin(seed)
      run.runUntil(at(5_000), 1e6)
      return run.world.lines
    })
    const beside = ['a', 'b'].map(begin)
    for (let time = 0; time <= 5_000; time += 37) for (const run of beside) run.runUntil(at(time), 1e6)
    for (const run of beside) run.runUntil(at(5_000), 1e6)
    expect(beside.map((run) => run.world.lines)).toEqual(alone)
    expect(alone[0]).not.toEqual(alone[1])
  })
})

test('a run stopped by its bound on events and continued equals one that was not stopped', () => {
  const lines = (limits: readonly number[]): string[] => {
    const run = new Simulation<Log>({ lines: [] }, new Random('bound', 0), queues.columns())
    run.after(0 as Duration, wander, 1)
    for (const limit of limits) run.runUntil(seconds(1) as number as Instant, limit)
    return run.world.lines
  }
  expect(lines([10, 11, 500])).toEqual(lines([500]))
})
