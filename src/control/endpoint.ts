import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { ServiceId } from '../cluster/objects.ts'
import { CONFLICT, NOT_FOUND } from '../cluster/status.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import type { Duration } from '../kernel/time.ts'
import { durationFlag, type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'
import { Answers } from './endpoint/answers.ts'
import { type MembershipRules, membershipRules } from './endpoint/membership.ts'
import { podsOfService, ServiceIndex } from './endpoint/services.ts'
import { capacityOf, endpointsDraft, sameSubset, subsetOf } from './endpoint/subset.ts'
import { podChanged, type ServiceQueue, serviceChanged } from './endpoint/triggers.ts'

export { convergeEndpoints } from './endpoint/converge.ts'

const SOURCE = 'pkg/controller/endpoint/config/v1alpha1/defaults.go, 1.20 … 1.36'
/** A Service whose sync fails more often in a row is dropped until something changes (maxRetries, endpoints_controller.go, 1.20 … 1.36). */
const MAX_RETRIES = 15

const endpointFlags = {
  'concurrent-endpoint-syncs': integerFlag(5, 'Services whose Endpoints are synced at once.', SOURCE),
  'endpoint-updates-batch-period': durationFlag(0 as Duration, 'Delay of Endpoints updates that Pods cause [0: none].', SOURCE),
  ...controllerManagerFlags,
} satisfies Flags

interface State extends ServiceQueue {
  readonly client: Client
  readonly answers: Answers
  readonly rules: MembershipRules
  readonly capacity: number
  /** The Endpoints object of each Service, as far as the cache has seen it. */
  readonly endpoints: Map<ServiceId, number>
}

const state = stateKey<State>('endpoint')
const at = (run: Run): State => stateOf(run.world, state)

const SyncService: Kind<ServiceId> = { name: 'endpoint/sync', on: sync }
const Due: Kind<ServiceId> = { name: 'endpoint/due', on: (run, id) => at(run).queue.arrive(run, id) }
const Written: Kind<ServiceId> = { name: 'endpoint/written', on: (run, id, answer) => at(run).answers.send(run, id, answer) }
const Answered: Kind<ServiceId> = { name: 'endpoint/answered', on: answered }

function answered(run: Run, id: ServiceId, incarnation: number): void {
  const answer = at(run).answers.take(id, incarnation)
  if (answer !== null) written(run, id, answer)
}

function sync(run: Run, id: ServiceId): void {
  const { client, rules, capacity, endpoints } = at(run)
  const { cache } = client.process
  const service = cache.get('Service', id)
  const current = cache.get('Endpoints', endpoints.get(id) ?? -1)
  if (service === undefined) {
    if (current === undefined) written(run, id, 0)
    else run.world.api.delete(run, client, current, Written, id)
    return
  }
  if (Object.keys(service.selector).length === 0) {
    written(run, id, 0)
    return
  }
  const subset = subsetOf(podsOfService(cache, service), service, rules, capacity)
  if (current === undefined) run.world.api.create(run, client, 'Endpoints', endpointsDraft(service, subset), Written, id)
  else if (sameSubset(current, subset)) written(run, id, 0)
  else run.world.api.update(run, client, current, subset, current.resourceVersion, Written, id)
}

function written(run: Run, id: ServiceId, answer: number): void {
  const { client, queue } = at(run)
  const service = client.process.cache.get('Service', id)
  if (answer >= 0 || (answer === NOT_FOUND && service === undefined)) queue.forget(id)
  else {
    if (service !== undefined) {
      const { namespace, name } = service
      const why = answer === CONFLICT ? `: Operation cannot be fulfilled on endpoints "${name}": the object has been modified` : ''
      const message = `Failed to update endpoint ${namespace}/${name}${why}`
      client.notice(run, `endpoints/${namespace}/${name}`, 'FailedToUpdateEndpoint', message)
    }
    if (queue.retries(id) < MAX_RETRIES) queue.addRateLimited(run, id)
    else queue.forget(id)
  }
  queue.done(run, id)
}

/** Keeps the Endpoints object of every Service with a selector: pkg/controller/endpoint/endpoints_controller.go (1.20 … 1.36). */
export const endpoint = {
  name: 'endpoint',
  doc: 'Lists the addresses of the Pods that each Service selects, ready and not ready, in its Endpoints object.',
  process: 'kube-controller-manager',
  flags: endpointFlags,
  watches: {
    Pod: (run, process, change) => podChanged(run, process, at(run), change),
    Service: (run, _process, change) => serviceChanged(run, at(run), change),
    Endpoints(run, _process, { before, after }) {
      const { endpoints } = at(run)
      if (after !== undefined) endpoints.set(after.service, after.id)
      else if (before !== undefined && endpoints.get(before.service) === before.id) endpoints.delete(before.service)
    },
  },
  start(run, process) {
    const { api, profile, scenario } = run.world
    const flags = resolveFlags(endpointFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const keyOf = (_run: Run, id: ServiceId): string => process.cache.get('Service', id)?.key ?? ''
    const row: State = {
      client: new Client(api.clients, process, 'endpoint-controller', flags['kube-api-qps'], flags['kube-api-burst']),
      queue: new WorkQueue('endpoint', flags['concurrent-endpoint-syncs'], SyncService, Due, keyOf),
      answers: new Answers(process, Answered),
      services: new ServiceIndex(),
      batchPeriod: flags['endpoint-updates-batch-period'],
      rules: membershipRules(profile.minor),
      capacity: capacityOf(profile.minor),
      endpoints: new Map(),
    }
    setState(run.world, state, row)
    for (const endpoints of process.cache.all('Endpoints')) row.endpoints.set(endpoints.service, endpoints.id)
    for (const service of process.cache.all('Service')) {
      row.services.put(undefined, service)
      row.queue.add(run, service.id as ServiceId)
    }
  },
  stop: (run) => at(run).queue.stop(run),
} satisfies Component
