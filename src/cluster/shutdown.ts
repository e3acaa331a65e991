import type { MachineId } from './objects.ts'
import type { TruthListener } from './truth.ts'
import type { Kind, Run } from './world.ts'

/** What follows when a machine has shut down: it is without power, or gone with its disk. */
export type Ending = 'off' | 'gone'

/** A machine that goes down in good order. */
export interface Shutdown {
  /** What each who asked for it wants to follow. */
  readonly endings: Ending[]
  /** Nobody delays it any more. */
  proceeds: boolean
}

/**
 * Tells a machine to shut down, as `systemctl reboot` or a power button does: whoever holds an inhibitor lock (the kubelet) first does what
 * it must. After `within` [µs] it is off all the same. A machine that is down already is only counted.
 */
export function shutDown(run: Run, id: MachineId, ending: Ending, within: number): void {
  const machine = run.world.truth.machine(id)
  if (!machine.up) {
    end(run, id, ending)
    return
  }
  const shutdown = machine.shutdown
  if (shutdown === null) begin(run, id, ending)
  else shutdown.endings.push(ending)
  if (within < Number.POSITIVE_INFINITY) run.after(Math.max(1, within), PowerCut, id, machine.bootID)
}

function begin(run: Run, id: MachineId, ending: Ending): void {
  const { truth } = run.world
  if (!truth.listeners.includes(afterwards)) truth.listeners.push(afterwards)
  truth.machine(id).shutdown = { endings: [ending], proceeds: false }
  const delays = truth.listeners.map((listener) => listener.shutsDown?.(run, id) === true)
  if (!delays.includes(true)) proceed(run, id)
}

/** The last inhibitor lock is released: services are stopped, and the machine is off. */
export function proceed(run: Run, id: MachineId): void {
  const { latency, truth } = run.world
  const { shutdown, spec, bootID } = truth.machine(id)
  if (shutdown === null || shutdown.proceeds) return
  shutdown.proceeds = true
  run.after(Math.max(1, run.random.duration(latency.shutdown, 'shutdown', spec.name, bootID)), PowerCut, id, bootID)
}

/** Nothing keeps the machine up any more, unless it has been down since. Detail: which boot. */
export const PowerCut: Kind<MachineId> = {
  name: 'machine/power-cut',
  on(run, id, bootID) {
    const { shutdown, bootID: current } = run.world.truth.machine(id)
    const ending = current === bootID ? shutdown?.endings.shift() : undefined
    if (ending !== undefined) end(run, id, ending)
  },
}

/** A machine that is down, by itself or by a power loss on its way, is so for everyone who had asked for it. */
const afterwards: TruthListener = {
  down(run, id) {
    const machine = run.world.truth.machine(id)
    const endings = machine.shutdown?.endings ?? []
    machine.shutdown = null
    for (const ending of endings) end(run, id, ending)
  },
  up() {},
  runtime() {},
}

function end(run: Run, id: MachineId, ending: Ending): void {
  const { truth } = run.world
  if (ending === 'off') truth.powerOff(run, id)
  else truth.terminate(run, id)
}
