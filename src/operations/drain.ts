import { z } from 'zod'
import { isTerminal, type Node, type Pod } from '../cluster/objects.ts'
import { TOO_MANY_REQUESTS } from '../cluster/status.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import { seconds } from '../kernel/time.ts'
import type { Operation } from './operation.ts'
import { operator } from './timetable.ts'

/** Pause after an eviction that a budget forbids, and between looks at a Pod that is to go (kubectl pkg/drain/drain.go, 1.20 … 1.36). */
const RETRY = seconds(5)
const POLL = seconds(1)

interface Parameters {
  readonly 'grace-period'?: number | undefined
  readonly force: boolean
  readonly 'ignore-daemonsets': boolean
}

interface State {
  /** Drains under way, and the Pods that they evict, each in a goroutine of its own. */
  readonly drains: { readonly node: Node; readonly parameters: Parameters }[]
  readonly evictions: { readonly pod: Pod; readonly grace: number }[]
}

const draining = stateKey<State>('drain')

function state(run: Run): State {
  if (!run.world.states.has(draining.name)) setState(run.world, draining, { drains: [], evictions: [] })
  return stateOf(run.world, draining)
}

/** `kubectl drain --delete-emptydir-data`. */
export const drain: Operation<Parameters> = {
  name: 'drain',
  doc: 'Cordons a Node and evicts its Pods, as kubectl drain does: all at once, again after 5 s where a PodDisruptionBudget forbids it.',
  of: ['node'],
  parameters: () =>
    z.strictObject({
      'grace-period': z.int().min(1).optional().meta({ description: 'Grace period [s] in place of the Pods’ own.' }),
      force: z.boolean().default(false).meta({ description: 'Evict Pods without a controller too; else they forbid the drain.' }),
      'ignore-daemonsets': z.boolean().default(false).meta({ description: 'Leave Pods of DaemonSets; else they forbid the drain.' }),
    }),
  send(run, client, object, parameters) {
    const node = object as Node
    const { drains } = state(run)
    drains.push({ node, parameters })
    run.world.api.update(run, client, node, { unschedulable: true }, 0, NodeCordoned, drains.length - 1, true)
  },
}

/** Which Pods of a Node are evicted, or why none is: mirrorPodFilter, unreplicatedFilter, daemonSetFilter (pkg/drain/filters.go). */
export function toEvict(
  pods: readonly Pod[],
  { force, 'ignore-daemonsets': ignores }: Pick<Parameters, 'force' | 'ignore-daemonsets'>,
): readonly Pod[] | string {
  const own = pods.filter(({ mirror }) => !mirror)
  const alive = own.filter((pod) => !isTerminal(pod))
  if (!force && alive.some((pod) => pod.owner === null)) return 'Pods without a controller forbid it (force: true)'
  const daemons = new Set(alive.filter(({ owner }) => owner?.kind === 'DaemonSet'))
  if (daemons.size > 0 && !ignores) return 'Pods of DaemonSets forbid it (ignore-daemonsets: true)'
  return own.filter((pod) => !daemons.has(pod))
}

/** The Node is cordoned: its Pods are evicted, in parallel. */
export const NodeCordoned: Kind = {
  name: 'drain/cordoned',
  on(run, id, answer) {
    const { drains, evictions } = state(run)
    const { node, parameters } = drains[id] as State['drains'][number]
    if (answer < 0) return
    const pods = toEvict(run.world.store.podsOn(node.id), parameters)
    if (typeof pods === 'string') {
      run.world.observers.remark(run, `drain of ${node.name} at ${run.now / 1e6} s: ${pods}`)
      return
    }
    for (const pod of pods) {
      evictions.push({ pod, grace: parameters['grace-period'] ?? -1 })
      evict(run, evictions.length - 1)
    }
  },
}

function evict(run: Run, id: number): void {
  const { pod, grace } = state(run).evictions[id] as State['evictions'][number]
  run.world.api.evict(run, operator(run), pod, PodEvicted, id, grace)
}

/** An eviction is answered: those a budget forbids are tried again, Pods that are to go are waited for. Any other failure ends it. */
export const PodEvicted: Kind = {
  name: 'drain/evicted',
  on(run, id, answer) {
    if (answer >= 0) look(run, id)
    else if (answer === TOO_MANY_REQUESTS) run.after(RETRY, EvictAgain, id)
  },
}

/** Five seconds have passed since an eviction was refused. */
export const EvictAgain: Kind = { name: 'drain/evict-again', on: (run, id) => evict(run, id) }

function look(run: Run, id: number): void {
  const { pod } = state(run).evictions[id] as State['evictions'][number]
  run.world.api.get(run, operator(run), pod, PodLooked, id)
}

/** kubectl has looked whether the Pod is gone; without an answer it gives up. */
export const PodLooked: Kind = {
  name: 'drain/looked',
  on(run, id, answer) {
    if (answer >= 0) run.after(POLL, LookAgain, id)
  },
}

/** A second has passed since the Pod was still there. */
export const LookAgain: Kind = { name: 'drain/look-again', on: (run, id) => look(run, id) }
