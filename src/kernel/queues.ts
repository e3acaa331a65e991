import { ColumnQueue } from './column-queue.ts'
import { HeapQueue } from './heap-queue.ts'
import type { EventQueue } from './queue.ts'

/** Names of the implementations of the event queue. */
export type QueueName = 'columns' | 'heap'

/** Every implementation of the event queue, by name. All give the same order, hence the same bytes; their tickets may differ. */
export const queues: Readonly<Record<QueueName, <Kind>() => EventQueue<Kind>>> = {
  columns: () => new ColumnQueue(),
  heap: () => new HeapQueue(),
}
