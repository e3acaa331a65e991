import { componentDown } from './component-down.ts'
import { componentSlow } from './component-slow.ts'
import { containerCrash } from './container-crash.ts'
import type { Fault } from './fault.ts'
import { kubeletStop } from './kubelet-stop.ts'
import { nodeCrash } from './node-crash.ts'
import { nodePartition } from './node-partition.ts'
import { nodePressure } from './node-pressure.ts'
import { nodeReboot } from './node-reboot.ts'
import { nodeSlow } from './node-slow.ts'
import { oomKill } from './oom-kill.ts'
import { pauseKill } from './pause-kill.ts'
import { podKill } from './pod-kill.ts'
import { readinessSlow } from './readiness-slow.ts'
import { registryOutage } from './registry-outage.ts'
import { registrySlow } from './registry-slow.ts'
import { runtimeHang } from './runtime-hang.ts'
import { spotReclaim } from './spot-reclaim.ts'
import { vmTerminate } from './vm-terminate.ts'

/** Every fault there is. */
export const faults: readonly Fault[] = [
  nodeCrash,
  nodeReboot as Fault,
  nodePartition,
  kubeletStop,
  podKill as Fault,
  containerCrash as Fault,
  oomKill,
  pauseKill,
  registryOutage,
  vmTerminate as Fault,
  nodeSlow as Fault,
  nodePressure as Fault,
  runtimeHang,
  readinessSlow as Fault,
  registrySlow as Fault,
  spotReclaim as Fault,
  componentDown as Fault,
  componentSlow as Fault,
]
