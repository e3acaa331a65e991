import { z } from 'zod'
import { freeRuntime, hangRuntime } from '../cluster/machine-health.ts'
import type { Fault } from './fault.ts'

/** The container runtime of a machine hangs: what runs goes on, and nothing is started, stopped or listed. */
export const runtimeHang: Fault = {
  name: 'runtime-hang',
  doc: 'The container runtime answers no list, start or stop: what runs goes on, nothing is restarted; after 3 min PLEG is unhealthy and the Node says it is not ready.',
  victim: 'machine',
  lasting: true,
  parameters: () => z.strictObject({}),
  begin: (run, target) => hangRuntime(run, target.machine),
  end: (run, target) => freeRuntime(run, target.machine),
}
