import { type NearHeap, widen } from './near-heap.ts'
import type { Slots } from './slots.ts'

/** Buckets that are told apart by time. Their last cache lines, where the next events go, fit into a second-level cache. */
const BUCKETS = 1024
/** The bucket behind them, for whatever is later than they reach. */
const LATER = BUCKETS
/** Events that a bucket should hold: few enough for a shallow heap, enough to pay for the turn. */
const PER_BUCKET = 64
/** The buckets should reach at least over this many times the pending events, so that few events pass through `LATER`. */
const REACH = 2
/** Up to this many are not worth sorting into buckets. */
export const FEW = 256
/** Times that the width of the buckets is judged by. */
const SAMPLES = 64

/** Entries of a page, a power of two: a bucket is a chain of pages, so that all of them share one store without moving. */
const PAGE = 32

/** Numbers in the record of an entry: time, sequence, subject, detail, slot. */
const RECORD = 5
const SEQUENCE = 1
const SUBJECT = 2
const DETAIL = 3
const SLOT = 4

/**
 * Events that are not next for long, unsorted, in buckets by time. An event is written behind the last one of its bucket and read once,
 * in a row with the others: whether there are a thousand or a million, hardly any access misses the cache, as one in a deep heap does.
 * The bucket of a time never falls as the time grows, whatever is rounded, and equal times have one bucket. So when the buckets below
 * the cursor have been poured out, all that is still here is later than all that was in them.
 */
export class FarEvents<Kind> {
  /** Entries, those of cancelled events included. */
  count = 0

  private readonly slots: Slots
  /** Bucket of a time: (time − start) · scale, rounded down. At scale 0 every time is near. */
  private start = 0
  private scale = 0
  /** The first bucket that has not been poured out. */
  private cursor = 1

  /** Position behind the last entry of each bucket, 0 when it is empty; with a page full, its next entry begins another. */
  private readonly ends = new Int32Array(BUCKETS + 1)
  private records = new Float64Array(PAGE * RECORD)
  private readonly kinds: (Kind | undefined)[] = []
  /** For a page in use, the end of the page before it in the bucket; for a free one, the next free page. */
  private before = new Int32Array(1)
  private pages = 0
  private freePage = -1

  constructor(slots: Slots) {
    this.slots = slots
  }

  /** Whether an event at `time` belongs here: not before anything that was poured out since the buckets were laid out. */
  admits(time: number): boolean {
    return !((time - this.start) * this.scale < this.cursor)
  }

  /** Adds an event whose time is admitted. */
  push(time: number, sequence: number, kind: Kind, subject: number, detail: number, slot: number): void {
    this.append(this.bucketOf(time), time, sequence, kind, subject, detail, slot)
  }

  /** Moves the events of the next bucket into `near`, which is empty. Drops cancelled ones, so `near` may be empty afterwards. */
  pour(near: NearHeap<Kind>): void {
    this.empty(this.turn(), near)
    near.order()
  }

  /** Puts everything behind the buckets: they are laid out anew at the next `pour`, and until then every time is admitted there. */
  gather(): void {
    this.scale = 0
    this.cursor = BUCKETS
    this.start = Number.POSITIVE_INFINITY
    for (let bucket = 0; bucket < BUCKETS; bucket++) this.empty(bucket, undefined)
  }

  private bucketOf(time: number): number {
    const bucket = (time - this.start) * this.scale
    return bucket < BUCKETS ? Math.floor(bucket) : LATER
  }

  /** The next bucket to pour out; everything in `LATER` is distributed first when the other buckets are used up. */
  private turn(): number {
    for (;;) {
      while (this.cursor < BUCKETS && this.ends[this.cursor] === 0) this.cursor++
      if (this.cursor < BUCKETS) return this.cursor++
      if (this.count <= FEW || !this.layOut()) break
      this.empty(LATER, undefined)
    }
    this.start = 0
    this.scale = 0
    this.cursor = 1
    return LATER
  }

  /**
   * Chooses what times the buckets are for, when all events are in `LATER`: from the first time on, as wide as suits the earlier half of the
   * events, so that a few events in a far future change nothing. Answers whether there is a finite time.
   */
  private layOut(): boolean {
    const samples = new Float64Array(SAMPLES)
    const stride = Math.ceil(this.count / SAMPLES)
    let seen = 0
    let first = Number.POSITIVE_INFINITY
    for (let end = this.ends[LATER] as number; end > 0; end = this.before[pageOf(end)] as number) {
      for (let position = firstOfPage(end); position < end; position++) {
        const time = this.records[position * RECORD] as number
        if (time < first) first = time
        if (seen % stride === 0) samples[seen / stride] = time
        seen++
      }
    }
    const sampled = samples.subarray(0, Math.ceil(seen / stride)).sort((a, b) => (a < b ? -1 : Number(a > b)))
    const half = (sampled[sampled.length >> 1] as number) - first
    const perBucket = Math.max(PER_BUCKET, (REACH * seen) / BUCKETS)
    this.start = first
    this.scale = 1 / Math.max(1, (half * 2 * perBucket) / seen)
    this.cursor = 0
    return first < Number.POSITIVE_INFINITY
  }

  /** Moves the events of one bucket into `near`, without it to the buckets where they belong now; drops cancelled ones. */
  private empty(bucket: number, near: NearHeap<Kind> | undefined): void {
    const { slots, kinds } = this
    let end = this.ends[bucket] as number
    for (this.ends[bucket] = 0; end > 0; end = this.release(end)) {
      for (let position = firstOfPage(end); position < end; position++) {
        const { records } = this
        const at = position * RECORD
        const slot = records[at + SLOT] as number
        if (!slots.isPending(slot)) {
          slots.release(slot)
          continue
        }
        const time = records[at] as number
        const sequence = records[at + SEQUENCE] as number
        const subject = records[at + SUBJECT] as number
        const detail = records[at + DETAIL] as number
        const kind = kinds[position] as Kind
        if (near === undefined) this.push(time, sequence, kind, subject, detail, slot)
        else near.append(time, sequence, kind, subject, detail, slot)
      }
    }
  }

  private append(bucket: number, time: number, sequence: number, kind: Kind, subject: number, detail: number, slot: number): void {
    const last = this.ends[bucket] as number
    const position = last % PAGE === 0 ? this.takePage(last) : last
    this.ends[bucket] = position + 1
    const { records } = this
    const at = position * RECORD
    records[at] = time
    records[at + SEQUENCE] = sequence
    records[at + SUBJECT] = subject
    records[at + DETAIL] = detail
    records[at + SLOT] = slot
    this.kinds[position] = kind
    this.count++
  }

  /** Frees the page that ends at `end`, when its entries have been read; answers the end of the page before it. */
  private release(end: number): number {
    const page = pageOf(end)
    const before = this.before[page] as number
    this.before[page] = this.freePage
    this.freePage = page
    this.count -= end - firstOfPage(end)
    return before
  }

  /** A page to go on with behind the page that ends at `before`; answers its first position. */
  private takePage(before: number): number {
    let page = this.freePage
    if (page >= 0) {
      this.freePage = this.before[page] as number
    } else {
      page = this.pages++
      if (page === this.before.length) {
        this.before = widen(this.before, new Int32Array(2 * page))
        this.records = widen(this.records, new Float64Array(2 * page * PAGE * RECORD))
      }
      for (let i = 0; i < PAGE; i++) this.kinds.push(undefined)
    }
    this.before[page] = before
    return page * PAGE
  }
}

/** The page that ends at `end`, more than 0. */
const pageOf = (end: number): number => ((end - 1) / PAGE) | 0

const firstOfPage = (end: number): number => pageOf(end) * PAGE
