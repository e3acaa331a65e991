import type { Instant } from '../kernel/time.ts'
import { type Change, ChangeLog } from './change-log.ts'
import type { ApiObject, Draft, KindName, Kinds, MachineId, Pod } from './objects.ts'
import type { Run } from './world.ts'

/** The current versions of the objects of one kind, and their change log. Written by the API server (and at t = 0) only. */
export class Table<Object extends ApiObject> {
  readonly kind: KindName
  readonly log = new ChangeLog<Object>()
  private readonly rows: (Object | undefined)[] = []
  private readonly names = new Map<string, number>()
  private live = 0

  constructor(kind: KindName) {
    this.kind = kind
  }

  /** Objects alive. */
  get size(): number {
    return this.live
  }

  /** One more than the largest id ever given. */
  get end(): number {
    return this.rows.length
  }

  get(id: number): Object | undefined {
    return this.rows[id]
  }

  find(namespace: string, name: string): Object | undefined {
    const id = this.names.get(`${namespace}/${name}`)
    return id === undefined ? undefined : this.rows[id]
  }

  /** Every object, in order of id. */
  *[Symbol.iterator](): IterableIterator<Object> {
    for (const row of this.rows) if (row !== undefined) yield row
  }

  /** Sets an id aside for an object that exists elsewhere first: a static Pod, whose mirror will have it. */
  reserve(): number {
    return this.rows.push(undefined) - 1
  }

  /** Puts a version in place of the one before; the caller has set all its fields. */
  put(object: Object): void {
    const before = this.rows[object.id]
    while (this.rows.length < object.id) this.rows.push(undefined)
    this.rows[object.id] = object
    if (before === undefined) {
      this.names.set(`${object.namespace}/${object.name}`, object.id)
      this.live++
    }
  }

  remove(object: Object): void {
    this.rows[object.id] = undefined
    this.names.delete(`${object.namespace}/${object.name}`)
    this.live--
  }
}

type Tables = { readonly [Name in KindName]: Table<Kinds[Name]> }

/**
 * etcd: every object in its newest version, one counter of resourceVersions, and change logs that watches read. A write is a new
 * value; nothing is ever changed in place.
 */
export class Store {
  readonly tables: Tables = {
    Pod: new Table('Pod'),
    Node: new Table('Node'),
    ReplicaSet: new Table('ReplicaSet'),
    ReplicationController: new Table('ReplicationController'),
    Deployment: new Table('Deployment'),
    Service: new Table('Service'),
    Endpoints: new Table('Endpoints'),
    EndpointSlice: new Table('EndpointSlice'),
    PriorityClass: new Table('PriorityClass'),
    PodDisruptionBudget: new Table('PodDisruptionBudget'),
    HorizontalPodAutoscaler: new Table('HorizontalPodAutoscaler'),
    ResourceQuota: new Table('ResourceQuota'),
    StatefulSet: new Table('StatefulSet'),
    ControllerRevision: new Table('ControllerRevision'),
    PersistentVolumeClaim: new Table('PersistentVolumeClaim'),
    VolumeAttachment: new Table('VolumeAttachment'),
    DaemonSet: new Table('DaemonSet'),
    Job: new Table('Job'),
    CronJob: new Table('CronJob'),
  }
  /** The Pods bound to each machine: what kubelets watch (field selector spec.nodeName). */
  readonly podsOfMachine: ChangeLog<Pod>[] = []
  private readonly bound: Set<number>[] = []
  resourceVersion = 0

  get pods(): Table<Pod> {
    return this.tables.Pod
  }

  /** The Pods bound to a machine, in order of id. */
  podsOn(machine: MachineId): Pod[] {
    const ids = [...(this.bound[machine] ?? [])].sort((a, b) => a - b)
    return ids.map((id) => this.pods.get(id) as Pod)
  }

  /** Creates `draft`; the name must be free. Answers the first version. */
  create<Name extends KindName>(run: Run, kind: Name, draft: Draft<Kinds[Name]>): Kinds[Name] {
    const table = this.tables[kind] as unknown as Table<ApiObject>
    // What the server sets stands first: V8 lays out an object that begins with a literal at once, one that ends with it property by property, eight times slower.
    const object = {
      id: table.end,
      created: run.now,
      deletionTimestamp: null,
      resourceVersion: ++this.resourceVersion,
      version: 1,
      generation: 1,
      ...draft,
    } as unknown as ApiObject
    table.put(object)
    this.report(run, table, undefined, object)
    return object as Kinds[Name]
  }

  /** Writes `fields` over `object`'s newest version. `generation` counts up when the caller says that its spec changed. */
  update<Name extends KindName>(run: Run, object: Kinds[Name], fields: Partial<Kinds[Name]>, specChanged = false): Kinds[Name] {
    const table = this.tables[object.kind] as unknown as Table<ApiObject>
    const before = table.get(object.id) as ApiObject
    const after = {
      ...before,
      ...fields,
      resourceVersion: ++this.resourceVersion,
      version: before.version + 1,
      generation: before.generation + (specChanged ? 1 : 0),
    } as ApiObject
    table.put(after)
    this.report(run, table, before, after)
    return after as Kinds[Name]
  }

  /** Removes the object for good. */
  remove<Name extends KindName>(run: Run, object: Kinds[Name]): void {
    const table = this.tables[object.kind] as unknown as Table<ApiObject>
    const before = table.get(object.id) as ApiObject
    this.resourceVersion++
    table.remove(before)
    this.report(run, table, before, undefined)
  }

  private report(run: Run, table: Table<ApiObject>, before: ApiObject | undefined, after: ApiObject | undefined): void {
    const change: Change = { before, after, resourceVersion: this.resourceVersion, time: run.now as Instant }
    table.log.append(run, change)
    if (table.kind === 'Pod') this.reportToMachine(run, change as Change<Pod>)
    run.world.observers.changed(run, change)
  }

  private reportToMachine(run: Run, change: Change<Pod>): void {
    const { id, node } = change.after ?? (change.before as Pod)
    if (node < 0) return
    const pods = this.bound[node]
    if (change.after === undefined) pods?.delete(id)
    else if (pods === undefined) this.bound[node] = new Set([id])
    else pods.add(id)
    this.podsOfMachine[node]?.append(run, change)
  }
}
