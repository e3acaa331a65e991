import { type Instant, seconds } from '../kernel/time.ts'
import { Client } from './client.ts'
import { commitDelete } from './deletion.ts'
import { type DisruptionBudgetStatus, disrupted, type Pod, type PodDisruptionBudget } from './objects.ts'
import { Rows } from './rows.ts'
import { selectorMatches } from './selectors.ts'
import { CONFLICT, SERVER_ERROR, TOO_MANY_REQUESTS } from './status.ts'
import { timestamp } from './timestamp.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from './world.ts'

/**
 * How often the server tries to write down an eviction that meets a conflict, and how far apart (EvictionsRetry, eviction.go, 1.20 … 1.36).
 */
const TRIES = 20
const PAUSE_US = 500_000
const PAUSE_JITTER = 0.1
/** Retry-After of an answer that says so, and how often client-go tries again (client-go rest/request.go, 1.20 … 1.36). */
const RETRY_AFTER = seconds(10)
const RESENDS = 10
const LOOPBACK = 'eviction'
/** From when on evicted Pods carry the condition DisruptionTarget (gate PodDisruptionConditions). */
const MARKED_SINCE = 26

/**
 * What an eviction of a Pod comes to, for what its budget says: it is deleted, it costs one disruption, or it is refused; `later`: come
 * back in 10 s.
 */
export type Verdict = 'delete' | 'delete as it is' | 'decrement' | 'too many requests' | 'later' | 'error'

type Budget = Pick<PodDisruptionBudget, 'generation' | 'status' | 'unhealthyPodEvictionPolicy'>

/**
 * The Eviction API: a Pod that does not run goes at once; a running one that is not ready costs nothing while its budget is met (or always,
 * under AlwaysAllow), unless it changes meanwhile; any other costs one of the disruptions that its budget allows.
 * pkg/registry/core/pod/storage/eviction.go:Create, checkAndDecrement (1.20 … 1.36); kubernetes-semantics §6.7.
 */
export function judge(pod: Pick<Pod, 'phase' | 'ready' | 'deletionTimestamp'>, budgets: readonly Budget[]): Verdict {
  if (pod.phase !== 'Running' || pod.deletionTimestamp !== null || budgets.length === 0) return 'delete'
  const [budget] = budgets
  if (budget === undefined || budgets.length > 1) return 'error'
  const { status, generation, unhealthyPodEvictionPolicy } = budget
  const met = status.desiredHealthy > 0 && status.currentHealthy >= status.desiredHealthy
  if (!pod.ready && (met || unhealthyPodEvictionPolicy === 'AlwaysAllow')) return 'delete as it is'
  if (status.observedGeneration < generation) return 'later'
  return status.disruptionsAllowed > 0 ? 'decrement' : 'too many requests'
}

/** The status of a budget after one more Pod may go. API timestamps have whole seconds. */
export const decremented = (status: DisruptionBudgetStatus, pod: string, now: Instant): DisruptionBudgetStatus => ({
  ...status,
  disruptionsAllowed: status.disruptionsAllowed - 1,
  disruptedPods: { ...status.disruptedPods, [pod]: timestamp(now) },
})

/** An eviction that a budget has a say in, under way in the server. */
interface Eviction {
  readonly client: Client
  readonly pod: Pod
  readonly graceSeconds: number
  readonly reply: Kind<never>
  readonly subject: number
  tries: number
  resends: number
}

const evictionState = stateKey<Rows<Eviction>>('eviction')

function underWay(run: Run): Rows<Eviction> {
  if (!run.world.states.has(evictionState.name)) setState(run.world, evictionState, new Rows<Eviction>())
  return stateOf(run.world, evictionState)
}

/** The budgets that select a Pod. */
export const budgetsOf = (run: Run, { namespace, labels }: Pod): PodDisruptionBudget[] =>
  [...run.world.store.tables.PodDisruptionBudget].filter((each) => each.namespace === namespace && selectorMatches(each.selector, labels))

/**
 * POST pods/eviction: a DELETE that 429 answers when a PodDisruptionBudget forbids it. Where there is one, the server reads the Pod and its
 * budget, writes down in the budget that the Pod may go, then deletes it.
 */
export function requestEviction(run: Run, client: Client, pod: Pod, reply: Kind<never>, subject: number, graceSeconds: number): void {
  if (budgetsOf(run, pod).length === 0) run.world.api.evict(run, client, pod, reply, subject, graceSeconds)
  else {
    const slot = underWay(run).add({ client: loopbackOf(run, client), pod, graceSeconds, reply, subject, tries: 0, resends: 0 })
    run.world.api.get(run, client, pod, PodRead, slot)
  }
}

/** What the server calls itself with on behalf of a client: it costs that client nothing. */
function loopbackOf(run: Run, client: Client): Client {
  if (client.bucket.qps === Number.POSITIVE_INFINITY) return client
  const { process } = client
  return process.clients.get(LOOPBACK) ?? new Client(run.world.api.clients, process, LOOPBACK, Number.POSITIVE_INFINITY, 1)
}

const PodRead: Kind = {
  name: 'eviction/pod-read',
  on(run, slot, answer) {
    const row = underWay(run).at(slot)
    const pod = run.world.store.pods.get(row.pod.id)
    if (answer < 0 || pod === undefined) end(run, slot, answer)
    else check(run, slot, row, pod, budgetsOf(run, pod))
  },
}

function check(run: Run, slot: number, row: Eviction, pod: Pod, budgets: readonly PodDisruptionBudget[]): void {
  const { client, graceSeconds } = row
  const [budget] = budgets
  const verdict = judge(pod, budgets)
  if (verdict === 'decrement' && budget !== undefined) {
    row.tries++
    const status = decremented(budget.status, pod.name, run.now)
    run.world.api.update(run, client, budget, { status }, budget.resourceVersion, BudgetWritten, slot)
  } else if (verdict === 'delete') run.world.api.evict(run, client, pod, Deleted, slot, graceSeconds)
  else if (verdict === 'delete as it is') run.world.api.evict(run, client, pod, Deleted, slot, graceSeconds, pod.resourceVersion)
  else if (verdict === 'later') tryLater(run, slot, row, TOO_MANY_REQUESTS)
  else end(run, slot, verdict === 'error' ? SERVER_ERROR : TOO_MANY_REQUESTS)
}

/** The budget says that the Pod may go; after a conflict it is read afresh, half a second later. */
const BudgetWritten: Kind = {
  name: 'eviction/budget-written',
  on(run, slot, answer) {
    const row = underWay(run).at(slot)
    const { client, pod, graceSeconds, tries } = row
    if (answer >= 0) run.world.api.evict(run, client, pod, Deleted, slot, graceSeconds)
    else if (answer !== CONFLICT) end(run, slot, answer)
    else if (tries < TRIES) {
      const jitter = 1 + PAUSE_JITTER * run.random.draw('eviction-retry', pod.key, row.resends * TRIES + tries)
      run.after(Math.round(PAUSE_US * jitter), ReadBudget, slot)
    } else tryLater(run, slot, row, SERVER_ERROR)
  },
}

const ReadBudget: Kind = {
  name: 'eviction/read-budget',
  on(run, slot) {
    const { client, pod } = underWay(run).at(slot)
    const [budget] = budgetsOf(run, pod)
    if (budget === undefined) run.world.api.get(run, client, pod, PodRead, slot)
    else run.world.api.get(run, client, budget, BudgetRead, slot)
  },
}

const BudgetRead: Kind = {
  name: 'eviction/budget-read',
  on(run, slot, answer) {
    const row = underWay(run).at(slot)
    if (answer < 0) end(run, slot, answer)
    else check(run, slot, row, row.pod, budgetsOf(run, row.pod))
  },
}

/** The answer asks the client to come back: it does, ten times. */
function tryLater(run: Run, slot: number, row: Eviction, status: number): void {
  if (row.resends >= RESENDS) {
    end(run, slot, status)
    return
  }
  row.resends++
  row.tries = 0
  run.after(RETRY_AFTER, Resend, slot)
}

const Resend: Kind = {
  name: 'eviction/resend',
  on(run, slot) {
    const { client, pod } = underWay(run).at(slot)
    run.world.api.get(run, client, pod, PodRead, slot)
  },
}

/** The Pod is deleted; one that was to be so as it was, and has changed, may be evicted again. */
const Deleted: Kind = {
  name: 'eviction/deleted',
  on: (run, slot, answer) => end(run, slot, answer === CONFLICT ? TOO_MANY_REQUESTS : answer),
}

function end(run: Run, slot: number, answer: number): void {
  const { reply, subject } = underWay(run).take(slot)
  reply.on(run, subject as never, answer)
}

/**
 * Carries out the deletion that an eviction comes to; `resourceVersion` ≠ 0 must still be the Pod's. Answers its id or minus an HTTP
 * status.
 */
export function commitEviction(run: Run, pod: Pod, graceSeconds: number, resourceVersion: number): number {
  if (resourceVersion !== 0 && pod.resourceVersion !== resourceVersion) return CONFLICT
  const marked = run.world.profile.minor >= MARKED_SINCE && pod.owner?.kind === 'Job'
  return commitDelete(run, marked ? run.world.store.update(run, pod, disrupted(pod)) : pod, graceSeconds)
}
