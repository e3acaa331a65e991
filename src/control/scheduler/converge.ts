import type { MachineId, Pod, PodId } from '../../cluster/objects.ts'
import { type Run, setState } from '../../cluster/world.ts'
import { resolveFlags } from '../../scenario/flags.ts'
import { schedulePod } from './decide.ts'
import { fitError, type ReasonCounts } from './fit-error.ts'
import { schedulerFlags } from './flags.ts'
import { fillCluster, freshScheduling, isResponsible } from './setup.ts'
import { storeSource } from './source.ts'
import { leftovers, placement } from './state.ts'

/** A Pod that no node takes. */
export interface Unplaced {
  readonly pod: PodId
  /** As PodScheduled=False says it: `0/6 nodes are available: …`. */
  readonly message: string
  /** How many nodes there are, and how many take the Pod now. */
  readonly nodes: number
  readonly feasible: number
  /** How many nodes gave each reason. */
  readonly reasons: ReasonCounts
}

const scheduling = (run: Run) => {
  const { scenario, profile } = run.world
  const flags = resolveFlags(schedulerFlags, profile, scenario.cluster.flags['kube-scheduler'])
  return freshScheduling(fillCluster(storeSource(run.world), profile), flags.percentageOfNodesToScore)
}

const waiting = (run: Run): Pod[] =>
  [...run.world.store.pods].filter(isResponsible).sort((a, b) => b.spec.priority - a.spec.priority || a.id - b.id)

/**
 * Binds every Pod that waits at t = 0, in zero time: by priority, then in order of id, each with the decision the scheduler would make. What fits nowhere
 * stays Pending with its message, and is in the unschedulable queue when the scheduler starts. Answers those.
 */
export function convergePlacement(run: Run): readonly Unplaced[] {
  const state = scheduling(run)
  const { cluster } = state
  const unplaced: Unplaced[] = []
  const rejectors = new Map<number, number>()
  for (const pod of waiting(run)) {
    const { node, diagnosis } = schedulePod(state, cluster.view(pod), () => run.random.draw('scheduling-tie', pod.key, 0))
    if (diagnosis === null) {
      cluster.place(run.world.store.update<'Pod'>(run, pod, { node: node as MachineId, unschedulable: '' }), node)
      continue
    }
    const message = fitError(diagnosis.nodes, diagnosis.counts)
    rejectors.set(pod.id, diagnosis.rejectors)
    unplaced.push({ pod: pod.id as PodId, message, nodes: diagnosis.nodes, feasible: 0, reasons: diagnosis.counts })
    run.world.store.update<'Pod'>(run, pod, { unschedulable: message })
  }
  setState(run.world, leftovers, rejectors)
  setState(run.world, placement, cluster)
  return unplaced
}

/**
 * Every Pod of the store that waits for a node, with what each node says to it now: `feasible` 0 means that no node fits. Examines every node for
 * every such Pod: for reports. Changes nothing.
 */
export function unschedulableReasons(run: Run): readonly Unplaced[] {
  const state = scheduling(run)
  return waiting(run).map((pod) => {
    const { feasible, diagnosis } = schedulePod({ ...state, percentageOfNodesToScore: 100 }, state.cluster.view(pod), () => 0)
    const reasons = diagnosis?.counts ?? new Map<string, number>()
    return { pod: pod.id as PodId, message: pod.unschedulable, nodes: state.cluster.nodes.count, feasible, reasons }
  })
}
