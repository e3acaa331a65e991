import { containerCrash } from './container-crash.ts'
import type { Fault } from './fault.ts'
import { kubeletStop } from './kubelet-stop.ts'
import { nodeCrash } from './node-crash.ts'
import { nodeReboot } from './node-reboot.ts'
import { pauseKill } from './pause-kill.ts'

/** Every fault there is. */
export const faults: readonly Fault[] = [nodeCrash, nodeReboot, kubeletStop, containerCrash as Fault, pauseKill]
