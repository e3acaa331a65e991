import { z } from 'zod'
import type { Fault } from './fault.ts'

/** A machine loses power; when the fault ends it has power again and boots. */
export const nodeCrash: Fault = {
  name: 'node-crash',
  doc: 'The machine stops at once, as on power loss: containers die unannounced, the disk survives. Its end is power; boot comes on top.',
  victim: 'machine',
  lasting: true,
  parameters: () => z.strictObject({}),
  begin: (run, target) => run.world.truth.powerOff(run, target.machine),
  end: (run, target) => run.world.truth.powerOn(run, target.machine),
}
