import { CONFLICT } from '../../cluster/api-server.ts'
import type { MachineId, Node, Taint } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import type { TaintEffect } from '../../scenario/specs.ts'
import { nodeLifecycleState } from './state.ts'
import { withoutTaints, withTaints } from './taints.ts'

/** UpdateTaintBackoff: 5 tries, 100 ms apart, plus as much again at random (pkg/controller/controller_utils.go, 1.20 … 1.36). */
const TRIES = 5
const RETRY_US = 100_000

/** What a change ends with: the taints are as asked for. */
export const CHANGED = 0
/** What a change ends with: a call failed for good. */
export const FAILED = -1

/** Taints of one Node under change: first some are added, then some removed, each by GET and PATCH. */
export interface TaintChange {
  readonly machine: MachineId
  readonly add: readonly string[]
  readonly remove: readonly string[]
  readonly effect: TaintEffect
  removing: boolean
  tries: number
  readonly reply: Kind<never>
  readonly subject: number
}

/**
 * Adds taints by key, then removes others. `reply` runs with CHANGED or FAILED. Answers false, and sends nothing, when there is nothing to do. pkg/controller/util/node/controller_utils.go:SwapNodeControllerTaint, controller_utils.go:AddOrUpdateTaintOnNode, RemoveTaintOffNode (1.20 … 1.36).
 */
export function changeTaints<Subject extends number>(
  run: Run,
  node: Node,
  effect: TaintEffect,
  add: readonly string[],
  remove: readonly string[],
  reply: Kind<Subject>,
  subject: Subject,
): boolean {
  if (add.length === 0 && remove.length === 0) return false
  const { changes } = stateOf(run.world, nodeLifecycleState)
  const free = changes.indexOf(undefined)
  const slot = free < 0 ? changes.length : free
  changes[slot] = { machine: node.id, add, remove, effect, removing: add.length === 0, tries: 0, reply, subject }
  read(run, slot, node)
  return true
}

function read(run: Run, slot: number, node: Node): void {
  run.world.api.get(run, stateOf(run.world, nodeLifecycleState).client, node, TaintedNodeRead, slot)
}

function end(run: Run, slot: number, outcome: number): void {
  const { changes } = stateOf(run.world, nodeLifecycleState)
  const change = changes[slot] as TaintChange
  changes[slot] = undefined
  change.reply.on(run, change.subject as never, outcome)
}

/** One of the two steps is done: the other follows, or the change has ended. */
function next(run: Run, slot: number, node: Node): void {
  const change = stateOf(run.world, nodeLifecycleState).changes[slot] as TaintChange
  if (change.removing || change.remove.length === 0) {
    end(run, slot, CHANGED)
    return
  }
  change.removing = true
  change.tries = 0
  read(run, slot, node)
}

const TaintedNodeRead: Kind = {
  name: 'node-lifecycle/node-read',
  on(run, slot, id) {
    const { changes, client } = stateOf(run.world, nodeLifecycleState)
    const node = run.world.store.tables.Node.get(id)
    if (node === undefined) {
      end(run, slot, FAILED)
      return
    }
    const { removing, add, remove, effect } = changes[slot] as TaintChange
    const added = add.map((key): Taint => ({ key, value: '', effect, timeAdded: run.now }))
    const taints = removing ? withoutTaints(node.taints, remove, effect) : withTaints(node.taints, added)
    if (taints === node.taints) next(run, slot, node)
    else run.world.api.update(run, client, node, { taints }, node.resourceVersion, TaintsPatched, slot)
  },
}

const TaintsPatched: Kind = {
  name: 'node-lifecycle/taints-patched',
  on(run, slot, id) {
    const { changes, process, names } = stateOf(run.world, nodeLifecycleState)
    const change = changes[slot] as TaintChange
    const node = run.world.store.tables.Node.get(change.machine)
    if (id >= 0 && node !== undefined) {
      next(run, slot, node)
      return
    }
    change.tries++
    if (id !== CONFLICT || change.tries >= TRIES) {
      end(run, slot, FAILED)
      return
    }
    const share = run.random.draw('taint-retry', names[change.machine] as string, change.tries)
    run.released('back-off')
    run.after(Math.round(RETRY_US * (1 + share)), RetryTaints, slot, process.incarnation)
  },
}

/** A taint change that met a conflict reads the Node again. */
const RetryTaints: Kind = {
  name: 'node-lifecycle/taints-retry',
  on(run, slot, incarnation) {
    const { changes, process } = stateOf(run.world, nodeLifecycleState)
    const change = changes[slot]
    if (process.incarnation !== incarnation || change === undefined) return
    const node = run.world.store.tables.Node.get(change.machine)
    if (node === undefined) end(run, slot, FAILED)
    else read(run, slot, node)
  },
}
