import type { QueueName } from '../src/kernel/queues.ts'
import { queues } from '../src/kernel/queues.ts'
import { Random } from '../src/kernel/random.ts'
import { type EventKind, Simulation } from '../src/kernel/simulation.ts'
import { type Instant, NEVER } from '../src/kernel/time.ts'
import { delays, WRAP } from './delays.ts'
import { MachineRepair, type Shop } from './machine-repair.ts'
import { cpuTime, type Timing, WARM_UP } from './timing.ts'

interface World {
  readonly table: Float64Array
  next: number
}

const Hold: EventKind<World> = {
  name: 'hold',
  on(run, subject) {
    run.after(run.world.table[run.world.next++ & WRAP] as number, Hold, subject)
  },
}

/** A simulation with `pending` events in its queue, each of which schedules another one when it is handled. */
export function holding(queue: QueueName, pending: number): Simulation<World> {
  const run = new Simulation<World>({ table: delays(), next: 0 }, new Random('hold', 0), queues[queue]())
  for (let subject = 0; subject < pending; subject++) Hold.on(run, subject, 0)
  return run
}

/** The hold model through the public kernel. */
export function holdKernel(queue: QueueName, pending: number, events: number): Timing {
  return timed(holding(queue, pending), events)
}

/** The machine-repair model through the public kernel. */
export function machineRepairKernel(queue: QueueName, shop: Shop, events: number): Timing {
  const model = new MachineRepair(shop, 'bench', queues[queue]())
  const { cpu, end } = timed(model.simulation, events)
  return { cpu, events, end: end + model.downtime }
}

/** Times `events` events of a run, after those that warm it up. */
function timed<World>(run: Simulation<World>, events: number): Timing {
  run.runUntil(NEVER, events * WARM_UP)
  const begin = cpuTime()
  run.runUntil(NEVER, events * WARM_UP + events)
  const cpu = cpuTime() - begin
  const end: Instant = run.now
  return { cpu, events, end }
}
