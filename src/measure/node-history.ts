import type { MachineId, Node } from '../cluster/objects.ts'
import type { Occurrence } from '../cluster/observers.ts'
import type { Instant } from '../kernel/time.ts'
import { StageLog } from './stage.ts'

/** Whether Pods are being evicted from a Node. */
export const isTainted = (node: Node | undefined): boolean => node?.taints.some(({ effect }) => effect === 'NoExecute') ?? false

/** Nodes that are not ready or carry a NoExecute taint, and since when. */
export class NodeHistory {
  private readonly nodes = new Map<MachineId, { readonly unready: Instant | null; readonly tainted: Instant | null }>()

  /** A Node has changed, or is gone. */
  see(now: Instant, machine: MachineId, node: Node | undefined): void {
    const known = this.nodes.get(machine)
    const unready = node?.ready === 'True' ? null : (known?.unready ?? now)
    const tainted = isTainted(node) ? (known?.tainted ?? now) : null
    if (unready === null && tainted === null) this.nodes.delete(machine)
    else this.nodes.set(machine, { unready, tainted })
  }

  /**
   * What a replica that has been fine until now has waited for since the fault that will cost it its Pod hit its machine: the Node's way to
   * eviction, or just the blow where that comes later than the fault. Empty for faults that hit no machine.
   */
  recall({ time, machines, strikesLater }: Occurrence, machine: MachineId, now: Instant): StageLog {
    const log = new StageLog()
    if (time >= now || !machines.includes(machine)) return log
    log.enter(time, 'detect')
    if (strikesLater === true) return log
    const { unready, tainted } = this.nodes.get(machine) ?? { unready: null, tainted: null }
    if (unready !== null && unready > time) log.enter(unready, 'taint')
    if (tainted !== null && tainted > time && unready !== null) log.enter(tainted, 'tolerate')
    return log
  }
}
