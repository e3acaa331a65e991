import type { ApiObject, KindName, Kinds, Pod, PodId } from './objects.ts'

/** Ids in one bucket of an index, in order of arrival; decisions sort by what they mean. */
export type Bucket<Member extends number> = ReadonlySet<Member>
const EMPTY: ReadonlySet<never> = new Set<never>()

class Index<Member extends number> {
  private readonly buckets = new Map<string | number, Set<Member>>()

  get(key: string | number): Bucket<Member> {
    return this.buckets.get(key) ?? EMPTY
  }

  add(key: string | number, member: Member): void {
    const bucket = this.buckets.get(key)
    if (bucket === undefined) this.buckets.set(key, new Set([member]))
    else bucket.add(member)
  }

  remove(key: string | number, member: Member): void {
    const bucket = this.buckets.get(key)
    bucket?.delete(member)
    if (bucket?.size === 0) this.buckets.delete(key)
  }
}

/** Objects of one kind by id. */
interface Rows {
  get(id: number): ApiObject | undefined
  put(object: ApiObject): void
  remove(id: number): void
  /** In order of id. */
  all(): Iterable<ApiObject>
}

/** For a process that holds most objects of a kind. */
class DenseRows implements Rows {
  private readonly rows: (ApiObject | undefined)[] = []

  get(id: number): ApiObject | undefined {
    return this.rows[id]
  }

  put(object: ApiObject): void {
    while (this.rows.length < object.id) this.rows.push(undefined)
    this.rows[object.id] = object
  }

  remove(id: number): void {
    this.rows[id] = undefined
  }

  *all(): IterableIterator<ApiObject> {
    for (const row of this.rows) if (row !== undefined) yield row
  }
}

/** For a process that holds few of them: a kubelet its own Pods. */
class SparseRows implements Rows {
  private readonly rows = new Map<number, ApiObject>()

  get(id: number): ApiObject | undefined {
    return this.rows.get(id)
  }

  put(object: ApiObject): void {
    this.rows.set(object.id, object)
  }

  remove(id: number): void {
    this.rows.delete(id)
  }

  all(): ApiObject[] {
    return [...this.rows.values()].sort((a, b) => a.id - b.id)
  }
}

/** What one process believes the API holds: the delivered versions, not the newest, with the indexes its controllers need. */
export class Cache {
  private readonly rows: { [Name in KindName]?: Rows } = {}
  private readonly ofMachine: boolean
  private readonly byOwner = new Index<PodId>()
  private readonly byNode = new Index<PodId>()
  private readonly byLabel = new Index<PodId>()
  private readonly orphans = new Index<PodId>()

  /** `ofMachine`: the cache of a kubelet, which holds few Pods and looks them up by id alone. */
  constructor(ofMachine = false) {
    this.ofMachine = ofMachine
  }

  get<Name extends KindName>(kind: Name, id: number): Kinds[Name] | undefined {
    return this.rows[kind]?.get(id) as Kinds[Name] | undefined
  }

  /** Every object of a kind, in order of id. */
  all<Name extends KindName>(kind: Name): Iterable<Kinds[Name]> {
    return (this.rows[kind]?.all() ?? []) as Iterable<Kinds[Name]>
  }

  /** Pods with this controller. */
  podsOfOwner(kind: string, id: number): Bucket<PodId> {
    return this.byOwner.get(`${kind}/${id}`)
  }

  /** Pods of the namespace without a controller. */
  podsWithoutOwner(namespace: string): Bucket<PodId> {
    return this.orphans.get(namespace)
  }

  /** Pods bound to this machine's Node. */
  podsOfNode(machine: number): Bucket<PodId> {
    return this.byNode.get(machine)
  }

  /** Pods of the namespace that carry this label. */
  podsWithLabel(namespace: string, key: string, value: string): Bucket<PodId> {
    return this.byLabel.get(`${namespace}/${key}=${value}`)
  }

  /** Takes a delivered version; answers the one it held. */
  put(object: ApiObject): ApiObject | undefined {
    const { kind, id } = object
    let rows = this.rows[kind]
    if (rows === undefined) {
      rows = this.ofMachine ? new SparseRows() : new DenseRows()
      this.rows[kind] = rows
    }
    const before = rows.get(id)
    rows.put(object)
    if (kind === 'Pod' && !this.ofMachine) this.reindex(before as Pod | undefined, object as Pod)
    return before
  }

  /** Forgets an object; answers the version it held. */
  remove(object: ApiObject): ApiObject | undefined {
    const rows = this.rows[object.kind]
    const before = rows?.get(object.id)
    if (rows === undefined || before === undefined) return undefined
    rows.remove(object.id)
    if (object.kind === 'Pod' && !this.ofMachine) this.reindex(before as Pod, undefined)
    return before
  }

  private reindex(before: Pod | undefined, after: Pod | undefined): void {
    const id = (after ?? (before as Pod)).id as PodId
    if (before?.node !== after?.node) {
      if (before !== undefined && before.node >= 0) this.byNode.remove(before.node, id)
      if (after !== undefined && after.node >= 0) this.byNode.add(after.node, id)
    }
    if (before?.owner !== after?.owner) {
      if (before?.owner) this.byOwner.remove(`${before.owner.kind}/${before.owner.id}`, id)
      else if (before !== undefined) this.orphans.remove(before.namespace, id)
      if (after?.owner) this.byOwner.add(`${after.owner.kind}/${after.owner.id}`, id)
      else if (after !== undefined) this.orphans.add(after.namespace, id)
    }
    if (before?.labels !== after?.labels) {
      if (before !== undefined) for (const key in before.labels) this.byLabel.remove(`${before.namespace}/${key}=${before.labels[key]}`, id)
      if (after !== undefined) for (const key in after.labels) this.byLabel.add(`${after.namespace}/${key}=${after.labels[key]}`, id)
    }
  }
}
