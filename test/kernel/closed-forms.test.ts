import { describe, expect, test } from 'vitest'
import { MachineRepair, repairmanAvailability } from '../../bench/machine-repair.ts'
import { queues } from '../../src/kernel/queues.ts'
import { Random, type Uniform } from '../../src/kernel/random.ts'
import { type EventKind, Simulation } from '../../src/kernel/simulation.ts'
import { type Duration, type Instant, microseconds, seconds } from '../../src/kernel/time.ts'
import { deviation, T_LIMIT_29 } from './goodness.ts'

const FULL = process.env.RECONVERGE_FULL === '1'
const REPLICATIONS = 30
const HOUR = 3_600_000_000

/** One server, one queue: customers arrive and are served one after the other. */
interface Counter {
  readonly random: { readonly arrivals: Uniform; readonly services: Uniform }
  readonly arrivedAt: Instant[]
  readonly waits: number[]
  served: number
}

const ARRIVALS_PER_S = 0.7
const SERVICES_PER_S = 1

const exponential = (uniform: Uniform, perSecond: number): Duration => microseconds((-1e6 * Math.log1p(-uniform())) / perSecond)

const Begin: EventKind<Counter> = {
  name: 'customer/begin',
  on(run, customer) {
    run.world.waits.push(run.now - (run.world.arrivedAt[customer] as Instant))
    run.after(exponential(run.world.random.services, SERVICES_PER_S), End, customer)
  },
}

const End: EventKind<Counter> = {
  name: 'customer/end',
  on(run) {
    const { world } = run
    world.served++
    if (world.served < world.arrivedAt.length) run.after(0, Begin, world.served)
  },
}

const Arrive: EventKind<Counter> = {
  name: 'customer/arrive',
  on(run, customer) {
    const { world } = run
    world.arrivedAt.push(run.now)
    if (world.served === customer) run.after(0, Begin, customer)
    run.after(exponential(world.random.arrivals, ARRIVALS_PER_S), Arrive, customer + 1)
  },
}

describe.each(Object.entries(queues))('over the queue "%s"', (_, create) => {
  test('customers of an M/M/1 queue wait ρ/(μ − λ) on average', () => {
    const customers = FULL ? 100_000 : 6_000
    const means = Array.from({ length: REPLICATIONS }, (_, replication) => {
      const random = new Random('mm1', replication)
      const streams = { arrivals: random.stream('arrival', 'customers'), services: random.stream('service', 'server') }
      const world: Counter = { random: streams, arrivedAt: [], waits: [], served: 0 }
      const run = new Simulation(world, random, create<EventKind<Counter, never>>())
      run.after(0, Arrive, 0)
      run.runUntil(seconds(customers / ARRIVALS_PER_S) as number as Instant, Number.POSITIVE_INFINITY)
      const settled = world.waits.slice(1_000)
      return settled.reduce((sum, wait) => sum + wait, 0) / settled.length / 1e6
    })
    const expected = ARRIVALS_PER_S / SERVICES_PER_S / (SERVICES_PER_S - ARRIVALS_PER_S)
    expect(Math.abs(deviation(means, expected))).toBeLessThan(T_LIMIT_29)
    expect(means.every((mean) => mean > expected / 3 && mean < expected * 3)).toBe(true)
  })

  test.each([
    { machines: 20, crews: 2, mtbf: 100 * HOUR, mttr: 10 * HOUR, hours: FULL ? 200_000 : 20_000 },
    { machines: 5, crews: 5, mtbf: 30 * HOUR, mttr: 15 * HOUR, hours: FULL ? 200_000 : 20_000 },
    ...(FULL ? [{ machines: 1_000, crews: 11, mtbf: 1_000 * HOUR, mttr: 10 * HOUR, hours: 50_000 }] : []),
  ])(
    '$machines machines with $crews repair crews are available as the machine repairman says',
    ({ hours, ...shop }) => {
      const shares = Array.from({ length: REPLICATIONS }, (_, replication) => {
        const model = new MachineRepair(shop, `repair-${replication}`, create())
        model.availabilityUntil((hours * HOUR * 0.05) as Instant)
        return model.availabilityUntil((hours * HOUR) as Instant)
      })
      expect(Math.abs(deviation(shares, repairmanAvailability(shop)))).toBeLessThan(T_LIMIT_29)
    },
    120_000,
  )
})

// Reference values of the two large shops: computed beside this project with another program.
test.each([
  { machines: 1_000, crews: 11, availability: 0.985205 },
  { machines: 10_000, crews: 105, availability: 0.989428 },
])('the closed form of $machines machines and $crews crews is $availability', ({ machines, crews, availability }) => {
  expect(repairmanAvailability({ machines, crews, mtbf: 1_000 * HOUR, mttr: 10 * HOUR })).toBeCloseTo(availability, 6)
})

test('machines with a crew each are available as if they were alone', () => {
  expect(repairmanAvailability({ machines: 5, crews: 5, mtbf: 30, mttr: 15 })).toBeCloseTo(2 / 3, 12)
})
