import type { ApiObject, Deployment, Endpoints, Pod, PodId, ReplicaSet } from '../../src/cluster/objects.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { formatSeconds, seconds } from '../../src/kernel/time.ts'

/** What happened to the objects of one kind, one line per change: `[seconds, text]`; changes for which `say` answers null are left out. */
export function follow<Object extends ApiObject>(
  run: Simulation<World>,
  kind: Object['kind'],
  say: (after: Object | undefined, before: Object | undefined) => string | null,
): string[] {
  const lines: string[] = []
  run.world.observers.add({
    changed(at, change) {
      const object = change.after ?? change.before
      if (object?.kind !== kind) return
      const text = say(change.after as Object | undefined, change.before as Object | undefined)
      if (text !== null) lines.push(`${formatSeconds(at.now).replace(/0{1,3}$/, '')} ${text}`)
    },
  })
  return lines
}

/** `created`, `deleted`, `terminating`, `ready` … of Pods, by the slot and generation of their identity: `3.1 created`. */
export const podLine = (after: Pod | undefined, before: Pod | undefined): string | null => {
  const short = ((after ?? before) as Pod).key.split('/').at(-1) as string
  if (before === undefined) return `${short} created`
  if (after === undefined) return `${short} gone`
  if (before.deletionTimestamp !== after.deletionTimestamp) return `${short} terminating`
  if (before.ready !== after.ready) return `${short} ${after.ready ? 'ready' : 'not ready'}`
  return null
}

/** `web-abc 4/3` of ReplicaSets whose spec.replicas or availability changed: wanted/available. */
export const setLine =
  (name: (set: ReplicaSet) => string) =>
  (after: ReplicaSet | undefined, before: ReplicaSet | undefined): string | null => {
    if (after === undefined) return `${name(before as ReplicaSet)} gone`
    const changed = before?.replicas !== after.replicas || before.status.availableReplicas !== after.status.availableReplicas
    return changed ? `${name(after)} ${after.replicas}/${after.status.availableReplicas}` : null
  }

/** The counts of a Deployment's status and the reason of its Progressing condition. */
export const deploymentLine = (after: Deployment | undefined, before: Deployment | undefined): string | null => {
  if (after === undefined || before === undefined || after.status === before.status) return null
  const { replicas, updatedReplicas, availableReplicas, progressing } = after.status
  return `${replicas} replicas, ${updatedReplicas} updated, ${availableReplicas} available: ${progressing}`
}

/** How many addresses an Endpoints object has. */
export const endpointsLine = (after: Endpoints | undefined): string | null =>
  after === undefined ? 'gone' : `${after.ready.length} ready, ${after.notReady.length} not ready`

/** Runs until `time` [s]. */
export const runUntil = (run: Simulation<World>, time: number): void => {
  run.runUntil(seconds(time) as never, 1e8)
}

/** The Pod with this identity (`web/3.1` for `pod/default/web/3.1`), as stored. */
export function podOf(run: Simulation<World>, key: string): Pod {
  for (const pod of run.world.store.pods) if (pod.key === `pod/default/${key}`) return pod
  throw new Error(`no Pod ${key}`)
}

/** Ids of the Pods alive, in order. */
export const podIds = (run: Simulation<World>): PodId[] => [...run.world.store.pods].map((pod) => pod.id as PodId)
