import type { Change } from './change-log.ts'
import { type ApiObject, isActive, type OwnerReference, type Pod } from './objects.ts'
import type { Observer } from './observers.ts'
import type { Run } from './world.ts'

/** A place among the replicas of one owner, and how many Pods have held it. */
export interface Place {
  readonly slot: number
  readonly generation: number
}

interface Slots {
  next: number
  /** Places whose Pod is lost, in order of loss. */
  readonly vacant: Place[]
  /** Of owners whose places have numbers of their own: how many Pods have held each. */
  readonly held: Map<number, number>
}

/** Kinds that have Pods. */
const OWNERS: ReadonlySet<string> = new Set(['ReplicaSet', 'ReplicationController', 'StatefulSet', 'DaemonSet', 'Job'])

/** What a random Pod name suffix is made of (apimachinery pkg/util/rand: no vowels, no 0, 1, 3). */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789'

/**
 * Who replaces whom: the i-th Pod an owner creates after losses takes the place of the i-th lost. It gives every Pod an identity that does not depend on
 * how many Pods were created before it, which is what its random draws are addressed by.
 */
export class Lineages implements Observer {
  private readonly owners = new Map<string, Slots>()
  /** The same by name: who is created again under a name goes on with its places, as names of Pods follow from them. */
  private readonly names = new Map<string, Slots>()
  private readonly places = new Map<number, Place>()
  /** Places filled without the knowledge of whoever took them. */
  private readonly unheard = new Set<string>()

  /** Takes the next place of an owner: that of the Pod lost first, else a new one. */
  take(owner: OwnerReference): Place {
    const slots = this.slotsOf(owner)
    return slots.vacant.shift() ?? { slot: slots.next++, generation: 1 }
  }

  /** A place whose number is known, as the ordinal of a StatefulSet's Pod: the next Pod to hold it. */
  at(owner: OwnerReference, slot: number): Place {
    return { slot, generation: (this.slotsOf(owner).held.get(slot) ?? 0) + 1 }
  }

  /** Takes a place that has a meaning of its own: a Node's of a DaemonSet, an index's of a Job. */
  takeAt(owner: OwnerReference, slot: number): Place {
    const { held } = this.slotsOf(owner)
    const generation = (held.get(slot) ?? 0) + 1
    held.set(slot, generation)
    return { slot, generation }
  }

  /** Gives a place back: the Pod could not be created, or so it seems. */
  giveBack(owner: OwnerReference, place: Place): void {
    if (this.unheard.delete(nameOf(owner, place))) return
    const { held, vacant } = this.slotsOf(owner)
    if (!held.has(place.slot)) vacant.unshift(place)
    else if (held.get(place.slot) === place.generation) held.set(place.slot, place.generation - 1)
  }

  /** Whether the places of an owner are fixed: each is a Node, an index or an ordinal. */
  isFixed(owner: OwnerReference): boolean {
    return this.slotsOf(owner).held.size > 0
  }

  /**
   * A Pod is created by a call whose caller will not hear of it, in the place its key ends with. Answers the place it has: that one (of a StatefulSet always), or the next where
   * the caller has given it back and somebody else has taken it since (`asked`: the caller still waits); null when the key ends with none.
   */
  fillUnheard(owner: OwnerReference, key: string, asked: boolean): Place | null {
    const [slot, generation] = (/(?:^|\/)(\d+)\.(\d+)$/.exec(key) ?? []).slice(1).map(Number)
    if (slot === undefined || generation === undefined) return null
    const place = { slot, generation }
    if (owner.kind === 'StatefulSet') return place
    if (asked) {
      this.unheard.add(nameOf(owner, place))
      return place
    }
    const { held, vacant } = this.slotsOf(owner)
    if (held.has(slot)) return this.takeAt(owner, slot)
    const index = vacant.findIndex((each) => each.slot === slot && each.generation === generation)
    return index < 0 ? this.take(owner) : (vacant.splice(index, 1)[0] as Place)
  }

  /** A Pod was created in this place. */
  settle(pod: number, place: Place): void {
    this.places.set(pod, place)
  }

  /** A Pod was created in a place whose number is known. */
  hold(owner: OwnerReference, pod: number, place: Place): void {
    this.settle(pod, place)
    this.slotsOf(owner).held.set(place.slot, place.generation)
  }

  /** The place a Pod holds or held. */
  placeOf(pod: number): Place | undefined {
    return this.places.get(pod)
  }

  changed(_run: Run, change: Change): void {
    if (change.before === undefined && change.after !== undefined && OWNERS.has(change.after.kind)) this.inherit(change.after)
    const before = change.before as Pod | undefined
    const after = change.after as Pod | undefined
    if (before === undefined || before.kind !== 'Pod' || !isActive(before)) return
    if (after !== undefined && isActive(after)) return
    const place = this.places.get(before.id)
    if (place === undefined || before.owner === null) return
    const slots = this.slotsOf(before.owner)
    if (!slots.held.has(place.slot)) slots.vacant.push({ slot: place.slot, generation: place.generation + 1 })
  }

  private inherit({ kind, id, namespace, name }: ApiObject): void {
    const identity = `${kind}/${namespace}/${name}`
    const slots = this.names.get(identity)
    if (slots === undefined) this.names.set(identity, this.slotsOf({ kind, id } as OwnerReference))
    else this.owners.set(`${kind}/${id}`, slots)
  }

  private slotsOf(owner: OwnerReference): Slots {
    const name = `${owner.kind}/${owner.id}`
    let slots = this.owners.get(name)
    if (slots === undefined) {
      slots = { next: 1, vacant: [], held: new Map() }
      this.owners.set(name, slots)
    }
    return slots
  }
}

/** The ordinal at the end of the name of a StatefulSet's Pod; −1 when there is none. */
export function ordinalOf(podName: string): number {
  const digits = /-(\d+)$/.exec(podName)?.[1]
  return digits === undefined ? -1 : Number(digits)
}

const nameOf = ({ kind, id }: OwnerReference, { slot, generation }: Place): string => `${kind}/${id}/${slot}.${generation}`

/** The five characters Kubernetes appends to a generated name, as a pure function of the identity. */
export function nameSuffix(key: string, length = 5): string {
  let hash = fnv1a(key)
  let suffix = ''
  for (let i = 0; i < length; i++) {
    suffix += ALPHABET[hash % ALPHABET.length]
    hash = fnv1a(`${key}${i}`, hash)
  }
  return suffix
}

/** FNV-1a of the UTF-16 code units [32 bits, unsigned]. */
export function fnv1a(text: string, start = 0x811c9dc5): number {
  let hash = start >>> 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193) >>> 0
  return hash
}
