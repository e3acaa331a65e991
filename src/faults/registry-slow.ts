import { z } from 'zod'
import { kubeletsOf } from '../control/kubelet/state.ts'
import type { Fault } from './fault.ts'

const FACTOR = 10

/** The image registry is slow: pulls that begin meanwhile take longer. */
export const registrySlow: Fault<{ readonly factor?: number | undefined }> = {
  name: 'registry-slow',
  doc: 'The image registry is slow: pulls and image checks that begin meanwhile take `factor` times as long.',
  victim: 'cluster',
  lasting: true,
  parameters: () =>
    z.strictObject({ factor: z.number().min(1).max(10_000).optional().meta({ description: 'How many times as long; 10 when absent.' }) }),
  begin(run, _target, { factor }) {
    kubeletsOf(run.world).registrySlowness.push(factor ?? FACTOR)
  },
  end(run, _target, { factor }) {
    const { registrySlowness } = kubeletsOf(run.world)
    registrySlowness.splice(registrySlowness.indexOf(factor ?? FACTOR), 1)
  },
}
