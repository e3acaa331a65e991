import type { Change } from '../cluster/change-log.ts'
import type { ApiObject, MachineId, Pod, PodId, Service, VolumeAttachment } from '../cluster/objects.ts'
import type { Observer } from '../cluster/observers.ts'
import { type Run, stateOf } from '../cluster/world.ts'
import { CPU, MEMORY } from '../control/scheduler/node-columns.ts'
import type { PodView } from '../control/scheduler/pod-info.ts'
import { schedulerState } from '../control/scheduler/state.ts'
import { formatSeconds } from '../kernel/time.ts'

/** Something that can never be true is true: the run is worthless and stops. */
export class BrokenInvariant extends Error {
  /** Simulated time [µs]. */
  readonly time: number

  constructor(time: number, what: string) {
    super(`Broken invariant at ${formatSeconds(time)} s: ${what}`)
    this.name = 'BrokenInvariant'
    this.time = time
  }
}

/** Checks every change against what must always hold (design decision 14). Always on. */
export class Invariants implements Observer {
  private resourceVersion = 0
  private time = 0
  /** Names of the objects there are, by kind. */
  private readonly names = new Set<string>()

  changed(run: Run, change: Change): void {
    if (change.resourceVersion <= this.resourceVersion)
      this.fail(run, `resourceVersion ${change.resourceVersion} after ${this.resourceVersion}`)
    if (run.now < this.time) this.fail(run, `time runs backwards, from ${formatSeconds(this.time)} s`)
    this.resourceVersion = change.resourceVersion
    this.time = run.now
    const { before, after } = change
    if (before === undefined || after === undefined) {
      this.named(run, before, after)
      return
    }
    if (before.name !== after.name || before.namespace !== after.namespace) this.fail(run, `${before.key} was renamed to ${after.name}`)
    if (after.kind === 'Pod') this.podMoved(run, before as Pod, after as Pod)
    if (after.kind === 'VolumeAttachment') this.attached(run, after as VolumeAttachment)
    if (after.kind === 'Service' && (before as Service).clusterIP !== (after as Service).clusterIP) {
      this.fail(run, `the ClusterIP of ${after.key} changed`)
    }
  }

  serving(run: Run, id: PodId, serves: boolean): void {
    if (!serves) return
    const sandbox = run.world.truth.sandbox(id)
    const pod = run.world.store.pods.get(id)
    if (sandbox === undefined) this.fail(run, `Pod ${id} serves without a sandbox`)
    else if (!run.world.truth.machine(sandbox.machine).up) this.fail(run, `Pod ${id} serves on a machine that is down`)
    else if (pod !== undefined && pod.node !== sandbox.machine) this.fail(run, `${pod.key} runs on a machine it is not bound to`)
  }

  /** What the scheduler gives a node fits there, as far as it knows: all that the Pod requests, and one more Pod. */
  assumed(run: Run, id: PodId, node: MachineId): void {
    const { cluster } = stateOf(run.world, schedulerState)
    const { allocatable, requested, podCount, podsAllowed } = cluster.nodes
    const { pod, info } = cluster.placedPod(id) as PodView
    const exceeded = (resource: number): boolean => (requested[resource]?.[node] ?? 0) > (allocatable[resource]?.[node] ?? 0)
    const wanted = [...(info.cpu > 0 ? [CPU] : []), ...(info.memory > 0 ? [MEMORY] : []), ...info.others]
    if (wanted.some(exceeded) || (podCount[node] as number) > (podsAllowed[node] as number)) {
      this.fail(run, `${pod.key} was given more than ${cluster.nodes.objects[node]?.name ?? node} has left in the scheduler's cache`)
    }
  }

  /** One object per name, of each kind. */
  private named(run: Run, before: ApiObject | undefined, after: ApiObject | undefined): void {
    const { kind, namespace, name, key } = (after ?? before) as ApiObject
    const full = `${kind}/${namespace}/${name}`
    if (after === undefined) this.names.delete(full)
    else if (this.names.has(full)) this.fail(run, `there are two objects of the name of ${key}`)
    else this.names.add(full)
  }

  /** A volume that one machine at a time may use is attached to one. */
  private attached(run: Run, { id, claim, attached, key }: VolumeAttachment): void {
    if (!attached) return
    for (const other of run.world.store.tables.VolumeAttachment) {
      if (other.id !== id && other.claim === claim && other.attached) this.fail(run, `${key} and ${other.key} are attached at once`)
    }
  }

  private podMoved(run: Run, before: Pod, after: Pod): void {
    if (before.node >= 0 && before.node !== after.node) this.fail(run, `${after.key} moved from one machine to another`)
    if (before.deletionTimestamp !== null && after.deletionTimestamp === null) this.fail(run, `${after.key} is no longer being deleted`)
    const ended = before.phase === 'Succeeded' || before.phase === 'Failed'
    if (ended && after.phase !== before.phase) this.fail(run, `${after.key} went from ${before.phase} to ${after.phase}`)
  }

  private fail(run: Run, what: string): never {
    throw new BrokenInvariant(run.now, what)
  }
}
