import { z } from 'zod'
import { shutDown } from '../cluster/shutdown.ts'
import type { Duration } from '../kernel/time.ts'
import type { Fault } from './fault.ts'
import { type Graceful, gracefulField, isShuttingDown } from './graceful.ts'

/** A machine is reset, or shut down in good order: it boots at once, or when it has been off for as long as the fault lasts. */
export const nodeReboot: Fault<Graceful> = {
  name: 'node-reboot',
  doc: 'The machine is reset: containers die unannounced, the disk survives, boot follows at once, or after `for`; `graceful`: it shuts down first, within the time of `for`.',
  victim: 'machine',
  lasting: true,
  shortest: 1 as Duration,
  strikesLater: ({ graceful }) => graceful === true,
  pending: isShuttingDown,
  parameters: () => z.strictObject({ graceful: gracefulField }),
  begin(run, target, { graceful }) {
    if (graceful === true) shutDown(run, target.machine, 'off', Number.POSITIVE_INFINITY)
    else run.world.truth.powerOff(run, target.machine)
  },
  end: (run, target) => run.world.truth.powerOn(run, target.machine),
}
