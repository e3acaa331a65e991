import { NOT_FOUND } from '../../cluster/status.ts'
import type { WorkQueue } from '../../cluster/work-queue.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { at, cached, stored } from './state.ts'

/**
 * How a deleted object loses the finalizer that keeps it: GET, then PATCH of what was read. A conflict, or any other failure, is tried
 * again after the back-off of its queue. garbagecollector.go:removeFinalizer (operations.go, 1.20 … 1.36).
 */
export class FinalizerRemoval {
  private readonly finalizer: string
  private readonly queueOf: (run: Run) => WorkQueue
  private readonly Read: Kind
  private readonly Written: Kind

  constructor(name: string, finalizer: string, queueOf: (run: Run) => WorkQueue) {
    this.finalizer = finalizer
    this.queueOf = queueOf
    this.Read = { name: `garbage-collector/${name}-read`, on: (run, key, answer) => this.read(run, key, answer) }
    this.Written = { name: `garbage-collector/${name}-written`, on: (run, key, answer) => this.end(run, key, answer) }
  }

  begin(run: Run, key: number): void {
    const object = cached(run, key)
    if (object === undefined) this.end(run, key, NOT_FOUND)
    else run.world.api.get(run, at(run).client, object, this.Read, key)
  }

  private read(run: Run, key: number, answer: number): void {
    const object = stored(run, key)
    if (answer < 0 || object === undefined) {
      this.end(run, key, answer < 0 ? answer : NOT_FOUND)
      return
    }
    const finalizers = (object.finalizers ?? []).filter((one) => one !== this.finalizer)
    run.world.api.update(run, at(run).client, object as never, { finalizers } as never, object.resourceVersion, this.Written, key)
  }

  private end(run: Run, key: number, answer: number): void {
    const queue = this.queueOf(run)
    if (answer < 0 && answer !== NOT_FOUND) queue.addRateLimited(run, key)
    else queue.forget(key)
    queue.done(run, key)
  }
}
