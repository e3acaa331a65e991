import { z } from 'zod'
import { exitContainer } from './container-crash.ts'
import type { Fault } from './fault.ts'

/** Exit code of a process killed with SIGKILL. */
const SIGKILLED = 137

/** The kernel kills a container that has used up its memory limit; its kubelet restarts it with back-off. */
export const oomKill: Fault = {
  name: 'oom-kill',
  doc: 'The kernel kills a container for its memory limit (exit code 137, OOMKilled): its kubelet restarts it, with back-off.',
  victim: 'container',
  lasting: false,
  parameters: () => z.strictObject({}),
  begin: (run, target) => exitContainer(run, target, SIGKILLED, 'OOMKilled'),
}
