import type { EventQueue } from '../src/kernel/queue.ts'
import { Random, type Uniform } from '../src/kernel/random.ts'
import { type EventKind, type Run, Simulation } from '../src/kernel/simulation.ts'
import type { Instant } from '../src/kernel/time.ts'

/** M machines that fail and R crews that repair them, first come first served; all times exponential. */
export interface Shop {
  readonly machines: number
  readonly crews: number
  /** Mean time to failure of one machine [µs]. */
  readonly mtbf: number
  /** Mean time of one repair [µs]. */
  readonly mttr: number
}

interface World {
  readonly shop: Shop
  readonly uniform: Uniform
  /** Failed machines that wait for a crew: a ring, as long as there are machines. */
  readonly waiting: Int32Array
  head: number
  length: number
  idle: number
  failed: number
  /** ∫ failed machines dt [µs], up to `since`. */
  downtime: number
  since: number
}

const exponential = (world: World, mean: number): number => Math.round(-mean * Math.log1p(-world.uniform()))

function count(run: Run<World>, change: number): void {
  const { world } = run
  world.downtime += world.failed * (run.now - world.since)
  world.since = run.now
  world.failed += change
}

const Fail: EventKind<World> = {
  name: 'machine/fail',
  on(run, machine) {
    const { world } = run
    count(run, 1)
    if (world.idle > 0) {
      world.idle--
      run.after(exponential(world, world.shop.mttr), Repaired, machine)
      return
    }
    const tail = world.head + world.length++
    world.waiting[tail < world.waiting.length ? tail : tail - world.waiting.length] = machine
  },
}

const Repaired: EventKind<World> = {
  name: 'machine/repaired',
  on(run, machine) {
    const { world } = run
    count(run, -1)
    run.after(exponential(world, world.shop.mtbf), Fail, machine)
    if (world.length === 0) {
      world.idle++
      return
    }
    const next = world.waiting[world.head] as number
    world.head = world.head + 1 === world.waiting.length ? 0 : world.head + 1
    world.length--
    run.after(exponential(world, world.shop.mttr), Repaired, next)
  },
}

/** The shop with all machines working, through the public kernel. */
export class MachineRepair {
  readonly simulation: Simulation<World>
  private readonly world: World

  constructor(shop: Shop, seed: string, queue: EventQueue<EventKind<World, never>>) {
    const random = new Random(seed, 0)
    const waiting = new Int32Array(shop.machines)
    const uniform = random.stream('machine-repair', 'shop')
    this.world = { shop, uniform, waiting, head: 0, length: 0, idle: shop.crews, failed: 0, downtime: 0, since: 0 }
    this.simulation = new Simulation(this.world, random, queue)
    for (let machine = 0; machine < shop.machines; machine++) this.simulation.after(exponential(this.world, shop.mtbf), Fail, machine)
  }

  /** What all machines together were down since the last call of `availabilityUntil`, up to their last change [µs]. */
  get downtime(): number {
    return this.world.downtime
  }

  /** Runs on until `time` and answers the mean share of working machines since the last call. */
  availabilityUntil(time: Instant): number {
    const from = this.simulation.now
    this.simulation.runUntil(time, Number.POSITIVE_INFINITY)
    count(this.simulation, 0)
    const downtime = this.world.downtime
    this.world.downtime = 0
    return 1 - downtime / (this.world.shop.machines * (time - from))
  }
}

/** The share of working machines in the long run, in closed form: the machine repairman, M/M/R//M. */
export function repairmanAvailability({ machines, crews, mtbf, mttr }: Shop): number {
  let weight = 1
  let total = 1
  let failed = 0
  for (let n = 1; n <= machines; n++) {
    weight *= ((machines - n + 1) * mttr) / (Math.min(n, crews) * mtbf)
    total += weight
    failed += n * weight
  }
  return 1 - failed / total / machines
}
