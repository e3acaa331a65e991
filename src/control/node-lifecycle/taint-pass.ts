import type { MachineId } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { type Instant, NEVER } from '../../kernel/time.ts'
import { deletePods } from './delete-pods.ts'
import { type NodeLifecycle, nodeLifecycleState, type Zone } from './state.ts'
import { CHANGED, changeTaints } from './taint-change.ts'
import { hasTaint, NOT_READY, UNREACHABLE } from './taints.ts'

/** From the end of one pass to the next (scheduler.NodeEvictionPeriod with wait.Until, 1.20 … 1.36) [µs]. */
export const PASS_PERIOD = 100_000

/**
 * Makes the first pass that could serve somebody an event. To be called by everything that makes passes matter: a Node was queued, a limiter was
 * swapped, a pass has ended. A pass with nobody to serve changes nothing: limiters are the same however often they are asked.
 */
export function schedulePass(run: Run): void {
  const state = stateOf(run.world, nodeLifecycleState)
  if (state.passing) return
  let due = NEVER
  for (const { queue } of state.zones.values()) due = Math.min(due, queue.due(run.now)) as Instant
  if (due === NEVER) return
  if (due <= run.now + 1) state.pass.want(run, 0)
  else if (due < state.passDue) {
    state.passDue = due
    run.released('bucket')
    run.at((due - 1) as Instant, PassDue, 0)
  }
}

/** A zone's next token is there with the next instant. */
const PassDue: Kind = {
  name: 'node-lifecycle/pass-due',
  on(run) {
    const state = stateOf(run.world, nodeLifecycleState)
    if (!state.process.up) return
    state.passDue = NEVER
    schedulePass(run)
  },
}

/** doNoExecuteTaintingPass: zone after zone, as many Nodes as its limiter admits. node_lifecycle_controller.go (1.20 … 1.36). */
export const TaintPass: Kind = {
  name: 'node-lifecycle/taint-pass',
  on(run) {
    const state = stateOf(run.world, nodeLifecycleState)
    state.passZones = [...state.zones.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    if (serveZones(run, state)) schedulePass(run)
    else {
      state.passing = true
      state.pass.stop(run, 0)
    }
  },
}

/** Serves until a call must be waited for; answers whether the pass has ended. */
function serveZones(run: Run, state: NodeLifecycle): boolean {
  for (let name = state.passZones[0]; name !== undefined; name = state.passZones[0]) {
    const zone = state.zones.get(name)
    if (zone !== undefined && serveZone(run, state, zone)) return false
    state.passZones.shift()
  }
  return true
}

/** Answers whether a call must be waited for. rate_limited_queue.go:Try. */
function serveZone(run: Run, state: NodeLifecycle, { queue }: Zone): boolean {
  for (let machine = queue.head; machine !== undefined; machine = queue.head) {
    if (!queue.tryAccept(run.now)) return false
    const node = state.process.cache.get('Node', machine)
    if (!state.taintManager) {
      if (deletePods(run, state, machine, NodeTainted, machine)) return true
      state.evicted.add(machine)
    } else if (node !== undefined && (node.ready === 'False' || node.ready === 'Unknown')) {
      const [add, remove] = node.ready === 'False' ? [NOT_READY, UNREACHABLE] : [UNREACHABLE, NOT_READY]
      return changeTaints(run, node, 'NoExecute', [add], hasTaint(node.taints, remove, 'NoExecute') ? [remove] : [], NodeTainted, machine)
    }
    queue.served(machine)
  }
  return false
}

/** The Node at the head is tainted or, without the taint manager, its Pods are deleted; or that failed. */
const NodeTainted: Kind<MachineId> = {
  name: 'node-lifecycle/node-tainted',
  on(run, machine, outcome) {
    const state = stateOf(run.world, nodeLifecycleState)
    const queue = state.zones.get(state.passZones[0] as string)?.queue
    if (outcome === CHANGED) queue?.served(machine)
    else queue?.postpone(machine)
    if (outcome === CHANGED && !state.taintManager) state.evicted.add(machine)
    if (!serveZones(run, state)) return
    state.passing = false
    state.pass.start(run, 0, (run.now + PASS_PERIOD) as Instant)
    schedulePass(run)
    state.passEnded(run, state)
  },
}
