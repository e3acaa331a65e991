import type { ComponentWord } from '../scenario/vocabulary.ts'
import type { ChangeHandler } from './change-log.ts'
import type { KindName, Kinds } from './objects.ts'
import type { Process } from './process.ts'
import type { Run } from './world.ts'

/** What a component hears of: one handler per kind it watches, called after the cache of its process holds the change. */
export type WatchHandlers = { readonly [Name in KindName]?: ChangeHandler<Kinds[Name]> }

/**
 * One Kubernetes component: a controller, the scheduler, the kubelet. Its state lives in the world under a `stateKey`; its event kinds are constants of its file.
 */
export interface Component extends ComponentWord {
  readonly watches: WatchHandlers
  /**
   * Its process has started: at t = 0, and again after it died. The cache holds what LIST answered; memory must be made afresh: queues, timers, counters. It
   * queues what an informer's first notifications would queue.
   */
  start(run: Run, process: Process): void
  /** Its process has died: cancel timers and stop loops. Events under way must find nothing to do. */
  stop?(run: Run, process: Process): void
}
