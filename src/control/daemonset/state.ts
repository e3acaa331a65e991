import type { Cache } from '../../cluster/cache.ts'
import type { Client } from '../../cluster/client.ts'
import { type DaemonSet, type DaemonSetId, isTerminal, type MachineId, type Node, type Pod, UNBOUND } from '../../cluster/objects.ts'
import type { WorkQueue } from '../../cluster/work-queue.ts'
import { type Run, stateKey, stateOf } from '../../cluster/world.ts'
import type { BatchState } from '../pod-batch.ts'
import { type Claim, type ClaimRows, withClaims } from '../pod-claims.ts'
import type { Expectations } from '../replicaset/expectations.ts'
import type { FailedPodBackoff } from './backoff.ts'
import { type Fit, fitOf } from './fit.ts'
import type { NodeRow } from './plan.ts'
import type { DaemonFields } from './status.ts'
import { type DaemonTemplates, targetOf } from './template.ts'

/** One sync under way. */
export interface Sync {
  readonly set: DaemonSet
  /** Pods that this sync has taken over or let go, which the cache may not know yet. */
  readonly claims: readonly Claim[]
  /** Its steps: Pods that are missing or must go, then the rollout. */
  step: 'manage' | 'rollout' | 'status'
  failed: boolean
  fields: DaemonFields | null
  conflicts: number
}

/** Where the Pods of a DaemonSet belong, as far as it was worked out: Nodes by machine, and each answer for the version it is about. */
interface Fits {
  readonly template: DaemonSet['template']
  readonly nodes: (Node | undefined)[]
  readonly fits: Fit[]
}

/** The memory of the DaemonSet controller. */
export interface State {
  readonly client: Client
  readonly queue: WorkQueue<DaemonSetId>
  readonly expectations: Expectations
  readonly batches: BatchState
  readonly templates: DaemonTemplates
  readonly backoff: FailedPodBackoff
  readonly syncs: Map<number, Sync>
  readonly claims: ClaimRows
  readonly fits: Map<number, Fits>
}

/** The memory's name in the world. */
export const daemonSetState = stateKey<State>('daemonset')
/** The memory; it must have been set. */
export const at = (run: Run): State => stateOf(run.world, daemonSetState)

/** Whether the Pods of a DaemonSet belong on a Node. */
export function fitFor(state: Pick<State, 'templates' | 'fits'>, set: DaemonSet, node: Node): Fit {
  let known = state.fits.get(set.id)
  if (known === undefined || known.template !== set.template) {
    known = { template: set.template, nodes: [], fits: [] }
    state.fits.set(set.id, known)
  }
  if (known.nodes[node.id] !== node) {
    known.nodes[node.id] = node
    known.fits[node.id] = fitOf(state.templates.of(set).template.spec, node)
  }
  return known.fits[node.id] as Fit
}

/** From 1.28 a Pod that has ended and is being deleted is no longer looked at (getNodesToDaemonPods). */
const ENDED_LEFT_OUT_SINCE = 28

/** Every Node with the Pods that are for it, in order of machines; then Pods whose Node there is not, under none. */
export function rowsOf(
  state: Pick<State, 'templates' | 'fits'>,
  cache: Cache,
  { set, claims }: Pick<Sync, 'set' | 'claims'>,
  minor: number,
): NodeRow[] {
  const nodes = [...cache.all('Node')]
  const byName = new Map(nodes.map((node) => [node.name, node.id]))
  const byNode = new Map<MachineId, Pod[]>()
  const homeless: Pod[] = []
  const pods = [...cache.podsOfOwner('DaemonSet', set.id)].map((id) => cache.get('Pod', id) as Pod)
  for (const pod of claims.length === 0 ? pods : withClaims(pods, claims)) {
    if (minor >= ENDED_LEFT_OUT_SINCE && isTerminal(pod) && pod.deletionTimestamp !== null) continue
    const node = pod.node === UNBOUND ? byName.get(targetOf(pod) ?? '') : pod.node
    if (node === undefined || cache.get('Node', node) === undefined) homeless.push(pod)
    else byNode.set(node, [...(byNode.get(node) ?? []), pod])
  }
  const rows = nodes.map((node): NodeRow => ({ node, pods: byNode.get(node.id) ?? [], ...fitFor(state, set, node) }))
  return homeless.length === 0 ? rows : [...rows, { node: undefined, pods: homeless, shouldRun: false, shouldContinue: false }]
}
