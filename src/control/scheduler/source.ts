import type { KindName, Kinds } from '../../cluster/objects.ts'
import type { World } from '../../cluster/world.ts'

/** Where objects are listed from: a process' cache, or the store at t = 0. */
export interface ObjectSource {
  /** Every object of a kind, in order of id. */
  all<Name extends KindName>(kind: Name): Iterable<Kinds[Name]>
}

/** The store itself: for t = 0, and for reports. */
export const storeSource = (world: World): ObjectSource => ({
  all: (kind) => world.store.tables[kind] as Iterable<never>,
})
