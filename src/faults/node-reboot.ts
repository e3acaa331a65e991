import { z } from 'zod'
import type { Duration } from '../kernel/time.ts'
import type { Fault } from './fault.ts'

/** A machine is reset: it goes down and boots at once, or when it has been off for as long as the fault lasts. */
export const nodeReboot: Fault = {
  name: 'node-reboot',
  doc: 'The machine is reset: containers die unannounced, the disk survives, boot follows at once, or after `for`.',
  victim: 'machine',
  lasting: true,
  shortest: 1 as Duration,
  parameters: () => z.strictObject({}),
  begin: (run, target) => run.world.truth.powerOff(run, target.machine),
  end: (run, target) => run.world.truth.powerOn(run, target.machine),
}
