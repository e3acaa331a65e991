import type { PodId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { type Run, stateKey, stateOf } from '../../cluster/world.ts'
import type { Ticket } from '../../kernel/queue.ts'
import type { Instant } from '../../kernel/time.ts'
import { needsOf, type Programmed } from './needs.ts'
import type { SyncRunner } from './runner.ts'

/** A Service that somebody needs. */
export interface Needed {
  readonly name: string
  programmed: Programmed
  /** What the sync under way will have programmed. */
  next: Programmed
  answers: boolean
  /** Pods whose applications need it. */
  readonly dependents: Set<PodId>
}

/** By the name of each needed Service: Pods behind it that an application is still connected to. */
export type Connections = ReadonlyMap<string, Set<PodId>>

/** What applications know of the names of the Services that they need. */
export interface Names {
  /** The DNS answers. */
  resolve: boolean
  /** Queries that it does not answer wait, rather than being refused. */
  silent: boolean
  /** Counts how often it has begun or stopped to answer: which time a later event means. */
  turns: number
  /** Applications that know no address any more, or not yet, with the connections that they have left. */
  readonly lost: Map<PodId, Connections>
}

/** The memory of the kube-proxies, as one. */
export interface ProxyState {
  readonly process: Process
  readonly runner: SyncRunner
  readonly needed: readonly Needed[]
  readonly names: Names
  /** The sync that was asked for, and when it starts. */
  ticket: Ticket
  due: Instant
}

/** Where the world keeps it. */
export const proxyState = stateKey<ProxyState>('kube-proxy')

/** The memory of this run. */
export const proxyOf = (run: Run): ProxyState => stateOf(run.world, proxyState)

/** Whether the applications of a Pod have every Service that they need: an address that answers, or a connection that has lasted. */
export function supplied(run: Run, pod: PodId): boolean {
  const { needed, names } = proxyOf(run)
  const mine = needsOf(run.world, pod)
  const connections = names.lost.get(pod)
  return needed.every(({ name, answers }) => {
    const left = connections?.get(name)
    return !mine.includes(name) || (left === undefined ? answers : left.size > 0)
  })
}

/** Lets the applications of a Pod answer, or not. */
export function supply(run: Run, pod: PodId): void {
  const { truth, observers } = run.world
  const sandbox = truth.sandbox(pod)
  if (sandbox === undefined) return
  const has = supplied(run, pod)
  truth.supply(run, sandbox, has)
  if (!has) observers.podStage(run, pod, 'ready')
}
