/**
 * The order in which nodes are examined: one of each zone in turn, zones in order of first sight, nodes of a zone in order of arrival.
 * pkg/scheduler/internal/cache/node_tree.go (1.20 … 1.36).
 */
export class NodeOrder {
  private readonly zones = new Map<string, number[]>()
  private known: Int32Array | undefined

  add(node: number, zone: string): void {
    const nodes = this.zones.get(zone)
    if (nodes === undefined) this.zones.set(zone, [node])
    else nodes.push(node)
    this.known = undefined
  }

  remove(node: number, zone: string): void {
    const nodes = this.zones.get(zone) ?? []
    const index = nodes.indexOf(node)
    if (index >= 0) nodes.splice(index, 1)
    if (nodes.length === 0) this.zones.delete(zone)
    this.known = undefined
  }

  /** Every node once. */
  list(): Int32Array {
    this.known ??= Int32Array.from(roundRobin([...this.zones.values()]))
    return this.known
  }
}

/** The first of each list, then the second of each, and so on. */
export function roundRobin<Item>(lists: readonly (readonly Item[])[]): Item[] {
  const result: Item[] = []
  const longest = lists.reduce((most, list) => Math.max(most, list.length), 0)
  for (let i = 0; i < longest; i++) {
    for (const list of lists) if (i < list.length) result.push(list[i] as Item)
  }
  return result
}
