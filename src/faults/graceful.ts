import { z } from 'zod'
import type { MachineId } from '../cluster/objects.ts'
import type { Run } from '../cluster/world.ts'

/** A fault that may tell the machine before it takes it down. */
export interface Graceful {
  readonly graceful?: boolean | undefined
}

/** The field of a fault that may tell the machine first. */
export const gracefulField = z
  .boolean()
  .optional()
  .meta({ description: 'The machine is told to shut down: its kubelet may end its Pods first (`shutdownGracePeriod`). Absent: it is not.' })

/** Whether the machine is on its way down. */
export const isShuttingDown = (run: Run, target: { readonly machine: MachineId }): boolean =>
  run.world.truth.machine(target.machine).shutdown !== null
