import { z } from 'zod'
import type { Fault } from './fault.ts'

/** Exit code of a process killed with SIGKILL. */
const SIGKILLED = 137

/** The pause container, the root of the Pod, is killed: the kubelet restarts the whole Pod in a new sandbox with a new IP. */
export const pauseKill: Fault = {
  name: 'pause-kill',
  doc: 'The pause container (sandbox) of a Pod is killed, and all its containers with it; the Pod restarts in place with a new IP.',
  victim: 'pod',
  lasting: false,
  parameters: () => z.strictObject({}),
  begin(run, target) {
    const { truth } = run.world
    const sandbox = truth.sandbox(target.pod)
    if (sandbox === undefined || !sandbox.up) return
    truth.stopSandbox(run, sandbox, SIGKILLED)
  },
}
