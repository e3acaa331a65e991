/** Numbers in the record of a cell: sequence, subject, detail, slot. Side by side they are one cache line to fetch, not four. */
const RECORD = 4
const SUBJECT = 1
const DETAIL = 2
const SLOT = 3

/**
 * A binary heap of events over typed arrays: its entries are (time, cell), the rest of an event stays in the record of its cell.
 * Nothing is allocated once the columns have grown. After `vacate` the root stays vacant, for most handlers push: the next push sinks
 * from there and saves one repair.
 */
export class NearHeap<Kind> {
  /** Entries, the vacant root included. */
  size = 0
  private vacant = false
  private times = new Float64Array(64)
  /** The cells of the entries in heap order, then all free cells. */
  private cells = Int32Array.from({ length: 64 }, (_, cell) => cell)
  private records = new Float64Array(64 * RECORD)
  /** The kind that is or was last in each cell; not cleared, for kinds live as long as the run. */
  private readonly kinds: Kind[] = []

  /** Fills the root if it is vacant: what `first…` answers is valid only then, and while there are entries. */
  settle(): void {
    if (this.vacant) this.removeFirst()
  }

  get firstTime(): number {
    return this.times[0] as number
  }

  get firstSlot(): number {
    return this.records[(this.cells[0] as number) * RECORD + SLOT] as number
  }

  get firstSequence(): number {
    return this.records[(this.cells[0] as number) * RECORD] as number
  }

  get firstKind(): Kind {
    return this.kinds[this.cells[0] as number] as Kind
  }

  get firstSubject(): number {
    return this.records[(this.cells[0] as number) * RECORD + SUBJECT] as number
  }

  get firstDetail(): number {
    return this.records[(this.cells[0] as number) * RECORD + DETAIL] as number
  }

  /** Removes the first entry and leaves the root vacant: `settle` before the next look at the first. */
  vacate(): void {
    this.vacant = true
  }

  /** Removes the first entry and fills the root with the last. */
  removeFirst(): void {
    const { cells } = this
    const freed = cells[0] as number
    const last = --this.size
    this.vacant = false
    const cell = cells[last] as number
    cells[last] = freed
    if (last > 0) this.sink(0, this.times[last] as number, this.records[cell * RECORD] as number, cell)
  }

  push(time: number, sequence: number, kind: Kind, subject: number, detail: number, slot: number): void {
    if (this.vacant) {
      const cell = this.cells[0] as number
      this.vacant = false
      this.write(cell, sequence, kind, subject, detail, slot)
      this.sink(0, time, sequence, cell)
    } else {
      if (this.size === this.times.length) this.grow()
      const cell = this.cells[this.size] as number
      this.write(cell, sequence, kind, subject, detail, slot)
      this.rise(this.size++, time, sequence, cell)
    }
  }

  /** Adds an entry out of order: `order` must follow. */
  append(time: number, sequence: number, kind: Kind, subject: number, detail: number, slot: number): void {
    if (this.size === this.times.length) this.grow()
    this.times[this.size] = time
    this.write(this.cells[this.size++] as number, sequence, kind, subject, detail, slot)
  }

  /** Makes a heap of what was appended: O(n). */
  order(): void {
    for (let hole = (this.size >> 1) - 1; hole >= 0; hole--) {
      const cell = this.cells[hole] as number
      this.sink(hole, this.times[hole] as number, this.records[cell * RECORD] as number, cell)
    }
  }

  private write(cell: number, sequence: number, kind: Kind, subject: number, detail: number, slot: number): void {
    const { records } = this
    const at = cell * RECORD
    records[at] = sequence
    records[at + SUBJECT] = subject
    records[at + DETAIL] = detail
    records[at + SLOT] = slot
    this.kinds[cell] = kind
  }

  /** Puts an entry into the hole at `start` or above it. */
  private rise(start: number, time: number, sequence: number, cell: number): void {
    const { times, cells, records } = this
    let hole = start
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      const parentTime = times[parent] as number
      const parentCell = cells[parent] as number
      if (parentTime <= time && (parentTime < time || (records[parentCell * RECORD] as number) < sequence)) break
      times[hole] = parentTime
      cells[hole] = parentCell
      hole = parent
    }
    times[hole] = time
    cells[hole] = cell
  }

  /** Puts an entry into the hole at `start` or below it. */
  private sink(start: number, time: number, sequence: number, cell: number): void {
    const { times, cells, records, size } = this
    let hole = start
    for (let child = 2 * hole + 1; child < size; child = 2 * hole + 1) {
      let childTime = times[child] as number
      if (child + 1 < size) {
        const rightTime = times[child + 1] as number
        if (rightTime <= childTime && (rightTime < childTime || this.precedes(child + 1, child))) {
          child++
          childTime = rightTime
        }
      }
      const childCell = cells[child] as number
      if (time <= childTime && (time < childTime || sequence < (records[childCell * RECORD] as number))) break
      times[hole] = childTime
      cells[hole] = childCell
      hole = child
    }
    times[hole] = time
    cells[hole] = cell
  }

  /** Of two entries of one instant: whether the first has the smaller sequence. */
  private precedes(one: number, other: number): boolean {
    const { cells, records } = this
    return (records[(cells[one] as number) * RECORD] as number) < (records[(cells[other] as number) * RECORD] as number)
  }

  private grow(): void {
    const length = 2 * this.times.length
    this.times = widen(this.times, new Float64Array(length))
    this.cells = widen(
      this.cells,
      Int32Array.from({ length }, (_, cell) => cell),
    )
    this.records = widen(this.records, new Float64Array(length * RECORD))
  }
}

/** The longer column, with the content of the shorter one. */
export function widen<Column extends { set(from: Column): void }>(from: Column, to: Column): Column {
  to.set(from)
  return to
}
