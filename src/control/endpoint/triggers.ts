import type { Change } from '../../cluster/change-log.ts'
import type { Pod, Service, ServiceId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import type { WorkQueue } from '../../cluster/work-queue.ts'
import type { Run } from '../../cluster/world.ts'
import { endpointsChanged } from './membership.ts'
import type { ServiceIndex } from './services.ts'

/** What both endpoint controllers keep about the Services they sync. */
export interface ServiceQueue {
  readonly queue: WorkQueue<ServiceId>
  readonly services: ServiceIndex
  /** Delay of syncs that a Pod causes [µs] (`--endpoint-updates-batch-period`, `--endpointslice-updates-batch-period`). */
  readonly batchPeriod: number
}

/** A Service was written or is gone: it is synced at once. */
export function serviceChanged(run: Run, { queue, services }: ServiceQueue, { before, after }: Change<Service>): void {
  services.put(before, after)
  queue.add(run, (after ?? (before as Service)).id as ServiceId)
}

/** A Pod was written or is gone: the Services that select it, or did, are synced when the change can matter to them. */
export function podChanged(run: Run, process: Process, row: ServiceQueue, { before, after }: Change<Pod>): void {
  if (before !== undefined && after !== undefined && !endpointsChanged(before, after)) return
  const pod = after ?? (before as Pod)
  for (const id of row.services.matching(process.cache, pod.namespace, pod.labels)) row.queue.addAfter(run, id, row.batchPeriod)
  if (before === undefined || after === undefined || before.labels === after.labels) return
  for (const id of row.services.matching(process.cache, before.namespace, before.labels)) row.queue.addAfter(run, id, row.batchPeriod)
}
