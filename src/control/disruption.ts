import { CONFLICT } from '../cluster/api-server.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import { sameValue } from '../cluster/equal.ts'
import type { DisruptionBudgetStatus, Pod, PodDisruptionBudget } from '../cluster/objects.ts'
import { selectorMatches } from '../cluster/selectors.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import { resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'
import { podsOf, scaleIn } from './disruption/pods.ts'
import { expectedPods, type Reckoning, reckon } from './disruption/status.ts'

export { convergeBudgets } from './disruption/converge.ts'

interface State {
  readonly client: Client
  readonly queue: WorkQueue
  /** Syncs whose status is being written: when to look again; null: not before something changes. `failsafe`: the count was impossible. */
  readonly writes: Map<number, Reckoning['recheck'] | 'failsafe'>
}

const disruptionState = stateKey<State>('disruption')
const at = (run: Run): State => stateOf(run.world, disruptionState)

/** The sync of one budget: a status that would not change is not written. disruption.go:sync (1.20 … 1.36). */
const Sync: Kind = {
  name: 'disruption/sync',
  on(run, id) {
    const { client } = at(run)
    const { cache } = client.process
    const budget = cache.get('PodDisruptionBudget', id)
    if (budget === undefined) {
      finish(run, id, false)
      return
    }
    const pods = podsOf(cache, budget)
    const expected = expectedPods(
      budget,
      pods,
      scaleIn((kind, one) => cache.get(kind, one)),
      run.world.profile.minor,
    )
    if (pods.length === 0) client.notice(run, budget.key, 'NoPods', 'No matching pods found')
    if (expected === null) {
      client.notice(run, budget.key, 'CalculateExpectedPodCountFailed', 'Failed to calculate the number of expected pods')
      write(run, budget, { ...budget.status, disruptionsAllowed: 0 }, 'failsafe')
      return
    }
    const { status, recheck } = reckon(budget, pods, expected, run.now)
    if (sameValue(status, budget.status)) settle(run, id, recheck)
    else write(run, budget, status, recheck)
  },
}

function write(run: Run, budget: PodDisruptionBudget, status: DisruptionBudgetStatus, then: Reckoning['recheck'] | 'failsafe'): void {
  const { client, writes } = at(run)
  writes.set(budget.id, then)
  run.world.api.update(run, client, budget, { status }, budget.resourceVersion, StatusWritten, budget.id)
}

/** A conflict means that an eviction came first: the budget is reckoned anew. After any other failure it allows nothing, for safety. */
const StatusWritten: Kind = {
  name: 'disruption/status-written',
  on(run, id, answer) {
    const { client, writes } = at(run)
    const then = writes.get(id) ?? null
    writes.delete(id)
    const budget = client.process.cache.get('PodDisruptionBudget', id)
    if (answer >= 0) settle(run, id, then === 'failsafe' ? null : then)
    else if (answer === CONFLICT || then === 'failsafe' || budget === undefined) finish(run, id, true)
    else write(run, budget, { ...budget.status, disruptionsAllowed: 0 }, 'failsafe')
  },
}

function settle(run: Run, id: number, recheck: Reckoning['recheck']): void {
  if (recheck !== null) at(run).queue.addAfter(run, id, recheck - run.now + 1)
  finish(run, id, false)
}

function finish(run: Run, id: number, failed: boolean): void {
  const { queue } = at(run)
  if (failed) queue.addRateLimited(run, id)
  else queue.forget(id)
  queue.done(run, id)
}

const SyncLater: Kind = { name: 'disruption/sync-later', on: (run, id) => at(run).queue.arrive(run, id) }

/** Of several budgets that select a Pod one is looked at: getPdbForPod. */
function podChanged(run: Run, pod: Pod): void {
  const { client, queue } = at(run)
  for (const { id, namespace, selector } of client.process.cache.all('PodDisruptionBudget')) {
    if (namespace !== pod.namespace || !selectorMatches(selector, pod.labels)) continue
    queue.add(run, id)
    return
  }
}

/** Keeps the status of PodDisruptionBudgets: pkg/controller/disruption (1.20 … 1.36); kubernetes-semantics §6.7. */
export const disruption: Component = {
  name: 'disruption',
  doc: 'Works out how many Pods each PodDisruptionBudget allows to be evicted.',
  process: 'kube-controller-manager',
  flags: controllerManagerFlags,
  watches: {
    PodDisruptionBudget: (run, _process, { before, after }) => at(run).queue.add(run, (after ?? (before as PodDisruptionBudget)).id),
    Pod: (run, _process, { before, after }) => podChanged(run, after ?? (before as Pod)),
  },
  start(run, process) {
    const { api, profile, scenario } = run.world
    const flags = resolveFlags(controllerManagerFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const keyOf = (_run: Run, id: number): string => process.cache.get('PodDisruptionBudget', id)?.key ?? ''
    const queue = new WorkQueue('disruption', 1, Sync, SyncLater, keyOf)
    const client = new Client(api.clients, process, 'disruption-controller', flags['kube-api-qps'], flags['kube-api-burst'])
    setState(run.world, disruptionState, { client, queue, writes: new Map() })
    for (const budget of process.cache.all('PodDisruptionBudget')) queue.add(run, budget.id)
  },
  stop: (run) => at(run).queue.stop(run),
}
