import { z } from 'zod'
import { shutDown } from '../cluster/shutdown.ts'
import type { Duration } from '../kernel/time.ts'
import type { Fault } from './fault.ts'
import { type Graceful, gracefulField, isShuttingDown } from './graceful.ts'

interface Parameters extends Graceful {
  readonly within?: Duration | undefined
}

/** A virtual machine is terminated with its disk; when the fault ends, a new one takes its place. */
export const vmTerminate: Fault<Parameters> = {
  name: 'vm-terminate',
  doc: 'The machine is gone for good, disk and all; `graceful`: it shuts down first. Its end, where `for` is given, is a new machine of the same name with an empty disk: boot comes on top.',
  victim: 'machine',
  lasting: true,
  strikesLater: ({ graceful }) => graceful === true,
  pending: isShuttingDown,
  parameters: ({ duration }) =>
    z.strictObject({
      graceful: gracefulField,
      within: duration
        .optional()
        .meta({ description: 'With `graceful`: how long the provider waits for it; when absent, as long as it takes.' }),
    }) as never,
  begin(run, target, { graceful, within }) {
    if (graceful === true) shutDown(run, target.machine, 'gone', within ?? Number.POSITIVE_INFINITY)
    else run.world.truth.terminate(run, target.machine)
  },
  end: (run, target) => run.world.truth.replace(run, target.machine),
}
