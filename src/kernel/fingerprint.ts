import type { Observer } from './simulation.ts'
import type { Instant } from './time.ts'

/** One event as a fingerprint sees it; `index` counts the events of the run from 0. */
export interface SeenEvent {
  readonly index: number
  readonly time: Instant
  readonly kind: string
  readonly subject: number
}

const FNV_BASIS = 0x811c9dc5
const FNV_PRIME = 0x01000193

/** FNV-1a over the UTF-16 units of `text`, as a signed 32-bit number. */
function hashText(text: string): number {
  let hash = FNV_BASIS | 0
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME)
  return hash
}

/** One round of MurmurHash3 (A. Appleby, public domain) with the multipliers of a lane. */
function mix(hash: number, word: number, first: number, second: number): number {
  let k = Math.imul(word, first)
  k = Math.imul((k << 15) | (k >>> 17), second)
  const h = hash ^ k
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}

const high = (x: number): number => Math.floor(x / 2 ** 32) | 0
const hex = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0')

/**
 * A rolling hash over (time, kind, subject) of every event: two runs of equal fingerprints took the same course. 64 bits in two lanes;
 * nothing is allocated per event. With `every` it also keeps the hash after each `every` events, by which `firstDifferingStretch`
 * finds where two runs parted without keeping their events.
 */
export class Fingerprint<World> {
  /** Events seen. */
  events = 0
  /** The hash after each `every` events. */
  readonly checkpoints: string[] = []
  /** To be given to a simulation. */
  readonly observe: Observer<World>

  private readonly kinds = new Map<object, number>()
  private one = 0x2545f491
  private two = 0x4f6cdd1d

  /** `every`: events between checkpoints, none without it. */
  constructor(every = Number.POSITIVE_INFINITY) {
    let due = every
    this.observe = (now, kind, subject) => {
      this.add(now, this.kinds.get(kind) ?? this.learn(kind), subject)
      if (++this.events < due) return
      due += every
      this.checkpoints.push(this.hex)
    }
  }

  /** The hash so far: 16 hexadecimal digits. */
  get hex(): string {
    return hex(this.one) + hex(this.two)
  }

  private add(time: number, kind: number, subject: number): void {
    const timeHigh = high(time)
    const subjectHigh = high(subject)
    const one = mix(mix(this.one, time | 0, 0xcc9e2d51, 0x1b873593), timeHigh ^ kind, 0xcc9e2d51, 0x1b873593)
    this.one = mix(one, subject ^ subjectHigh, 0xcc9e2d51, 0x1b873593)
    const two = mix(mix(this.two, subject | 0, 0x239b961b, 0xab0e9789), subjectHigh ^ kind, 0x239b961b, 0xab0e9789)
    this.two = mix(two, time ^ timeHigh, 0x239b961b, 0xab0e9789)
  }

  private learn(kind: { readonly name: string }): number {
    const hash = hashText(kind.name)
    this.kinds.set(kind, hash)
    return hash
  }
}

/**
 * The stretch between two checkpoints in which two runs first differ, as a number of stretches from the start; undefined when neither has
 * a checkpoint that the other lacks or contradicts. Stretch s of runs with a checkpoint every n events holds the events n · s … n · (s + 1) − 1.
 */
export function firstDifferingStretch(ours: readonly string[], theirs: readonly string[]): number | undefined {
  const length = Math.max(ours.length, theirs.length)
  for (let i = 0; i < length; i++) if (ours[i] !== theirs[i]) return i
  return undefined
}

/** Keeps the events from number `from` up to, not including, number `to` of a run, to show what a fingerprint only says differs. */
export class Excerpt<World> {
  readonly events: SeenEvent[] = []
  /** To be given to a simulation. */
  readonly observe: Observer<World>

  constructor(from: number, to: number) {
    let index = 0
    this.observe = (time, kind, subject) => {
      if (index >= from && index < to) this.events.push({ index, time, kind: kind.name, subject })
      index++
    }
  }
}

/** The first place at which two excerpts of the same range differ: what each run handled there, undefined where it had ended. */
export function firstDifference(
  ours: readonly SeenEvent[],
  theirs: readonly SeenEvent[],
): readonly [SeenEvent | undefined, SeenEvent | undefined] | undefined {
  const same = (a: SeenEvent | undefined, b: SeenEvent | undefined): boolean =>
    a?.time === b?.time && a?.kind === b?.kind && a?.subject === b?.subject
  for (let i = 0; i < Math.max(ours.length, theirs.length); i++) if (!same(ours[i], theirs[i])) return [ours[i], theirs[i]]
  return undefined
}
