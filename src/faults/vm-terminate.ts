import { z } from 'zod'
import type { Fault } from './fault.ts'

/** A virtual machine is terminated with its disk; when the fault ends, a new one takes its place. */
export const vmTerminate: Fault = {
  name: 'vm-terminate',
  doc: 'The machine is gone for good, disk and all. Its end, where `for` is given, is a new machine of the same name with an empty disk: boot comes on top.',
  victim: 'machine',
  lasting: true,
  parameters: () => z.strictObject({}),
  begin: (run, target) => run.world.truth.terminate(run, target.machine),
  end: (run, target) => run.world.truth.replace(run, target.machine),
}
