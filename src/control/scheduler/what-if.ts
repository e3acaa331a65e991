import { isActive, type MachineId, type Node, type Pod, type PodId, type Taint, UNBOUND } from '../../cluster/objects.ts'
import { type Run, stateOf } from '../../cluster/world.ts'
import { resolveFlags } from '../../scenario/flags.ts'
import type { MachineSpec } from '../../scenario/scenario.ts'
import type { ClusterState } from './cluster-state.ts'
import { type Scheduling, schedulePod } from './decide.ts'
import { fitError } from './fit-error.ts'
import { schedulerFlags } from './flags.ts'
import { freshScheduling } from './setup.ts'
import { placement } from './state.ts'

/** A Pod that no node takes, and kube-scheduler's message. */
export interface Refused {
  /** `namespace/name`. */
  readonly pod: string
  readonly reason: string
}

/** What the loss of some machines leaves, once everything lost has been recreated. */
export interface Loss {
  /** Pods that were on them; static Pods and those of DaemonSets do not count: they have no other place. */
  readonly lost: number
  /** Of those, Pods without a controller: nobody recreates them. They are placed all the same. */
  readonly ownerless: number
  /** Of the lost, those that no node takes. */
  readonly refused: readonly Refused[]
}

/** Keeps Pods off a Node that does not answer: node_lifecycle_controller.go:taintKeyThroughMap, taints.go (1.20 … 1.36). */
const UNREACHABLE: readonly Taint[] = (['NoSchedule', 'NoExecute'] as const).map((effect) => ({
  key: 'node.kubernetes.io/unreachable',
  value: '',
  effect,
  timeAdded: null,
}))

/**
 * The cluster as its Pods are placed at t = 0, to ask what fits: the real scheduler's decision, in zero time and without a component running. Lost Nodes are what they are five
 * minutes after a crash: there, tainted, their Pods terminating; each Pod's replacement is placed by priority, then in order of id. Pods are not preempted. Every question
 * leaves the cluster as it was.
 */
export class Placement {
  /** Machines whose Nodes Pods are placed on, in order of id. */
  readonly machines: readonly MachineSpec[]
  /** Pods that fit nowhere as it is. */
  readonly waiting: readonly Refused[]
  private readonly run: Run
  private readonly cluster: ClusterState
  private readonly scheduling: Scheduling
  private readonly nodes: ReadonlyMap<string, Node>
  private next: number

  /** `run`: converged up to its placement. */
  constructor(run: Run) {
    const { world } = run
    this.run = run
    this.cluster = stateOf(world, placement) as ClusterState
    const flags = resolveFlags(schedulerFlags, world.profile, world.scenario.cluster.flags['kube-scheduler'])
    this.scheduling = freshScheduling(this.cluster, flags.percentageOfNodesToScore)
    const nodes = [...world.store.tables.Node]
    this.nodes = new Map(nodes.map((node) => [node.name, node]))
    this.machines = nodes.map(({ id }) => world.truth.machine(id).spec)
    const pods = [...world.store.pods]
    this.waiting = pods
      .filter((pod) => pod.node === UNBOUND && isActive(pod))
      .map((pod) => ({ pod: nameOf(pod), reason: pod.unschedulable }))
    this.next = pods.reduce((most, { id }) => Math.max(most, id), 0) + 1
  }

  /** Pods of a workload (`kind/namespace/name`, lower case) that are on a node. */
  placed(workload: string): number {
    return this.podsOf(workload).filter(({ node }) => node !== UNBOUND).length
  }

  /** Loses machines, by name; a name that has no Node loses nothing. */
  lose(machines: readonly string[]): Loss {
    const nodes = machines.flatMap((name) => this.nodes.get(name) ?? [])
    const gone = new Set<number>(nodes.map(({ id }) => id))
    const victims = nodes.flatMap(({ id }) =>
      [...(this.cluster.nodes.pods[id] ?? [])].map((pod) => this.cluster.placedPod(pod)?.pod as Pod),
    )
    const lost = victims.filter(isMovable).sort((a, b) => b.spec.priority - a.spec.priority || a.id - b.id)
    for (const node of nodes) this.cluster.putNode({ ...node, ready: 'Unknown', taints: [...node.taints, ...UNREACHABLE] })
    for (const pod of victims) this.cluster.refresh({ ...pod, deletionTimestamp: this.run.now }, this.cluster.nodeOf(pod.id))
    const refused: Refused[] = []
    const replacements: number[] = []
    this.scheduling.search.nextStartIndex = 0
    for (const pod of lost) {
      const replacement = this.copy(pod, replacements.length)
      const { node, reason } = this.decide(replacement)
      if (node >= 0) {
        this.cluster.place(replacement, node)
        replacements.push(replacement.id)
      }
      if (node < 0) refused.push({ pod: nameOf(pod), reason })
      else if (gone.has(node)) refused.push({ pod: nameOf(pod), reason: 'it tolerates every taint, so a lost Node takes it' })
    }
    for (const id of replacements) this.cluster.remove(id)
    for (const node of nodes) this.cluster.putNode(node)
    for (const pod of victims) this.cluster.refresh(pod, this.cluster.nodeOf(pod.id))
    return { lost: lost.length, ownerless: lost.filter(({ owner }) => owner === null).length, refused }
  }

  /** Adds one more Pod of a workload, for good; answers why no node takes it, or null. */
  add(workload: string): string | null {
    const [like] = this.podsOf(workload)
    if (like === undefined) return `there is no Pod of ${workload} to copy`
    const pod = this.copy(like, 0)
    this.scheduling.search.nextStartIndex = 0
    const { node, reason } = this.decide(pod)
    if (node < 0) return reason
    this.cluster.place(pod, node)
    this.next++
    return null
  }

  private podsOf(workload: string): Pod[] {
    const { store, workloads } = this.run.world
    return [...workloads.podsOf(workload)].flatMap((id: PodId) => store.pods.get(id) ?? [])
  }

  private copy(pod: Pod, ahead: number): Pod {
    const id = (this.next + ahead) as PodId
    return { ...pod, id, key: `${pod.key}+`, node: UNBOUND, deletionTimestamp: null }
  }

  private decide(pod: Pod): { readonly node: number; readonly reason: string } {
    const draw = () => this.run.random.draw('scheduling-tie', pod.key, 0)
    const { node, diagnosis } = schedulePod(this.scheduling, this.cluster.view(pod), draw)
    return { node: node as MachineId, reason: diagnosis === null ? '' : fitError(diagnosis.nodes, diagnosis.counts) }
  }
}

const nameOf = (pod: Pod): string => `${pod.namespace}/${pod.name}`

/** Static Pods and those of a DaemonSet belong to their Node. */
const isMovable = ({ mirror, owner }: Pod): boolean => !mirror && owner?.kind !== 'DaemonSet'
