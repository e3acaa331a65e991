/** Rows under way, each named by the slot it lies in: what a reply's subject points to. Slots are reused, newest free first. */
export class Rows<Row> {
  private readonly rows: (Row | undefined)[] = []
  private readonly free: number[] = []

  /** Keeps a row; answers its slot. */
  add(row: Row): number {
    const slot = this.free.pop() ?? this.rows.length
    this.rows[slot] = row
    return slot
  }

  /** The row in a slot, which stays there. */
  at(slot: number): Row {
    return this.rows[slot] as Row
  }

  /** Takes the row out of its slot. */
  take(slot: number): Row {
    const row = this.rows[slot] as Row
    this.rows[slot] = undefined
    this.free.push(slot)
    return row
  }

  /** Rows still under way, in order of slot. */
  *[Symbol.iterator](): IterableIterator<Row> {
    for (const row of this.rows) if (row !== undefined) yield row
  }
}
