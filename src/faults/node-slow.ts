import { z } from 'zod'
import { slowDown, speedUp } from '../cluster/machine-health.ts'
import type { Fault } from './fault.ts'

const FACTOR = 4

/** A machine is slow: what its kubelet and its applications begin takes longer. */
export const nodeSlow: Fault<{ readonly factor?: number | undefined }> = {
  name: 'node-slow',
  doc: 'The machine is slow, as with a failing disk or a noisy neighbour: volumes, sandboxes, starts, stops, clean-up and time to readiness take `factor` times as long if they begin meanwhile.',
  victim: 'machine',
  lasting: true,
  parameters: () =>
    z.strictObject({ factor: z.number().min(1).max(1000).optional().meta({ description: 'How many times as long; 4 when absent.' }) }),
  begin: (run, target, { factor }) => slowDown(run, target.machine, factor ?? FACTOR),
  end: (run, target, { factor }) => speedUp(run, target.machine, factor ?? FACTOR),
}
