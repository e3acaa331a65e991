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

/** What one process believes the API holds: the delivered versions, not the newest, with the indexes its controllers need. */
export class Cache {
  private readonly rows: { [Name in KindName]?: (Kinds[Name] | undefined)[] } = {}
  private readonly byOwner = new Index<PodId>()
  private readonly byNode = new Index<PodId>()
  private readonly byLabel = new Index<PodId>()
  private readonly orphans = new Index<PodId>()

  get<Name extends KindName>(kind: Name, id: number): Kinds[Name] | undefined {
    return this.rows[kind]?.[id] as Kinds[Name] | undefined
  }

  /** Every object of a kind, in order of id. */
  *all<Name extends KindName>(kind: Name): IterableIterator<Kinds[Name]> {
    const rows = this.rows[kind] as (Kinds[Name] | undefined)[] | undefined
    if (rows !== undefined) for (const row of rows) if (row !== undefined) yield row
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
    const kind = object.kind
    const table = (this.rows[kind] ?? []) as (ApiObject | undefined)[]
    ;(this.rows as Record<string, unknown>)[kind] = table
    const before = table[object.id]
    while (table.length < object.id) table.push(undefined)
    table[object.id] = object
    if (kind === 'Pod') this.reindex(before as Pod | undefined, object as Pod)
    return before
  }

  /** Forgets an object; answers the version it held. */
  remove(object: ApiObject): ApiObject | undefined {
    const table = this.rows[object.kind] as (ApiObject | undefined)[] | undefined
    const before = table?.[object.id]
    if (table === undefined || before === undefined) return undefined
    table[object.id] = undefined
    if (object.kind === 'Pod') this.reindex(before as Pod, undefined)
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
