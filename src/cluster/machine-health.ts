import type { Machine, Pressure, PressureResource } from './machine.ts'
import type { MachineId } from './objects.ts'
import type { Run } from './world.ts'

/** How long something takes on this machine [µs] that takes `time` on a healthy one. */
export function slowed(run: Run, id: MachineId, time: number): number {
  const { slowness } = run.world.truth.machine(id)
  return slowness.length === 0 ? time : Math.round(slowness.reduce((product, factor) => product * factor, time))
}

/** What a machine does takes `factor` times as long, until `speedUp`. */
export function slowDown(run: Run, id: MachineId, factor: number): void {
  run.world.truth.machine(id).slowness.push(factor)
}

/** One slowness of that factor ends. */
export function speedUp(run: Run, id: MachineId, factor: number): void {
  const { slowness } = run.world.truth.machine(id)
  const index = slowness.indexOf(factor)
  if (index >= 0) slowness.splice(index, 1)
}

/** The container runtime of a machine answers no more; what it has started runs on. Counted. */
export function hangRuntime(run: Run, id: MachineId): void {
  const { truth } = run.world
  const machine = truth.machine(id)
  machine.hangs++
  if (machine.hangs === 1) for (const listener of truth.listeners) listener.hangs?.(run, id, 'begins')
}

/** One such fault ends; with the last, the runtime answers again. */
export function freeRuntime(run: Run, id: MachineId): void {
  const { truth } = run.world
  const machine = truth.machine(id)
  machine.hangs--
  if (machine.hangs === 0) for (const listener of truth.listeners) listener.hangs?.(run, id, 'ends')
}

/** A machine comes under pressure. */
export function press(run: Run, id: MachineId, pressure: Pressure): void {
  const { truth } = run.world
  truth.machine(id).pressures.push(pressure)
  for (const listener of truth.listeners) listener.pressed?.(run, id)
}

/** A pressure ends. */
export function unpress(run: Run, id: MachineId, pressure: Pressure): void {
  const { pressures } = run.world.truth.machine(id)
  const index = pressures.indexOf(pressure)
  if (index >= 0) pressures.splice(index, 1)
}

/** The resources of which a machine has less than its kubelet's hard threshold. */
export function pressedResources({ pressures }: Pick<Machine, 'pressures'>): readonly PressureResource[] {
  return (['memory', 'disk', 'pid'] as const).filter((resource) => pressures.some((each) => each.resource === resource && each.pods > 0))
}

/** A Pod has been evicted for the sake of this resource: one fewer must go. */
export function relieve(run: Run, id: MachineId, resource: PressureResource): void {
  const pressure = run.world.truth.machine(id).pressures.find((each) => each.resource === resource && each.pods > 0)
  if (pressure !== undefined) pressure.pods--
}
