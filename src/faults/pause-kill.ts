import { z } from 'zod'
import type { Fault } from './fault.ts'

/**
 * The pause container, the root of the Pod, is killed: its kubelet ends what still runs of the Pod and starts it in a new sandbox with a
 * new IP. Runtimes mark the sandbox as not ready and touch nothing else (containerd internal/cri/server/events.go:handleSandboxExit).
 */
export const pauseKill: Fault = {
  name: 'pause-kill',
  doc: 'The pause container (sandbox) of a Pod is killed; its kubelet ends the containers, each within its grace period, and restarts the Pod in place with a new IP.',
  victim: 'pod',
  lasting: false,
  parameters: () => z.strictObject({}),
  begin(run, target) {
    const { truth } = run.world
    const sandbox = truth.sandbox(target.pod)
    if (sandbox !== undefined) truth.killPause(run, sandbox)
  },
}
