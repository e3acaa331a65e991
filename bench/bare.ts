import { Random } from '../src/kernel/random.ts'
import { delays, WRAP } from './delays.ts'
import type { Shop } from './machine-repair.ts'
import { type Timing, timed } from './timing.ts'

/**
 * The least that a program of this kind can be: a binary heap over typed arrays, events of four numbers, a table of handlers. No classes,
 * no cancellation, no checks, no growth. What the kernel costs beyond this is what its services cost.
 */
function bareHeap(capacity: number) {
  const times = new Float64Array(capacity)
  const sequences = new Float64Array(capacity)
  const kinds = new Uint8Array(capacity)
  const subjects = new Int32Array(capacity)
  let size = 0
  let pushed = 0

  function push(time: number, kind: number, subject: number): void {
    const sequence = pushed++
    let hole = size++
    // A new sequence is the greatest, so a tie leaves the parent above.
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if ((times[parent] as number) <= time) break
      times[hole] = times[parent] as number
      sequences[hole] = sequences[parent] as number
      kinds[hole] = kinds[parent] as number
      subjects[hole] = subjects[parent] as number
      hole = parent
    }
    times[hole] = time
    sequences[hole] = sequence
    kinds[hole] = kind
    subjects[hole] = subject
  }

  function removeTop(): void {
    const last = --size
    const time = times[last] as number
    const sequence = sequences[last] as number
    let hole = 0
    for (let child = 1; child < last; child = 2 * hole + 1) {
      const right = child + 1
      if (right < last) {
        const a = times[right] as number
        const b = times[child] as number
        if (a < b || (a === b && (sequences[right] as number) < (sequences[child] as number))) child = right
      }
      const childTime = times[child] as number
      if (time < childTime || (time === childTime && sequence < (sequences[child] as number))) break
      times[hole] = childTime
      sequences[hole] = sequences[child] as number
      kinds[hole] = kinds[child] as number
      subjects[hole] = subjects[child] as number
      hole = child
    }
    times[hole] = time
    sequences[hole] = sequence
    kinds[hole] = kinds[last] as number
    subjects[hole] = subjects[last] as number
  }

  /** Handles events until `limit` were handled; a handler is called with (time, subject). */
  function run(handlers: readonly ((time: number, subject: number) => void)[], limit: number): number {
    let time = 0
    for (let handled = 0; handled < limit && size > 0; handled++) {
      time = times[0] as number
      const kind = kinds[0] as number
      const subject = subjects[0] as number
      removeTop()
      ;(handlers[kind] as (time: number, subject: number) => void)(time, subject)
    }
    return time
  }

  return { push, run }
}

/** The hold model on the bare heap: every event handled schedules one new event. */
export function holdBare(pending: number, events: number): Timing {
  const table = delays()
  const heap = bareHeap(pending + 1)
  let next = 0
  const hold = (time: number, subject: number): void => heap.push(time + (table[next++ & WRAP] as number), 0, subject)
  for (let subject = 0; subject < pending; subject++) hold(0, subject)
  let end = 0
  const perEvent = timed(events, (some) => {
    end = heap.run([hold], some)
  })
  return { perEvent, end }
}

/** The machine-repair model on the bare heap; the same draws as through the kernel, hence the same course. */
export function machineRepairBare({ machines, crews, mtbf, mttr }: Shop, events: number): Timing {
  const uniform = new Random('bench', 0).stream('machine-repair', 'shop')
  const heap = bareHeap(machines + 1)
  const exponential = (mean: number): number => Math.round(-mean * Math.log1p(-uniform()))
  const waiting = new Int32Array(machines)
  let head = 0
  let length = 0
  let idle = crews
  let failed = 0
  let downtime = 0
  let since = 0
  const count = (time: number, change: number): void => {
    downtime += failed * (time - since)
    since = time
    failed += change
  }
  const fail = (time: number, machine: number): void => {
    count(time, 1)
    if (idle > 0) {
      idle--
      heap.push(time + exponential(mttr), 1, machine)
      return
    }
    waiting[(head + length++) % machines] = machine
  }
  const repaired = (time: number, machine: number): void => {
    count(time, -1)
    heap.push(time + exponential(mtbf), 0, machine)
    if (length === 0) {
      idle++
      return
    }
    const next = waiting[head] as number
    head = (head + 1) % machines
    length--
    heap.push(time + exponential(mttr), 1, next)
  }
  for (let machine = 0; machine < machines; machine++) heap.push(exponential(mtbf), 0, machine)
  let end = 0
  const perEvent = timed(events, (some) => {
    end = heap.run([fail, repaired], some)
  })
  return { perEvent, end: end + downtime }
}
