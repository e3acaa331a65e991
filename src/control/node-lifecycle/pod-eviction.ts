import type { Kind, Run } from '../../cluster/world.ts'
import { deletePods } from './delete-pods.ts'
import type { Health } from './health.ts'
import type { Job, NodeLifecycle, Zone } from './state.ts'
import { schedulePass } from './taint-pass.ts'

/** How long a Node has been not ready, for --pod-eviction-timeout: since its transition when it says so itself, since its last heartbeat when it is silent. */
export const notReadySince = (observed: Job['observed'], health: Pick<Health, 'transition' | 'probe'>): number =>
  observed === 'False' ? health.transition : health.probe

/**
 * Without the taint manager, up to 1.26: Pods of a Node that is not ready for longer than --pod-eviction-timeout are deleted at the zone's rate; those that come later
 * at once. Answers whether calls must be waited for. node_lifecycle_controller.go:processNoTaintBaseEviction, evictPods (1.20 … 1.26).
 */
export function judgePodEviction<Subject extends number>(
  run: Run,
  state: NodeLifecycle,
  job: Job,
  reply: Kind<Subject>,
  subject: Subject,
): boolean {
  const { machine, node, observed } = job
  const { queue } = state.zones.get(node.zone) as Zone
  if (observed === 'True') {
    state.evicted.delete(machine)
    queue.remove(machine)
    return false
  }
  if (run.now <= notReadySince(observed, state.health[machine] as Health) + state.flags['pod-eviction-timeout']) return false
  if (state.evicted.has(machine)) return deletePods(run, state, machine, reply, subject)
  queue.mark(machine, true, false)
  schedulePass(run)
  return false
}
