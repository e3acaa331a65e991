import type { Cache } from '../../cluster/cache.ts'
import type { ServiceId } from '../../cluster/objects.ts'

/**
 * What the controller has written of each Service's slices, so that it can tell a cache that has not seen it yet.
 * pkg/controller/endpointslice/endpointslice_tracker.go:StaleSlices (1.21 … 1.36, and the last patch releases of 1.20).
 */
export class SliceTracker {
  private readonly written = new Map<ServiceId, Map<number, number>>()

  /** A slice was created or updated. */
  wrote(service: ServiceId, slice: number, version: number): void {
    const rows = this.written.get(service)
    if (rows === undefined) this.written.set(service, new Map([[slice, version]]))
    else rows.set(slice, version)
  }

  /** A slice was deleted. */
  removed(service: ServiceId, slice: number): void {
    this.written.get(service)?.delete(slice)
  }

  /** Whether the cache lacks something that was written. What it has seen is forgotten. */
  stale(service: ServiceId, cache: Cache): boolean {
    const rows = this.written.get(service)
    if (rows === undefined) return false
    for (const [slice, version] of rows) {
      if ((cache.get('EndpointSlice', slice)?.version ?? 0) < version) return true
      rows.delete(slice)
    }
    return false
  }
}
