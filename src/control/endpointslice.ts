import { NOT_FOUND } from '../cluster/api-server.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { EndpointSlice, Service, ServiceId } from '../cluster/objects.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import { seconds } from '../kernel/time.ts'
import { resolveFlags } from '../scenario/flags.ts'
import { Answers } from './endpoint/answers.ts'
import { type MembershipRules, membershipRules } from './endpoint/membership.ts'
import { podsOfService, ServiceIndex } from './endpoint/services.ts'
import { podChanged, type ServiceQueue, serviceChanged } from './endpoint/triggers.ts'
import { endpointSliceFlags } from './endpointslice/flags.ts'
import { desiredEndpoints } from './endpointslice/members.ts'
import { reconcileSlices } from './endpointslice/reconcile.ts'
import { type Step, stepsOf } from './endpointslice/steps.ts'
import { SliceTracker } from './endpointslice/tracker.ts'

/** maxRetries, defaultSyncBackOff, maxSyncBackOff: pkg/controller/endpointslice/endpointslice_controller.go (1.20 … 1.36). */
const MAX_RETRIES = 15
const BACKOFF = { base: seconds(1), max: seconds(100) }

/** The writes of one sync, carried out one after the other. */
interface Sync {
  readonly service: Service | null
  readonly steps: readonly Step[]
  next: number
  /** Repeated even if every write succeeds. */
  readonly again: boolean
}

interface State extends ServiceQueue {
  readonly client: Client
  readonly answers: Answers
  readonly rules: MembershipRules
  readonly most: number
  /** Skips a sync while the cache lacks the controller's own writes, instead of running into a conflict (PR #99345, in the last patches of 1.20, not in 1.20.2). */
  readonly tracks: boolean
  /** Leaves out Pods of missing Nodes and writes the rest, instead of failing at once (from 1.25, PR #110639). */
  readonly skipsMissingNodes: boolean
  readonly tracker: SliceTracker
  readonly syncs: Map<ServiceId, Sync>
  /** Slices of each Service, as far as the cache has seen them. */
  readonly slices: Map<ServiceId, Set<number>>
}

const state = stateKey<State>('endpointslice')
const at = (run: Run): State => stateOf(run.world, state)

const SyncService: Kind<ServiceId> = { name: 'endpointslice/sync', on: sync }
const Due: Kind<ServiceId> = { name: 'endpointslice/due', on: (run, id) => at(run).queue.arrive(run, id) }
const Written: Kind<ServiceId> = { name: 'endpointslice/written', on: (run, id, answer) => at(run).answers.send(run, id, answer) }
const Answered: Kind<ServiceId> = { name: 'endpointslice/answered', on: answered }

function answered(run: Run, id: ServiceId, incarnation: number): void {
  const answer = at(run).answers.take(id, incarnation)
  if (answer !== null) written(run, id, answer)
}

function slicesOf(run: Run, id: ServiceId): EndpointSlice[] {
  const { client, slices } = at(run)
  const ids = [...(slices.get(id) ?? [])].sort((a, b) => a - b)
  return ids.map((slice) => client.process.cache.get('EndpointSlice', slice) as EndpointSlice)
}

function sync(run: Run, id: ServiceId): void {
  const { client, rules, most, tracks, tracker, skipsMissingNodes } = at(run)
  const { cache } = client.process
  const service = cache.get('Service', id) ?? null
  const existing = slicesOf(run, id)
  if (service === null) {
    // The garbage collector deletes the slices of a Service that is gone; their controller stands in for it.
    const steps = existing.map((slice) => ({ do: 'remove' as const, slice }))
    begin(run, id, { service, steps, next: 0, again: false })
    return
  }
  if (Object.keys(service.selector).length === 0) {
    begin(run, id, { service, steps: [], next: 0, again: false })
    return
  }
  const { endpoints, nodeMissing } = desiredEndpoints(cache, podsOfService(cache, service), service, rules)
  if ((tracks && tracker.stale(id, cache)) || (nodeMissing && !skipsMissingNodes)) {
    finish(run, id, service, true)
    return
  }
  const steps = stepsOf(reconcileSlices(endpoints, existing, most), service, existing)
  begin(run, id, { service, steps, next: 0, again: nodeMissing })
}

function begin(run: Run, id: ServiceId, row: Sync): void {
  at(run).syncs.set(id, row)
  writeNext(run, id, row)
}

function writeNext(run: Run, id: ServiceId, { service, steps, next, again }: Sync): void {
  const { api } = run.world
  const { client } = at(run)
  const step = steps[next]
  if (step === undefined) finish(run, id, service, again)
  else if (step.do === 'create') api.create(run, client, 'EndpointSlice', step.draft, Written, id)
  else if (step.do === 'remove') api.delete(run, client, step.slice, Written, id)
  else api.update(run, client, step.slice, { endpoints: step.endpoints }, step.slice.resourceVersion, Written, id)
}

function written(run: Run, id: ServiceId, answer: number): void {
  const { syncs, tracker } = at(run)
  const row = syncs.get(id) as Sync
  const step = row.steps[row.next++] as Step
  if (answer < 0 && !(step.do === 'remove' && answer === NOT_FOUND)) {
    finish(run, id, row.service, true)
    return
  }
  if (step.do === 'remove') tracker.removed(id, step.slice.id)
  else tracker.wrote(id, answer, run.world.store.tables.EndpointSlice.get(answer)?.version ?? 0)
  writeNext(run, id, row)
}

function finish(run: Run, id: ServiceId, service: Service | null, failed: boolean): void {
  const { client, queue, syncs } = at(run)
  syncs.delete(id)
  if (failed && service !== null) {
    const message = `Error updating Endpoint Slices for Service ${service.namespace}/${service.name}`
    client.notice(run, service.key, 'FailedToUpdateEndpointSlices', message)
  }
  if (failed && queue.retries(id) < MAX_RETRIES) queue.addRateLimited(run, id)
  else queue.forget(id)
  queue.done(run, id)
}

/** Keeps the EndpointSlices of every Service with a selector: pkg/controller/endpointslice (1.20 … 1.36). */
export const endpointSlice = {
  name: 'endpointslice',
  doc: 'Spreads the endpoints of each Service over slices with the conditions ready, serving and terminating: what kube-proxy reads.',
  process: 'kube-controller-manager',
  flags: endpointSliceFlags,
  watches: {
    Node: () => {},
    Pod: (run, process, change) => podChanged(run, process, at(run), change),
    Service: (run, _process, change) => serviceChanged(run, at(run), change),
    EndpointSlice(run, _process, { before, after }) {
      const { slices } = at(run)
      if (after === undefined) {
        if (before !== undefined) slices.get(before.service)?.delete(before.id)
      } else if (before === undefined) remember(slices, after)
    },
  },
  start(run, process) {
    const { api, profile, scenario } = run.world
    const flags = resolveFlags(endpointSliceFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const keyOf = (_run: Run, id: ServiceId): string => process.cache.get('Service', id)?.key ?? ''
    const workers = flags['concurrent-service-endpoint-syncs']
    const row: State = {
      client: new Client(api.clients, process, 'endpointslice-controller', flags['kube-api-qps'], flags['kube-api-burst']),
      queue: new WorkQueue('endpointslice', workers, SyncService, Due, keyOf, BACKOFF),
      answers: new Answers(process, Answered),
      services: new ServiceIndex(),
      batchPeriod: flags['endpointslice-updates-batch-period'],
      rules: membershipRules(profile.minor),
      most: flags['max-endpoints-per-slice'],
      tracks: profile.patch !== 2,
      skipsMissingNodes: profile.minor >= 25,
      tracker: new SliceTracker(),
      syncs: new Map(),
      slices: new Map(),
    }
    setState(run.world, state, row)
    for (const slice of process.cache.all('EndpointSlice')) remember(row.slices, slice)
    for (const service of process.cache.all('Service')) {
      row.services.put(undefined, service)
      row.queue.add(run, service.id as ServiceId)
    }
  },
  stop: (run) => at(run).queue.stop(run),
} satisfies Component

function remember(slices: Map<ServiceId, Set<number>>, { service, id }: EndpointSlice): void {
  const ids = slices.get(service)
  if (ids === undefined) slices.set(service, new Set([id]))
  else ids.add(id)
}
