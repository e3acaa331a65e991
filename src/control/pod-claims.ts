import type { Cache } from '../cluster/cache.ts'
import type { Client } from '../cluster/client.ts'
import type { ApiObject, OwnerReference, Pod, PodId } from '../cluster/objects.ts'
import { selectorMatches } from '../cluster/selectors.ts'
import { NOT_FOUND } from '../cluster/status.ts'
import type { Kind, Run } from '../cluster/world.ts'
import type { LabelSelector } from '../scenario/specs.ts'

/** A Pod to be taken over, or let go. */
export interface Claim {
  readonly pod: Pod
  readonly adopt: boolean
}

type Selecting = Pick<ApiObject, 'id' | 'namespace' | 'deletionTimestamp'> & { readonly selector: LabelSelector }

/**
 * The Pods that a controller lets go, because its selector does not match them any more or they are no member, and those without a
 * controller that it takes over, in order of id; none while it is being deleted. controller_ref_manager.go:ClaimPods, ClaimObject (1.20 …
 * 1.36).
 */
export function claimsOf(cache: Cache, owner: OwnerReference, set: Selecting, isMember: (pod: Pod) => boolean = () => true): Claim[] {
  if (set.deletionTimestamp !== null) return []
  const pods = (ids: Iterable<PodId>): Pod[] => [...ids].map((id) => cache.get('Pod', id) as Pod).sort((a, b) => a.id - b.id)
  const matches = (pod: Pod): boolean => selectorMatches(set.selector, pod.labels) && isMember(pod)
  const released = pods(cache.podsOfOwner(owner.kind, owner.id)).filter((pod) => !matches(pod))
  const adopted = pods(cache.podsWithoutOwner(set.namespace)).filter((pod) => pod.deletionTimestamp === null && matches(pod))
  return [...released.map((pod) => ({ pod, adopt: false })), ...adopted.map((pod) => ({ pod, adopt: true }))]
}

/** A controller's Pods as its cache has them, `pods`, with what it has claimed since. */
export function withClaims(pods: readonly Pod[], claims: readonly Claim[]): Pod[] {
  const left = pods.filter(({ id }) => !claims.some((claim) => claim.pod.id === id))
  return [...left, ...claims.filter(({ adopt }) => adopt).map(({ pod }) => pod)]
}

/** What a controller claims at the begin of one sync. */
interface Row {
  readonly object: ApiObject
  readonly owner: OwnerReference
  readonly claims: readonly Claim[]
  next: number
}

/**
 * How controllers of DaemonSets and StatefulSets claim Pods: one PATCH after the other; before the first adoption the controller's object
 * is read afresh, in case it is gone or being deleted (RecheckDeletionTimestamp). `ended` is told whether all of it worked. Holds no state
 * of a run but in `rows`.
 */
export class PodClaims {
  private readonly of: (run: Run) => { readonly client: Client; readonly claims: Map<number, Row> }
  private readonly ended: (run: Run, id: number, well: boolean) => void
  private readonly Rechecked: Kind
  private readonly Claimed: Kind

  constructor(
    name: string,
    of: (run: Run) => { readonly client: Client; readonly claims: Map<number, Row> },
    ended: (run: Run, id: number, well: boolean) => void,
  ) {
    this.of = of
    this.ended = ended
    this.Rechecked = { name: `${name}/adoptable`, on: (run, id, answer) => this.rechecked(run, id, answer) }
    this.Claimed = { name: `${name}/adopted`, on: (run, id, answer) => this.claimed(run, id, answer) }
  }

  /** Begins; without claims it ends at once. */
  begin(run: Run, object: ApiObject, owner: OwnerReference, claims: readonly Claim[]): void {
    if (claims.length === 0) {
      this.ended(run, object.id, true)
      return
    }
    const { client, claims: rows } = this.of(run)
    rows.set(object.id, { object, owner, claims, next: 0 })
    if (claims.some(({ adopt }) => adopt)) run.world.api.get(run, client, object, this.Rechecked, object.id)
    else this.next(run, object.id)
  }

  private rechecked(run: Run, id: number, answer: number): void {
    const { object } = this.of(run).claims.get(id) as Row
    const newest = run.world.store.tables[object.kind].get(id)
    if (answer < 0 || newest === undefined || newest.deletionTimestamp !== null) this.end(run, id, false)
    else this.next(run, id)
  }

  private next(run: Run, id: number): void {
    const { client, claims } = this.of(run)
    const row = claims.get(id) as Row
    const claim = row.claims[row.next]
    if (claim === undefined) this.end(run, id, true)
    else run.world.api.update(run, client, claim.pod, { owner: claim.adopt ? row.owner : null }, 0, this.Claimed, id)
  }

  private claimed(run: Run, id: number, answer: number): void {
    const row = this.of(run).claims.get(id) as Row
    row.next++
    if (answer < 0 && answer !== NOT_FOUND) this.end(run, id, false)
    else this.next(run, id)
  }

  private end(run: Run, id: number, well: boolean): void {
    this.of(run).claims.delete(id)
    this.ended(run, id, well)
  }
}

/** The claims under way of one controller. */
export type ClaimRows = Map<number, Row>
