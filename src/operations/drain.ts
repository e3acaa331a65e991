import { z } from 'zod'
import { requestEviction } from '../cluster/eviction.ts'
import { isTerminal, type Node, type Pod } from '../cluster/objects.ts'
import { NOT_FOUND, TOO_MANY_REQUESTS } from '../cluster/status.ts'
import { TokenBucket } from '../cluster/token-bucket.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import { type Instant, seconds } from '../kernel/time.ts'
import type { Operation } from './operation.ts'
import { operator } from './timetable.ts'

/** Pause after an eviction that a budget forbids, and between looks at a Pod that is to go (kubectl pkg/drain/drain.go, 1.20 … 1.36). */
const RETRY = seconds(5)
const POLL = seconds(1) as number
/**
 * What kubectl may send of each API group: a bucket for evictions, one for Nodes and Pods (client-go rest/config.go:DefaultQPS,
 * DefaultBurst, 1.20 … 1.36).
 */
const QPS = 5
const BURST = 10
/** kubectl has cordoned the Node and listed its Pods before it looks at one. */
const READ_BEFORE = 2
/** What the last line says of the Node (pkg/cmd/drain/drain.go:RunDrain). */
const DRAINED_SINCE = 21

interface Parameters {
  readonly 'grace-period'?: number | undefined
  readonly force: boolean
  readonly 'ignore-daemonsets': boolean
}

/** One kubectl. */
interface Drain {
  readonly node: Node
  readonly parameters: Parameters
  readonly evicts: TokenBucket
  readonly reads: TokenBucket
  /** Pods that it still evicts or waits for. */
  left: number
  failed: boolean
}

/** A Pod that is evicted, in a goroutine of its own; it is looked at each second from `since` on. */
interface Eviction {
  readonly drain: Drain
  readonly pod: Pod
  since: Instant | null
}

interface State {
  readonly drains: Drain[]
  readonly evictions: Eviction[]
}

const draining = stateKey<State>('drain')

function state(run: Run): State {
  if (!run.world.states.has(draining.name)) setState(run.world, draining, { drains: [], evictions: [] })
  return stateOf(run.world, draining)
}

const evictionOf = (run: Run, id: number): Eviction => state(run).evictions[id] as Eviction

const say = (run: Run, text: string): void => run.world.observers.kubectl(run, 'drain', 'output', text)

/** `kubectl drain --delete-emptydir-data`. */
export const drain: Operation<Parameters> = {
  name: 'drain',
  doc: 'Cordons a Node and evicts its Pods, as kubectl drain does: ten at once, then five a second, again after 5 s where a PodDisruptionBudget forbids it.',
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
    const evicts = new TokenBucket(QPS, BURST, run.now)
    drains.push({ node, parameters, evicts, reads: new TokenBucket(QPS, BURST, run.now, BURST - READ_BEFORE), left: 0, failed: false })
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
    const row = drains[id] as Drain
    const { node, parameters } = row
    if (answer < 0) {
      exit(run, 1)
      return
    }
    say(run, `node/${node.name} ${node.unschedulable ? 'already cordoned' : 'cordoned'}`)
    const pods = toEvict(run.world.store.podsOn(node.id), parameters)
    if (typeof pods === 'string') {
      run.world.observers.remark(run, `drain of ${node.name} at ${run.now / 1e6} s: ${pods}`)
      exit(run, 1)
      return
    }
    row.left = pods.length
    for (const pod of pods) request(run, evictions.push({ drain: row, pod, since: null }) - 1)
    if (pods.length === 0) finish(run, row)
  },
}

/** Goes on when kubectl may send the call. */
function paced(run: Run, bucket: TokenBucket, call: Kind, id: number): void {
  const sent = bucket.reserve(run.now)
  if (sent === run.now) call.on(run, id, 0)
  else run.at(sent, call, id)
}

function request(run: Run, id: number): void {
  const { drain: row, pod } = evictionOf(run, id)
  say(run, `evicting pod ${pod.namespace}/${pod.name}`)
  paced(run, row.evicts, Evict, id)
}

/** The eviction of a Pod is sent. */
export const Evict: Kind = {
  name: 'drain/evict',
  on(run, id) {
    const { drain: row, pod } = evictionOf(run, id)
    requestEviction(run, operator(run), pod, PodEvicted as Kind<never>, id, row.parameters['grace-period'] ?? -1)
  },
}

/** An eviction is answered: those a budget forbids are tried again, Pods that are to go are waited for. Any other failure ends it. */
export const PodEvicted: Kind = {
  name: 'drain/evicted',
  on(run, id, answer) {
    const { drain: row, pod } = evictionOf(run, id)
    if (answer >= 0) paced(run, row.reads, Look, id)
    else if (answer === TOO_MANY_REQUESTS) {
      say(
        run,
        `error when evicting pods/"${pod.name}" -n "${pod.namespace}" (will retry after 5s): Cannot evict pod as it would violate the pod's disruption budget.`,
      )
      run.after(RETRY, EvictAgain, id)
    } else done(run, row, answer === NOT_FOUND)
  },
}

/** Five seconds have passed since an eviction was refused. */
export const EvictAgain: Kind = { name: 'drain/evict-again', on: request }

/** kubectl looks whether the Pod is gone. */
export const Look: Kind = {
  name: 'drain/look',
  on: (run, id) => run.world.api.get(run, operator(run), evictionOf(run, id).pod, PodLooked, id),
}

/** kubectl has looked; without an answer it gives up. */
export const PodLooked: Kind = {
  name: 'drain/looked',
  on(run, id, answer) {
    const row = evictionOf(run, id)
    if (answer >= 0) {
      row.since ??= run.now
      run.at((row.since + POLL * (1 + Math.floor((run.now - row.since) / POLL))) as Instant, LookAgain, id)
      return
    }
    if (answer === NOT_FOUND) say(run, `pod/${row.pod.name} evicted`)
    done(run, row.drain, answer === NOT_FOUND)
  },
}

/** The ticker fires: another second has passed. */
export const LookAgain: Kind = { name: 'drain/look-again', on: (run, id) => paced(run, evictionOf(run, id).drain.reads, Look, id) }

function done(run: Run, row: Drain, well: boolean): void {
  row.left--
  if (!well) row.failed = true
  if (row.left === 0) finish(run, row)
}

function finish(run: Run, { node, failed }: Drain): void {
  if (!failed) say(run, `node/${node.name} ${run.world.profile.minor < DRAINED_SINCE ? 'evicted' : 'drained'}`)
  exit(run, failed ? 1 : 0)
}

const exit = (run: Run, code: number): void => run.world.observers.kubectl(run, 'drain', 'exit', `code=${code}`)
