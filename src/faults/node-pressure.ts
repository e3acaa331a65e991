import { z } from 'zod'
import type { Pressure, PressureResource } from '../cluster/machine.ts'
import { press, unpress } from '../cluster/machine-health.ts'
import type { MachineId } from '../cluster/objects.ts'
import { setState, stateKey, stateOf, type World } from '../cluster/world.ts'
import type { Fault } from './fault.ts'

interface Parameters {
  readonly resource?: PressureResource | undefined
  readonly pods?: number | undefined
}

/** Pressures under way by machine, oldest first. */
const state = stateKey<Map<MachineId, Pressure[]>>('node-pressure')

function pressuresOn(world: World, machine: MachineId): Pressure[] {
  if (!world.states.has(state.name)) setState(world, state, new Map())
  const known = stateOf(world, state).get(machine) ?? []
  stateOf(world, state).set(machine, known)
  return known
}

/** Something outside the Pods uses up memory, disk or process ids of a machine: its kubelet evicts Pods. */
export const nodePressure: Fault<Parameters> = {
  name: 'node-pressure',
  doc: 'The machine runs short of memory, disk or process ids, below the kubelet’s hard threshold: the kubelet evicts one Pod after the other, and the Node is tainted.',
  victim: 'machine',
  lasting: true,
  parameters: () =>
    z.strictObject({
      resource: z.enum(['memory', 'disk', 'pid']).optional().meta({ description: 'What is short: memory (when absent), disk or pid.' }),
      pods: z
        .int()
        .min(1)
        .optional()
        .meta({ description: 'So many Pods must go until it is relieved; when absent none relieves it, and it lasts to its end.' }),
    }),
  begin(run, target, { resource, pods }) {
    const pressure: Pressure = { resource: resource ?? 'memory', pods: pods ?? Number.POSITIVE_INFINITY }
    pressuresOn(run.world, target.machine).push(pressure)
    press(run, target.machine, pressure)
  },
  end(run, target) {
    const pressure = pressuresOn(run.world, target.machine).shift()
    if (pressure !== undefined) unpress(run, target.machine, pressure)
  },
}
