import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type EventQueue, NO_TICKET, type Ticket } from '../../src/kernel/queue.ts'
import { queues } from '../../src/kernel/queues.ts'
import { Random } from '../../src/kernel/random.ts'

const FULL = process.env.RECONVERGE_FULL === '1'

/** The specification: an array kept sorted, cancelled events removed at once. */
class SortedArray implements EventQueue<string> {
  time = 0
  sequence = 0
  subject = 0
  detail = 0
  private tickets = 0
  private readonly events: { time: number; sequence: number; kind: string; subject: number; detail: number; ticket: number }[] = []

  get size(): number {
    return this.events.length
  }

  get nextTime(): number {
    return this.events[0]?.time ?? Number.POSITIVE_INFINITY
  }

  push(time: number, sequence: number, kind: string, subject: number, detail: number): Ticket {
    const ticket = this.tickets++ as Ticket
    let at = this.events.length
    while (at > 0 && isLater(this.events[at - 1] as { time: number; sequence: number }, time, sequence)) at--
    this.events.splice(at, 0, { time, sequence, kind, subject, detail, ticket })
    return ticket
  }

  pop(): string {
    const event = this.events.shift()
    if (event === undefined) throw new RangeError('Expected a pending event')
    Object.assign(this, { time: event.time, sequence: event.sequence, subject: event.subject, detail: event.detail })
    return event.kind
  }

  cancel(ticket: Ticket): boolean {
    const at = this.events.findIndex((event) => event.ticket === ticket)
    if (at >= 0) this.events.splice(at, 1)
    return at >= 0
  }
}

const isLater = (event: { time: number; sequence: number }, time: number, sequence: number): boolean =>
  event.time > time || (event.time === time && event.sequence > sequence)

/** One step of a program: what to do, and a number that says with which time or which ticket. */
type Step = readonly ['push' | 'urgent' | 'pop' | 'cancel' | 'peek', number]

/** All that can be observed of `queue` while it runs `program`; tickets are named by the number of their push, so that they compare. */
function transcript(queue: EventQueue<string>, program: readonly Step[]): unknown[] {
  const seen: unknown[] = []
  const tickets: Ticket[] = [NO_TICKET]
  let now = 0
  const pop = (): void => {
    if (queue.size === 0) return
    const kind = queue.pop()
    now = queue.time
    seen.push(['pop', kind, queue.time, queue.sequence, queue.subject, queue.detail, queue.size])
  }
  program.forEach(([what, n], step) => {
    if (what === 'push') tickets.push(queue.push(now + n, step, `kind-${n % 3}`, step, n / 3))
    else if (what === 'urgent') tickets.push(queue.push(now + n, -1 - step, `urgent-${n % 3}`, 2 ** 40 + step, -n))
    else if (what === 'pop') pop()
    else if (what === 'cancel') seen.push(['cancel', queue.cancel(tickets[n % tickets.length] as Ticket), queue.size])
    else seen.push(['peek', queue.nextTime, queue.size])
  })
  while (queue.size > 0) pop()
  seen.push(['end', queue.nextTime])
  return seen
}

/** Times from few values, so that ties abound. */
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(fc.constant('push' as const), fc.nat(6)),
  fc.tuple(fc.constant('push' as const), fc.nat(2 ** 31)),
  fc.tuple(fc.constant('urgent' as const), fc.nat(6)),
  fc.tuple(fc.constantFrom('pop' as const, 'cancel' as const, 'peek' as const), fc.nat(1000)),
)

/** A program that grows to thousands of pending events, shrinks to none, and cancels fresh and stale tickets all the way. */
function longProgram(steps: number): Step[] {
  const uniform = new Random('queue', 0).stream('program', 'long')
  return Array.from({ length: steps }, (_, i): Step => {
    const pushes = Math.floor(i / 5_000) % 2 === 0 ? 0.6 : 0.3
    const u = uniform()
    const n = Math.floor(uniform() * (uniform() < 0.5 ? 50 : 1e6))
    if (u < pushes) return [uniform() < 0.1 ? 'urgent' : 'push', n]
    if (u < pushes + 0.15) return ['cancel', Math.floor(uniform() * steps)]
    return u < 0.95 ? ['pop', 0] : ['peek', 0]
  })
}

/** Part of a program: so many steps, each chosen by its number. */
const phase = (length: number, stepOf: (i: number) => Step): Step[] => Array.from({ length }, (_, i) => stepOf(i))
const pops = (length: number): Step[] => phase(length, () => ['pop', 0])
const hold = (length: number, below: number): Step[] => phase(length, (i) => (i % 2 === 0 ? ['pop', 0] : ['push', scatter(i, below)]))
/** Spreads the numbers of steps over 0 … `below` − 1, the same way every time. */
const scatter = (i: number, below: number): number => (i * 7_919 + (i % 13) * 104_729) % below

/** Programs with far more events pending than a shallow heap should hold, in the shapes that a queue with buckets might get wrong. */
const shapes: Readonly<Record<string, readonly Step[]>> = {
  'all events in one instant': phase(3_000, (i) => [i % 3 === 0 ? 'urgent' : 'push', 5]),
  'few instants with many events each, met again from other times': [0, 1, 2, 3].flatMap((k) => [
    ...phase(1_500, (i): Step => [i % 5 === 0 ? 'urgent' : 'push', 1_000 * (i % 20) - k]),
    ...pops(1_000),
  ]),
  'every whole µs, so that each is some bucket’s first or last': [
    ...phase(4_000, (i) => ['push', scatter(i, 2_000)]),
    ...hold(4_000, 2_000),
  ],
  'a bulk that comes soon and a few in a far future': [
    ...phase(3_000, (i) => ['push', i % 50 === 0 ? 2 ** 52 + i : scatter(i, 1_000_000)]),
    ...hold(3_000, 1_000_000),
    ['peek', 0],
  ],
  'a few that come soon and a dense bulk in a far future': [
    ...phase(3_000, (i) => ['push', i % 50 === 0 ? scatter(i, 1_000_000) : 1e12 + scatter(i, 100)]),
    ...hold(2_000, 1e12),
  ],
  'bursts into the instants just ahead': [
    ...phase(2_000, (i) => ['push', scatter(i, 1_000_000)]),
    ...phase(3_000, (i) => (i % 30 === 0 ? ['pop', 0] : ['push', scatter(i, 40)])),
  ],
  'ever earlier events, at last earlier than what was popped': [
    ...phase(3_000, (i) => ['push', 3_000_000 - 1_000 * i]),
    ...pops(500),
    ...phase(500, (i) => ['push', -10 * i]),
  ],
  'filled, drained to the last and filled again': [1, 2, 3].flatMap((k) => [
    ...phase(2_000, (i): Step => ['push', scatter(i, 10 ** (2 * k))]),
    ...pops(2_001 - k),
    ['peek', 0] as const,
  ]),
  'most events cancelled long before they are due': phase(8_000, (i) => {
    if (i % 20 === 0) return ['pop', 0]
    return i % 2 === 1 ? ['push', 1_000 + scatter(i, 1_000_000)] : ['cancel', i < 4_000 ? i >> 1 : scatter(i, 4_000)]
  }),
  'all events cancelled, some near and some far': [
    ...phase(2_000, (i) => ['push', scatter(i, 1_000_000)]),
    ...pops(100),
    ...phase(2_001, (i) => ['cancel', i]),
    ['peek', 0],
    ...phase(700, (i) => ['push', scatter(i, 1_000)]),
  ],
}

/** A phase of a random program: steps of some sort, with times below a power of two. */
const phases = fc.array(fc.tuple(fc.constantFrom('push', 'urgent', 'hold', 'pop', 'cancel'), fc.nat(1_200), fc.nat(50)), { maxLength: 8 })

const programOf = (drawn: readonly (readonly [string, number, number])[]): Step[] =>
  drawn.flatMap(([sort, length, bits]) => {
    if (sort === 'hold') return hold(length, 2 ** bits)
    return phase(length, (i) => [sort as 'push', sort === 'cancel' ? scatter(i, 5_000) : scatter(i, 2 ** bits)])
  })

describe.each(Object.entries(queues))('the event queue "%s"', (_, create) => {
  test('answers as a sorted array does, whatever is pushed, popped and cancelled', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (program) => {
        expect(transcript(create<string>(), program)).toEqual(transcript(new SortedArray(), program))
      }),
      { seed: 1, numRuns: FULL ? 5_000 : 300 },
    )
  })

  test('answers as a sorted array does over a long program with thousands pending', () => {
    const program = longProgram(FULL ? 200_000 : 40_000)
    const answers = transcript(create<string>(), program)
    expect(answers).toEqual(transcript(new SortedArray(), program))
    expect(answers.some((answer) => (answer as unknown[])[0] === 'peek' && Number((answer as unknown[])[2]) > 1_000)).toBe(true)
  }, 60_000)

  test.each(Object.entries(shapes))('answers as a sorted array does: %s', (_shape, program) => {
    expect(transcript(create<string>(), program)).toEqual(transcript(new SortedArray(), program))
  })

  test('answers as a sorted array does, whatever phases of thousands of events follow each other', () => {
    fc.assert(
      fc.property(phases, (drawn) => {
        const program = programOf(drawn)
        expect(transcript(create<string>(), program)).toEqual(transcript(new SortedArray(), program))
      }),
      { seed: 1, numRuns: FULL ? 1_000 : 30 },
    )
  })

  test('lets events of one instant leave in the order of their sequence, not of their arrival', () => {
    const queue = create<string>()
    for (const sequence of [5, -3, 9, 0, 7, -8, 2]) queue.push(10, sequence, 'tie', sequence, 0)
    expect(Array.from({ length: 7 }, () => queue.pop() && queue.sequence)).toEqual([-8, -3, 0, 2, 5, 7, 9])
  })

  test('never lets a stale ticket hit the event that took its slot', () => {
    const queue = create<string>()
    const first = queue.push(1, 0, 'first', 0, 0)
    queue.pop()
    const second = queue.push(2, 1, 'second', 0, 0)
    expect(queue.cancel(first)).toBe(false)
    expect(queue.cancel(second)).toBe(true)
    expect(queue.cancel(second)).toBe(false)
    expect(queue.size).toBe(0)
    expect(queue.nextTime).toBe(Number.POSITIVE_INFINITY)
    const third = queue.push(3, 2, 'third', 0, 0)
    expect([first, second].map((ticket) => queue.cancel(ticket))).toEqual([false, false])
    expect(queue.cancel(third)).toBe(true)
  })

  test('cancels nothing for the ticket that names nothing', () => {
    const queue = create<string>()
    expect(queue.cancel(NO_TICKET)).toBe(false)
    queue.push(1, 0, 'only', 0, 0)
    expect(queue.cancel(NO_TICKET)).toBe(false)
    expect(queue.size).toBe(1)
  })

  test('reuses slots first-in first-out', () => {
    const queue = create<string>()
    const slotOf = (ticket: Ticket): number => ticket % 2 ** 24
    const slots = [4, 2, 3, 1].map((time, i) => slotOf(queue.push(time, i, 'a', 0, 0)))
    expect(new Set(slots).size).toBe(4)
    for (let i = 0; i < 4; i++) queue.pop()
    const inOrderOfRelease = [3, 1, 2, 0].map((i) => slots[i])
    expect([5, 6, 7, 8].map((time, i) => slotOf(queue.push(time, i, 'b', 0, 0)))).toEqual(inOrderOfRelease)
  })

  test('says so when an event is popped from an empty queue', () => {
    const queue = create<string>()
    queue.cancel(queue.push(1, 0, 'cancelled', 0, 0))
    expect(() => queue.pop()).toThrow('Expected a pending event')
  })
})
