import type { PodId, SliceEndpoint } from '../../cluster/objects.ts'

/** A slice as the controller has it cached. */
export interface SliceRow {
  readonly id: number
  readonly endpoints: readonly SliceEndpoint[]
}

/** The writes that make the slices of one Service hold the desired endpoints. */
export interface SliceWrites {
  readonly create: readonly (readonly SliceEndpoint[])[]
  readonly update: readonly SliceRow[]
  readonly remove: readonly number[]
}

/** A slice being changed. */
interface Filling {
  readonly id: number
  readonly endpoints: SliceEndpoint[]
}

const same = (a: SliceEndpoint, b: SliceEndpoint): boolean =>
  a === b || (a.ip === b.ip && a.ready === b.ready && a.serving === b.serving && a.terminating === b.terminating)

/** Step 1: drops endpoints that are no longer desired and rewrites those that changed. `kept` counts those of `desired` that are in a slice. */
function keepDesired(existing: readonly SliceRow[], desired: ReadonlyMap<PodId, SliceEndpoint>) {
  const update: Filling[] = []
  const unchanged: SliceRow[] = []
  const remove: number[] = []
  let kept = 0
  for (const slice of existing) {
    const changed = slice.endpoints.some((endpoint) => {
      const wanted = desired.get(endpoint.pod)
      return wanted === undefined || !same(wanted, endpoint)
    })
    if (!changed) {
      unchanged.push(slice)
      kept += slice.endpoints.length
      continue
    }
    const endpoints = slice.endpoints.flatMap(({ pod }) => desired.get(pod) ?? [])
    if (endpoints.length === 0) remove.push(slice.id)
    else update.push({ id: slice.id, endpoints })
    kept += endpoints.length
  }
  return { update, unchanged, remove, kept }
}

/** The desired endpoints that no slice holds yet. */
function missingOf(desired: readonly SliceEndpoint[], existing: readonly SliceRow[]): SliceEndpoint[] {
  const held = new Set(existing.flatMap(({ endpoints }) => endpoints.map(({ pod }) => pod)))
  return desired.filter(({ pod }) => !held.has(pod))
}

/** `getSliceToFill`: the slice that `count` more endpoints would fill best; undefined when none has room for all. */
export function sliceToFill(slices: readonly SliceRow[], count: number, most: number): SliceRow | undefined {
  let best: SliceRow | undefined
  let least = most
  for (const slice of slices) {
    const room = most - count - slice.endpoints.length
    if (room >= 0 && room < least) {
      least = room
      best = slice
    }
  }
  return best
}

/**
 * Fits `desired` into slices of at most `most` endpoints with few writes: slices that must be written anyway are filled first (fullest
 * first), then one slice that takes all the rest, then new ones. Slices to delete are reused for slices to create; a Service without
 * endpoints keeps one empty slice.
 * pkg/controller/endpointslice/reconciler.go:reconcileByPortMapping, finalize (1.20; staging endpointslice from 1.28).
 */
export function reconcileSlices(desired: readonly SliceEndpoint[], existing: readonly SliceRow[], most: number): SliceWrites {
  const { update, unchanged, remove, kept } = keepDesired(existing, new Map(desired.map((endpoint) => [endpoint.pod, endpoint])))
  const rest = kept === desired.length ? [] : missingOf(desired, existing)
  let next = 0
  const fill = (endpoints: SliceEndpoint[]): void => {
    while (next < rest.length && endpoints.length < most) endpoints.push(rest[next++] as SliceEndpoint)
  }
  const fullestFirst = [...update].sort((a, b) => b.endpoints.length - a.endpoints.length || a.id - b.id)
  for (const slice of fullestFirst) fill(slice.endpoints)
  const create: SliceEndpoint[][] = []
  while (next < rest.length) {
    const left = rest.length - next
    const roomy = left < most ? sliceToFill(unchanged, left, most) : undefined
    const endpoints = roomy === undefined ? [] : [...roomy.endpoints]
    fill(endpoints)
    if (roomy === undefined) create.push(endpoints)
    else update.push({ id: roomy.id, endpoints })
  }
  if (create.length === 0 && remove.length === existing.length) create.push([])
  while (create.length > 0 && remove.length > 0) {
    update.push({ id: remove.shift() as number, endpoints: create.shift() as SliceEndpoint[] })
  }
  return { create, update, remove }
}
