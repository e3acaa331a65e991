import type { Change } from './change-log.ts'
import type { ApiObject, OwnerReference, Pod, PodId } from './objects.ts'
import type { Observer } from './observers.ts'
import type { Run } from './world.ts'

const NONE: ReadonlySet<PodId> = new Set<PodId>()

/**
 * Which workload a Pod belongs to: its top-most controller as `kind/namespace/name`, lower case, or the Pod itself. Kept from the Pod's creation on, because
 * owners may be deleted before their Pods; what is orphaned stays the workload that it was.
 */
export class Workloads implements Observer {
  private readonly names: string[] = []
  private readonly pods = new Map<string, Set<PodId>>()
  /** The workloads of controllers whose own controller has let them go. */
  private readonly orphans = new Map<string, string>()

  /** The workload of a Pod, alive or gone. */
  of(pod: PodId): string {
    return this.names[pod] as string
  }

  /** The Pods of a workload that exist in the store, in order of creation. */
  podsOf(workload: string): ReadonlySet<PodId> {
    return this.pods.get(workload) ?? NONE
  }

  /** The workload that an object without an owner stands for. */
  nameOf(object: ApiObject): string {
    const name = objectName(object)
    return this.orphans.get(name) ?? name
  }

  changed(run: Run, change: Change): void {
    const object = change.after ?? change.before
    if (object?.kind === 'ReplicaSet') this.letGo(run, change)
    if (object === undefined || object.kind !== 'Pod') return
    const id = object.id as PodId
    if (change.before === undefined) {
      const name = workloadName(run, object as Pod)
      this.names[id] = name
      const members = this.pods.get(name)
      if (members === undefined) this.pods.set(name, new Set([id]))
      else members.add(id)
    } else if (change.after === undefined) {
      this.pods.get(this.of(id))?.delete(id)
    }
  }

  private letGo(run: Run, { before, after }: Change): void {
    const owner = before?.owner ?? null
    if (after === undefined || owner === null || after.owner !== null) return
    const parent = run.world.store.tables[owner.kind].get(owner.id)
    if (parent !== undefined) this.orphans.set(objectName(after), this.nameOf(parent))
  }
}

/** `kind/namespace/name`, lower-case kind. */
export const objectName = (object: ApiObject): string => `${object.kind.toLowerCase()}/${object.namespace}/${object.name}`

function workloadName(run: Run, pod: Pod): string {
  let top: ApiObject = pod
  for (let owner: OwnerReference | null = pod.owner; owner !== null && owner.kind !== 'Node'; owner = top.owner) {
    const object: ApiObject | undefined = run.world.store.tables[owner.kind].get(owner.id)
    if (object === undefined) break
    top = object
  }
  return run.world.workloads.nameOf(top)
}
