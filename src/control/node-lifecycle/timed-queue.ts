import type { MachineId } from '../../cluster/objects.ts'

interface Entry {
  readonly machine: MachineId
  /** Its place in time: smaller is earlier; no two are the same. */
  readonly order: number
}

/**
 * A binary heap by time, laid out as Go's container/heap lays it out: which of several entries of one Node is found first depends on that.
 * pkg/controller/nodelifecycle/scheduler/rate_limited_queue.go:TimedQueue (1.20 … 1.36).
 */
export class TimedQueue {
  private readonly slots: Entry[] = []

  get length(): number {
    return this.slots.length
  }

  /** The Node of the earliest entry. */
  get head(): MachineId | undefined {
    return this.slots[0]?.machine
  }

  has(machine: MachineId): boolean {
    return this.slots.some((entry) => entry.machine === machine)
  }

  push(machine: MachineId, order: number): void {
    this.slots.push({ machine, order })
    this.up(this.slots.length - 1)
  }

  /** Removes the entry of this Node that comes first in the layout; answers whether there was one. */
  remove(machine: MachineId): boolean {
    const index = this.slots.findIndex((entry) => entry.machine === machine)
    if (index < 0) return false
    const last = this.slots.pop() as Entry
    if (index === this.slots.length) return true
    this.slots[index] = last
    if (!this.down(index)) this.up(index)
    return true
  }

  private less(i: number, j: number): boolean {
    return (this.slots[i] as Entry).order < (this.slots[j] as Entry).order
  }

  private swap(i: number, j: number): void {
    const entry = this.slots[i] as Entry
    this.slots[i] = this.slots[j] as Entry
    this.slots[j] = entry
  }

  private up(from: number): void {
    for (let child = from; child > 0; ) {
      const parent = Math.floor((child - 1) / 2)
      if (!this.less(child, parent)) return
      this.swap(child, parent)
      child = parent
    }
  }

  /** Answers whether the entry has moved. */
  private down(from: number): boolean {
    let parent = from
    for (let child = 2 * parent + 1; child < this.slots.length; child = 2 * parent + 1) {
      if (child + 1 < this.slots.length && this.less(child + 1, child)) child++
      if (!this.less(child, parent)) break
      this.swap(child, parent)
      parent = child
    }
    return parent > from
  }
}
