import { NO_TICKET, type Ticket } from '../kernel/queue.ts'
import type { Instant } from '../kernel/time.ts'
import type { PodSpec } from '../scenario/specs.ts'
import { type ApiServerFlags, commitCreate } from './admission.ts'
import type { Client } from './client.ts'
import { failureTime, type ServerState } from './control-plane.ts'
import { commitDelete, type Propagation, removeIfReleased } from './deletion.ts'
import { sameValue } from './equal.ts'
import { commitEviction } from './eviction.ts'
import type { ApiObject, Draft, KindName, Kinds, MachineId, Pod } from './objects.ts'
import { UNBOUND } from './objects.ts'
import type { Process } from './process.ts'
import { workTime } from './slowness.ts'
import { CONFLICT, NOT_FOUND, TOO_MANY_REQUESTS, UNAVAILABLE } from './status.ts'
import type { Kind, Run } from './world.ts'

export { CONFLICT, NOT_FOUND } from './status.ts'

/** Retry-After of a rejected request, and how often client-go tries again (client-go rest/request.go, 1.20 … 1.36). */
const RETRY_AFTER_US = 1_000_000
const RETRIES = 10
/** What one write costs etcd, the serial resource behind all API servers [µs]: group commit lets about 10,000 writes a second through. */
const COMMIT_US = 100

type Verb = 'create' | 'update' | 'bind' | 'delete' | 'evict' | 'get'

/** One call under way: a row of a slot table, named by the event that commits it. */
class Request {
  readonly client: Client
  readonly incarnation: number
  readonly verb: Verb
  readonly kind: KindName
  /** The object called upon; −1 when it is to be created. */
  readonly id: number
  /** Stable identity of the object, for addressing the call's draws. */
  readonly key: string
  readonly reply: Kind<never> | null
  readonly subject: number
  /** update: the resourceVersion that must still be current, 0 for none; delete and evict: grace period in seconds, −1 for the object's own. */
  precondition = 0
  body: unknown = null
  specChanged = false
  retries = 0
  /** While it is in flight: the API server that has it, since when, until when. */
  server = 0
  sent = 0 as Instant
  due = 0 as Instant
  ticket: Ticket = NO_TICKET

  constructor(client: Client, verb: Verb, kind: KindName, id: number, key: string, reply: Kind<never> | null, subject: number) {
    this.client = client
    this.incarnation = client.process.incarnation
    this.verb = verb
    this.kind = kind
    this.id = id
    this.key = key
    this.reply = reply
    this.subject = subject
  }
}

/**
 * The API server as a station: seats for calls in flight, a latency draw per call, etcd's commits in series. A call is committed and answered in one event;
 * the reply runs at that instant with detail = the object's id, or minus an HTTP status. Calls of a process that has died since are answered to nobody.
 */
export class ApiServer {
  readonly clients: Client[] = []
  private readonly requests: (Request | undefined)[] = []
  private readonly freeSlots: number[] = []
  private readonly counts = new Map<string, number>()
  /** Calls of processes that do not reach the API server, in order. */
  private held: number[] = []
  /** Calls that wait for etcd to have a leader, and whether they were under way already. */
  private unled: { readonly slot: number; readonly sent: boolean }[] = []
  private inFlight = 0
  private etcdFree = 0
  readonly flags: ApiServerFlags
  /** Of each API server. */
  private readonly seats: number
  /** Specs as admission left them, by the spec of the template: Pods of one template share one. */
  readonly admittedSpecs = new Map<PodSpec, PodSpec>()

  constructor(flags: ApiServerFlags) {
    this.flags = flags
    this.seats = flags['max-requests-inflight'] + flags['max-mutating-requests-inflight']
  }

  /** POST. `draft.key` is the stable identity of what is created; the reply's detail is its id. */
  create<Name extends KindName, Subject extends number>(
    run: Run,
    client: Client,
    kind: Name,
    draft: Draft<Kinds[Name]>,
    reply: Kind<Subject> | null,
    subject: Subject,
  ): void {
    const request = new Request(client, 'create', kind, -1, draft.key, reply, subject)
    request.body = draft
    this.send(run, request)
  }

  /**
   * PUT or PATCH of `fields` over the newest version. `resourceVersion` ≠ 0 is a precondition (409 when it is no longer current); 0 is a PATCH without one.
   * `specChanged` counts the generation up.
   */
  update<Name extends KindName, Subject extends number>(
    run: Run,
    client: Client,
    object: Kinds[Name],
    fields: Partial<Kinds[Name]>,
    resourceVersion: number,
    reply: Kind<Subject> | null,
    subject: Subject,
    specChanged = false,
  ): void {
    const request = new Request(client, 'update', object.kind, object.id, object.key, reply, subject)
    request.precondition = resourceVersion
    request.body = fields
    request.specChanged = specChanged
    this.send(run, request)
  }

  /** POST pods/binding; 409 when the Pod is bound already or being deleted, 404 when it is gone. */
  bind<Subject extends number>(
    run: Run,
    client: Client,
    pod: Pod,
    machine: MachineId,
    reply: Kind<Subject> | null,
    subject: Subject,
  ): void {
    const request = new Request(client, 'bind', 'Pod', pod.id, pod.key, reply, subject)
    request.body = machine
    this.send(run, request)
  }

  /** DELETE with the object's own grace period, or `graceSeconds`. Ids are UIDs here, so the UID precondition is implied. */
  delete<Subject extends number>(
    run: Run,
    client: Client,
    object: ApiObject,
    reply: Kind<Subject> | null,
    subject: Subject,
    graceSeconds = -1,
    propagation: Propagation = 'background',
  ): void {
    const request = new Request(client, 'delete', object.kind, object.id, object.key, reply, subject)
    request.precondition = graceSeconds
    request.body = propagation
    this.send(run, request)
  }

  /** The DELETE at the end of an eviction (eviction.ts); `version` ≠ 0 is a resourceVersion that must still be the Pod's. */
  evict(run: Run, client: Client, pod: Pod, reply: Kind<never>, subject: number, graceSeconds: number, version = 0): void {
    const request = new Request(client, 'evict', 'Pod', pod.id, pod.key, reply, subject)
    request.precondition = graceSeconds
    request.body = version
    this.send(run, request)
  }

  /** GET: the handler of the reply reads `run.world.store`, which is current at that instant. */
  get<Subject extends number>(run: Run, client: Client, object: ApiObject, reply: Kind<Subject>, subject: Subject): void {
    this.send(run, new Request(client, 'get', object.kind, object.id, object.key, reply, subject))
  }

  /** The call in `slot` has its token and leaves the client, unless that has died while the call waited. */
  dispatch(run: Run, slot: number): void {
    const request = this.requests[slot] as Request
    if (request.client.process.incarnation !== request.incarnation) this.free(slot)
    else if (!request.client.process.connected) this.held.push(slot)
    else if (!run.world.controlPlane.healthy && this.obstructed(run, slot)) return
    else if (this.inFlight < this.seats * run.world.controlPlane.members) {
      this.inFlight++
      request.server = run.world.controlPlane.serverOf(run, request.client.process)
      request.sent = run.now
      request.due = this.answered(run, request)
      const patience = Math.min(this.flags['request-timeout'], request.client.timeout)
      if (request.due - run.now <= patience) request.ticket = run.at(request.due, AnswerCall, slot)
      else request.ticket = run.after(patience, TimeOutCall, slot)
    } else if (request.retries < RETRIES) {
      request.retries++
      run.after(RETRY_AFTER_US, RetryCall, slot)
    } else {
      this.free(slot)
      if (request.reply !== null) request.reply.on(run, request.subject as never, TOO_MANY_REQUESTS)
    }
  }

  /** A process reaches the API server again: its calls that could not be sent or answered are sent. */
  reconnected(run: Run, process: Process): void {
    const slots = this.held
    this.held = []
    for (const slot of slots) {
      if ((this.requests[slot] as Request).client.process === process) this.dispatch(run, slot)
      else this.held.push(slot)
    }
  }

  /** A rejected call asks its client for another token. */
  admit(run: Run, slot: number): void {
    const sent = (this.requests[slot] as Request).client.admit(run.now)
    if (sent === run.now) {
      this.dispatch(run, slot)
      return
    }
    run.released('bucket')
    run.at(sent, DispatchCall, slot)
  }

  /** The call in `slot` is carried out and answered. */
  answer(run: Run, slot: number): void {
    const request = this.requests[slot] as Request
    if (run.world.controlPlane.electing) {
      this.unled.push({ slot, sent: true })
      return
    }
    this.inFlight--
    request.ticket = NO_TICKET
    const { process } = request.client
    if (process.incarnation === request.incarnation && !process.connected) {
      this.held.push(slot)
      return
    }
    this.free(slot)
    if (process.incarnation !== request.incarnation) {
      if (process.machine === UNBOUND) commitUnheard(run, request, false)
      return
    }
    const status = commit(run, request)
    if (request.reply !== null) request.reply.on(run, request.subject as never, status)
  }

  /**
   * An API server answers no more: what its callers had under way has been carried out, or not, as far as it had come; they hear nothing of it. The instant at
   * which a call takes effect is anywhere between its begin and its answer.
   */
  lost(run: Run, member: number): void {
    for (const [slot, request] of this.requests.entries()) {
      if (request === undefined || request.ticket === NO_TICKET || request.server !== member) continue
      run.cancel(request.ticket)
      this.unled = this.unled.filter((each) => each.slot !== slot)
      request.ticket = NO_TICKET
      this.inFlight--
      const asked = request.client.process.incarnation === request.incarnation
      const { verb, sent, due } = request
      const entity = entityOf(request)
      const share = (run.now - sent) / (due - sent)
      const done = verb !== 'get' && run.random.draw('api-cut', entity, this.counts.get(entity) ?? 0) < share
      if (done) commitUnheard(run, request, asked)
      if (asked) this.fail(run, slot, run.world.controlPlane.state(member))
      else this.free(slot)
    }
  }

  /** A call has taken longer than the server or its caller allows: it is given up, and not carried out. */
  timedOut(run: Run, slot: number): void {
    ;(this.requests[slot] as Request).ticket = NO_TICKET
    this.inFlight--
    this.failed(run, slot)
  }

  /** etcd has a leader again, or has lost its majority for good: calls that waited for it go on. */
  elected(run: Run): void {
    const waiting = this.unled
    this.unled = []
    for (const { slot, sent } of waiting) {
      if (sent) this.answer(run, slot)
      else this.dispatch(run, slot)
    }
  }

  /** A call that nobody answered has ended for its caller. */
  failed(run: Run, slot: number): void {
    const { client, incarnation, verb, key, reply, subject } = this.requests[slot] as Request
    this.free(slot)
    if (client.process.incarnation !== incarnation) return
    if (client.process.program === 'operator') {
      run.world.observers.remark(run, `${verb} ${key} at ${run.now / 1e6} s failed: the API server did not answer`)
    }
    if (reply !== null) reply.on(run, subject as never, UNAVAILABLE)
  }

  /** Answers whether the state of the control plane keeps a call from being served now; it then fails, or waits. */
  private obstructed(run: Run, slot: number): boolean {
    const { controlPlane } = run.world
    const path = controlPlane.pathOf(run, (this.requests[slot] as Request).client.process)
    if (path !== 'serving') this.fail(run, slot, path)
    else if (controlPlane.electing) this.unled.push({ slot, sent: false })
    else return false
    return true
  }

  private fail(run: Run, slot: number, path: ServerState): void {
    run.released('outage')
    run.after(failureTime(path, (this.requests[slot] as Request).client.timeout), FailCall, slot)
  }

  private send(run: Run, request: Request): void {
    const slot = this.freeSlots.pop() ?? this.requests.length
    this.requests[slot] = request
    this.admit(run, slot)
  }

  private free(slot: number): void {
    this.requests[slot] = undefined
    this.freeSlots.push(slot)
  }

  private answered(run: Run, request: Request): Instant {
    const { verb } = request
    const entity = entityOf(request)
    const count = this.counts.get(entity) ?? 0
    this.counts.set(entity, count + 1)
    const reads = verb === 'get'
    const answered = run.now + Math.max(1, workTime(run, reads ? 'read' : 'write', reads ? 'api-get' : 'api-request', 'api', entity, count))
    if (reads) return answered as Instant
    this.etcdFree = Math.max(this.etcdFree, run.now) + Math.round(COMMIT_US * run.world.slowness.commitFactor)
    return Math.max(answered, this.etcdFree) as Instant
  }
}

/** Addresses the draws of a call. */
const entityOf = ({ client, verb, key }: Request): string => `${client.process.name}|${client.name}|${verb}|${key}`

/** Carries out a call whose caller will not hear of it; `asked`: he will take it for failed. */
function commitUnheard(run: Run, request: Request, asked: boolean): void {
  const draft = request.body as Draft<Pod>
  if (request.verb !== 'create' || request.kind !== 'Pod' || draft.owner === null) {
    commit(run, request)
    return
  }
  const { lineages } = run.world
  const place = lineages.fillUnheard(draft.owner, draft.key, asked)
  if (place !== null) request.body = { ...draft, key: draft.key.replace(/\d+\.\d+$/, `${place.slot}.${place.generation}`) }
  const id = commit(run, request)
  if (place === null) return
  if (draft.owner.kind === 'StatefulSet') {
    if (id >= 0) lineages.hold(draft.owner, id, place)
  } else if (id >= 0) lineages.settle(id, place)
  else lineages.giveBack(draft.owner, place)
}

function commit(run: Run, request: Request): number {
  const { store } = run.world
  if (request.verb === 'create') return commitCreate(run, request.kind, request.body as Draft<ApiObject>)
  const object = store.tables[request.kind].get(request.id)
  if (object === undefined) return NOT_FOUND
  if (request.verb === 'get') return object.id
  if (request.verb === 'bind') return commitBind(run, object as Pod, request.body as MachineId)
  if (request.verb === 'evict') return commitEviction(run, object as Pod, request.precondition, request.body as number)
  if (request.verb === 'delete') return commitDelete(run, object, request.precondition, request.body as Propagation)
  if (request.precondition !== 0 && request.precondition !== object.resourceVersion) return CONFLICT
  if (changesNothing(object, request.body as Partial<ApiObject>)) return object.id
  const written = store.update(run, object as never, request.body as never, request.specChanged) as ApiObject
  if (Object.hasOwn(request.body as object, 'finalizers')) removeIfReleased(run, written)
  return written.id
}

/** A write that changes nothing is answered without being one: no new version, no change for watches (apiserver storage/etcd3/store.go:GuaranteedUpdate). */
const changesNothing = (object: ApiObject, fields: Partial<ApiObject>): boolean =>
  (Object.keys(fields) as (keyof ApiObject)[]).every((field) => sameValue(object[field], fields[field]))

/** `BindingREST.setPodHostAndAnnotations` (pkg/registry/core/pod/storage/storage.go): refuses deleted and bound Pods. */
function commitBind(run: Run, pod: Pod, machine: MachineId): number {
  if (pod.deletionTimestamp !== null || pod.node !== UNBOUND) return CONFLICT
  return run.world.store.update(run, pod, { node: machine, unschedulable: '' }).id
}

/** A call that waited for its client's token is sent. */
export const DispatchCall: Kind = {
  name: 'api/dispatch',
  on: (run, slot) => run.world.api.dispatch(run, slot),
}

/** A call that was rejected with 429 asks for a token again. */
export const RetryCall: Kind = {
  name: 'api/retry',
  on: (run, slot) => run.world.api.admit(run, slot),
}

/** A call is carried out and answered. */
export const AnswerCall: Kind = {
  name: 'api/answer',
  on: (run, slot) => run.world.api.answer(run, slot),
}

/** A call has taken too long. */
export const TimeOutCall: Kind = {
  name: 'api/time-out',
  on: (run, slot) => run.world.api.timedOut(run, slot),
}

/** A call that nobody answers ends for its caller. */
export const FailCall: Kind = {
  name: 'api/fail',
  on: (run, slot) => run.world.api.failed(run, slot),
}
