import { describe, expect, test } from 'vitest'
import type { Instant } from '../../src/kernel/time.ts'
import type { EventRow } from '../../src/measure/record.ts'
import { traceJson } from '../../src/report/trace.ts'

const at = (time: number, kind: string, object: string, event: string, detail = ''): EventRow => ({
  time: time as Instant,
  kind,
  object,
  event,
  detail,
})

interface Entry {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  readonly ts: number
  readonly dur?: number
  readonly id?: number
  readonly args?: { readonly name?: string }
}
const trace = (...args: Parameters<typeof traceJson>) => (JSON.parse(traceJson(...args)) as { traceEvents: Entry[] }).traceEvents

const story = [
  at(0, 'pod', 'web-a', 'initial', 'owner=ReplicaSet/web node=n01 ready=true'),
  at(0, 'fault', 'n01', 'crash'),
  at(43, 'node', 'n01', 'ready', 'status=Unknown reason=NodeStatusUnknown'),
  at(43, 'pod', 'web-a', 'ready', 'false'),
  at(343, 'pod', 'web-a', 'terminating', 'grace=30 node=n01'),
  at(344, 'pod', 'web-b', 'created', 'owner=ReplicaSet/web'),
  at(345, 'pod', 'web-b', 'scheduled', 'node=n02'),
  at(347, 'pod', 'web-b', 'containerRunning', 'c'),
  at(350, 'pod', 'web-b', 'ready', 'true'),
]

describe('A trace', () => {
  const entries = trace(story, 400)
  const named = (kind: string) =>
    new Map(
      entries.filter((entry) => entry.name === kind).map((entry) => [kind === 'thread_name' ? entry.tid : entry.pid, entry.args?.name]),
    )
  const processes = named('process_name')
  const threads = named('thread_name')
  const slices = entries
    .filter((entry) => entry.ph === 'X')
    .map((entry) => [processes.get(entry.pid), threads.get(entry.tid), entry.name, entry.ts, entry.dur])

  test('shows the states of each Pod on the Node it is on', () => {
    expect(slices).toEqual([
      ['n01', 'web-a', 'ready', 0, 43],
      ['n01', 'web-a', 'not ready', 43, 300],
      ['n01', 'web-a', 'terminating', 343, 57],
      ['cluster', 'web-b', 'unscheduled', 344, 1],
      ['n02', 'web-b', 'scheduled', 345, 2],
      ['n02', 'web-b', 'running', 347, 3],
      ['n02', 'web-b', 'ready', 350, 50],
    ])
  })

  test('is in order of time and names every track it uses', () => {
    const times = entries.map((entry) => entry.ts)
    expect(times).toEqual([...times].sort((a, b) => a - b))
    expect(entries.every((entry) => processes.has(entry.pid) && (entry.tid === 0 || threads.has(entry.tid)))).toBe(true)
  })

  test('draws an arrow from each event to what it scheduled', () => {
    const link = (sequence: number, because: number, time: number) => ({ sequence, because, time, kind: 'k', subject: 1, label: 'bucket' })
    const arrows = trace([], 10, [link(1, -1, 1), link(2, 1, 5), link(3, 1, 7)]).filter(({ ph }) => ph === 's' || ph === 'f')
    expect(arrows.map(({ ph, ts, id }) => [ph, ts, id])).toEqual([
      ['s', 1, 1],
      ['s', 1, 2],
      ['f', 5, 1],
      ['f', 7, 2],
    ])
  })
})
