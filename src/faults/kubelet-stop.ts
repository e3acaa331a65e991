import { z } from 'zod'
import type { Fault } from './fault.ts'

/** The kubelet of a machine stops, its containers do not; when the fault ends it starts again. */
export const kubeletStop: Fault = {
  name: 'kubelet-stop',
  doc: 'The kubelet stops: containers go on serving, but nothing probes, restarts or reports them. Its end starts it; that takes its time.',
  victim: 'machine',
  lasting: true,
  parameters: () => z.strictObject({}),
  begin: (run, target) => run.world.truth.stopKubelet(run, target.machine),
  end: (run, target) => run.world.truth.startKubelet(run, target.machine),
}
