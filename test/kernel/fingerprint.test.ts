import { describe, expect, test } from 'vitest'
import { Excerpt, Fingerprint, firstDifference, firstDifferingStretch } from '../../src/kernel/fingerprint.ts'
import { queues } from '../../src/kernel/queues.ts'
import { Random } from '../../src/kernel/random.ts'
import { type EventKind, type Observer, Simulation } from '../../src/kernel/simulation.ts'
import type { Instant } from '../../src/kernel/time.ts'

type World = Record<string, never>
const kind = (name: string): EventKind<World, never> => ({ name, on: () => undefined })
const at = (time: number): Instant => time as Instant
const one = kind('one')
const two = kind('two')

/** The fingerprint of a list of (time, kind, subject). */
const of = (...events: readonly (readonly [number, EventKind<World, never>, number])[]): string => {
  const fingerprint = new Fingerprint<World>()
  for (const [i, [time, what, subject]] of events.entries()) fingerprint.observe(at(time), what, subject, 0, i)
  return fingerprint.hex
}

describe('a fingerprint', () => {
  const hour = 3_600_000_000
  const base = of([1, one, 1], [hour, two, 7])

  test('is 16 hexadecimal digits that depend on the events alone', () => {
    expect(base).toMatch(/^[0-9a-f]{16}$/)
    expect(of([1, one, 1], [hour, two, 7])).toBe(base)
    expect(of([1, kind('one'), 1], [hour, kind('two'), 7])).toBe(base)
  })

  test.each([
    ['a time', of([2, one, 1], [hour, two, 7])],
    ['a time, by 2^32 µs', of([1, one, 1], [hour + 2 ** 32, two, 7])],
    ['a kind', of([1, two, 1], [hour, two, 7])],
    ['a subject', of([1, one, 1], [hour, two, 8])],
    ['a subject, by 2^32', of([1, one, 1], [hour, two, 7 + 2 ** 32])],
    ['the order', of([hour, two, 7], [1, one, 1])],
    ['time and subject exchanged', of([1, one, 1], [7, two, hour])],
    ['an event more', of([1, one, 1], [hour, two, 7], [0, one, 0])],
    ['an event less', of([1, one, 1])],
  ])('changes with %s', (_, other) => {
    expect(other).not.toBe(base)
  })

  test('does not collide over many runs that differ in one event', () => {
    const seen = new Set<string>()
    for (let time = 0; time < 100; time++) for (let subject = 0; subject < 100; subject++) seen.add(of([time, one, subject], [200, two, 0]))
    expect(seen.size).toBe(10_000)
  })

  test('is the same in every version', () => {
    expect(of([0, one, 0], [1_000_000, two, 3], [2 ** 40, one, 2 ** 33])).toMatchInlineSnapshot(`"cb1c397898ac9088"`)
  })
})

/** A run that goes its own way from event number `parting` on. */
function wander(observe: Observer<World>, parting: number): Simulation<World> {
  const step: EventKind<World> = {
    name: 'step',
    on(run, subject, n) {
      const gap = Math.floor(run.random.draw('gap', String(subject), n) * 100)
      run.after(gap + Number((run as Simulation<World>).handled === parting), step, subject, n + 1)
    },
  }
  const run = new Simulation<World>({}, new Random('wander', 0), queues.columns(), observe)
  for (let subject = 0; subject < 5; subject++) run.after(subject, step, subject)
  run.runUntil(at(20_000), 1_000)
  return run
}

describe('two runs that part', () => {
  const every = 64
  const [ours, theirs] = [new Fingerprint<World>(every), new Fingerprint<World>(every)]
  wander(ours.observe, Number.NaN)
  wander(theirs.observe, 700)

  test('have other fingerprints, and equal ones up to the checkpoint before', () => {
    expect(ours.events).toBe(1_000)
    expect(ours.hex).not.toBe(theirs.hex)
    const stretch = firstDifferingStretch(ours.checkpoints, theirs.checkpoints) as number
    expect(stretch).toBeGreaterThanOrEqual(Math.floor(700 / every))
    expect(stretch).toBeLessThan(Math.floor(800 / every))
    expect(ours.checkpoints).toHaveLength(Math.floor(1_000 / every))
  })

  test('are found out at their first different event by running them again', () => {
    const whole = [Number.NaN, 700].map((parting) => {
      const all = new Excerpt<World>(0, 1_000)
      wander(all.observe, parting)
      return all.events
    })
    const stretch = firstDifferingStretch(ours.checkpoints, theirs.checkpoints) as number
    const parts = [Number.NaN, 700].map((parting) => {
      const part = new Excerpt<World>(stretch * every, (stretch + 1) * every)
      wander(part.observe, parting)
      return part.events
    })
    const found = firstDifference(parts[0] ?? [], parts[1] ?? [])
    expect(found).toEqual(firstDifference(whole[0] ?? [], whole[1] ?? []))
    expect(found?.[0]?.index).toBeGreaterThanOrEqual(700)
  })

  test('are not told apart before they part', () => {
    expect(firstDifferingStretch(ours.checkpoints, ours.checkpoints)).toBeUndefined()
    expect(firstDifferingStretch(ours.checkpoints, ours.checkpoints.slice(0, 3))).toBe(3)
    expect(firstDifference([], [])).toBeUndefined()
    const event = { index: 0, time: at(1), kind: 'step', subject: 0 }
    expect(firstDifference([event], [])).toEqual([event, undefined])
  })
})
