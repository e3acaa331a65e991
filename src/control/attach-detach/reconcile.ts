import type { MachineId, Pod, PodId } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { beginAttach, beginDetach, NodeReported, podsOn, reportAttached, VolumeDue } from './operations.ts'
import { judgeDetach, UNMOUNT_WAIT, wantsVolumes } from './rules.ts'
import { type Attached, attachDetachState, type State, type Volume } from './state.ts'

/**
 * A pass of the reconciler, every 100 ms: what is attached and not wanted is detached, what is wanted and not attached is attached, Nodes are told. Triggers: a Pod
 * with claims was written or is gone; a claim was bound; a Node with attached volumes was written or is gone; an operation has ended; the wait for an unmount or a
 * back-off is over. reconciler.go:reconcile (1.20 … 1.36; kubernetes-semantics §3.9).
 */
export const Reconcile: Kind = {
  name: 'attach-detach/reconcile',
  on(run) {
    const state = stateOf(run.world, attachDetachState)
    const volumes = [...state.volumes.values()].sort((a, b) => a.claim - b.claim)
    for (const volume of volumes) for (const entry of [...volume.attached]) consider(run, state, volume, entry)
    for (const volume of volumes) attachWanted(run, state, volume)
    for (const machine of [...state.dirty].sort((a, b) => a - b)) reportAttached(run, state, machine, NodeReported, machine)
    state.dirty.clear()
  },
}

const busy = ({ operation, retryAt }: Volume, now: number): boolean => operation !== null || now <= retryAt

function consider(run: Run, state: State, volume: Volume, entry: Attached): void {
  if (podsOn(state, volume, entry.node).length > 0) {
    entry.requested = null
    entry.watched = false
    return
  }
  if (busy(volume, run.now)) return
  entry.requested ??= run.now
  const elapsed = run.now - entry.requested
  const node = state.process.cache.get('Node', entry.node)
  const verdict = judgeDetach({ mounted: entry.mounted, elapsed, node }, state.forceDisabled, state.minor)
  if (verdict !== 'wait') beginDetach(run, state, volume, entry, verdict === 'force')
  else if (!entry.watched) {
    entry.watched = true
    run.at((entry.requested + UNMOUNT_WAIT) as Pod['created'], VolumeDue, volume.claim, state.process.incarnation)
  }
}

/** attachDesiredVolumes: a volume that is attached elsewhere waits (Multi-Attach error). */
function attachWanted(run: Run, state: State, volume: Volume): void {
  for (const machine of wantedOn(state, volume)) {
    if (busy(volume, run.now) || volume.attached.some(({ node }) => node === machine)) continue
    if (state.process.cache.get('PersistentVolumeClaim', volume.claim)?.phase !== 'Bound') continue
    if (volume.attached.length === 0) beginAttach(run, state, volume, machine)
    else for (const id of podsOn(state, volume, machine)) if (!volume.refused.has(id)) refuse(run, state, volume, id)
  }
}

/** Nodes on which Pods want the volume, in order of id. */
function wantedOn({ process }: State, { pods }: Volume): MachineId[] {
  const wanting = [...pods].flatMap((id) => process.cache.get('Pod', id) ?? []).filter(wantsVolumes)
  return [...new Set(wanting.map(({ node }) => node))].sort((a, b) => a - b)
}

function refuse(run: Run, { client, process }: State, { key, refused }: Volume, id: PodId): void {
  refused.add(id)
  const pod = process.cache.get('Pod', id) as Pod
  run.world.observers.podStage(run, id, 'terminate')
  client.notice(run, pod.key, 'FailedAttachVolume', `Multi-Attach error for volume "${key}": it is attached to another node`)
}
