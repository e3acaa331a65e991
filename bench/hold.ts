import type { QueueName } from '../src/kernel/queues.ts'
import { queues } from '../src/kernel/queues.ts'
import { Random } from '../src/kernel/random.ts'
import { type EventKind, Simulation } from '../src/kernel/simulation.ts'
import { NEVER } from '../src/kernel/time.ts'
import { delays, WRAP } from './delays.ts'
import { MachineRepair, type Shop } from './machine-repair.ts'
import { type Timing, timed } from './timing.ts'

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

const timedRun = <W>(run: Simulation<W>, events: number): number => timed(events, (some) => run.runUntil(NEVER, run.handled + some))

/** The hold model through the public kernel. */
export function holdKernel(queue: QueueName, pending: number, events: number): Timing {
  const run = holding(queue, pending)
  return { perEvent: timedRun(run, events), end: run.now }
}

/** The machine-repair model through the public kernel. */
export function machineRepairKernel(queue: QueueName, shop: Shop, events: number): Timing {
  const model = new MachineRepair(shop, 'bench', queues[queue]())
  const perEvent = timedRun(model.simulation, events)
  return { perEvent, end: model.simulation.now + model.downtime }
}
