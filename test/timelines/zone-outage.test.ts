import { describe, expect, test } from 'vitest'
import type { ReplicationResult } from '../../src/measure/record.ts'
import { FULL } from '../support/play.ts'
import {
  AT,
  ascending,
  type Cluster,
  first,
  graceOf,
  last,
  PROFILES,
  type Release,
  runs,
  taintedAt,
  times,
  unknownAt,
  untaintedAt,
} from './support.ts'

/** Room for all Pods on the Nodes that are left. */
const container = { resources: { requests: { cpu: '10m', memory: '10Mi' } } }
/** Replications: outages of this size are long. */
const FEW = FULL ? 100 : 2

type Loss = { readonly who: object; readonly lasts?: number } & Pick<Cluster, 'nodes' | 'replicas' | 'horizon'> & Partial<Cluster>

const outage = ({ who, lasts, ...cluster }: Loss, kubernetes: Cluster['kubernetes']): readonly ReplicationResult[] => {
  const fault = { name: 'loss', fault: 'node-crash', when: { at: `${AT}s` }, who, ...(lasts === undefined ? {} : { for: `${lasts}s` }) }
  return runs({ container, faults: [fault], ...cluster, kubernetes }, FEW)
}
/** From the crash to Unknown if nothing else happens: the last heartbeat is up to 10.4 s old, the next look up to 5.1 s away. */
const support = (release: Release): readonly [number, number] => [graceOf(release) - 10.5, graceOf(release) + 5.2]
/** One token in 10 s, asked for every 100 ms and what a pass takes. */
const TOKEN: readonly [number, number] = [9.7, 10.4]
/** Calls of the controller in a second, after this many at once (--kube-api-qps, --kube-api-burst). */
const RATE = 20
const BURST = 30

const gaps = (sorted: readonly number[]): number[] => sorted.slice(1).map((time, i) => time - (sorted[i] as number))
const within = (value: number, [least, most]: readonly [number, number], what: string): void => {
  expect(value, what).toBeGreaterThanOrEqual(least)
  expect(value, what).toBeLessThanOrEqual(most)
}

/** Callers of the client that statuses and notices share: the monitor looks at one Node after the other, from 1.27 on at eight at a time; the recorder of notices sends one at a time. */
const callers = (release: Release): number => (release === '1.20' ? 2 : 9)
/** Calls while the statuses of ten Nodes and this many Pods are written: each caller has its turn. */
const callsFor = (pods: number, release: Release): number => ((10 + pods) * callers(release)) / (callers(release) - 1)

describe.each(PROFILES)('ten of thirty machines of Kubernetes %s with thirty Pods each die', (release) => {
  const results = outage({ who: { all: true, count: 10 }, nodes: 30, replicas: 900, horizon: '11m' }, release)

  test('the first is Unknown as if it were alone, the last when the Pods of those before it have been marked', () => {
    for (const result of results) {
      const unknown = ascending(unknownAt(result))
      expect(unknown).toHaveLength(10)
      within(unknown[0] as number, support(release), 'first')
      expect((unknown[9] as number) - (unknown[0] as number)).toBeLessThan(
        callsFor(times(result, 'pod', 'ready', 'false').size, release) / RATE + 5.2,
      )
    }
  })

  test('the last Pod is marked not ready when the calls for all have been made, at 20 a second after a burst of 30', () => {
    for (const result of results) {
      const marked = times(result, 'pod', 'ready', 'false')
      expect(marked.size).toBeGreaterThan(250)
      // Taints are put on by the same client meanwhile; between two looks there is a pause of 5 s, in which only the burst is saved up.
      const calls = callsFor(marked.size, release)
      within(last(marked) - first(unknownAt(result)), [(calls - 3 * BURST) / RATE, calls / RATE + 12], 'last Pod')
    }
  })

  test('the first NoExecute taint comes one look of the monitor after Unknown, from 1.34 on with it', () => {
    for (const result of results) {
      const behind = first(taintedAt(result)) - first(unknownAt(result))
      if (release !== '1.34') within(behind, [5, callsFor(times(result, 'pod', 'ready', 'false').size, release) / RATE + 6], 'first taint')
      // When the pass comes before the watch the Node waits for the next token.
      else within(behind, behind < 9 ? [0, 2.5] : [9.5, 12], 'first taint')
    }
  })

  test('one more Node is tainted with every token, 10 s apart, until all ten are', () => {
    for (const result of results) {
      const tainted = ascending(taintedAt(result))
      expect(tainted).toHaveLength(10)
      // The token is on time, the call that it allows may wait for the client.
      for (const gap of gaps(tainted)) expect(gap).toBeGreaterThan(8)
      // A token or two may be spent on nothing: a Node whose taint the watch has not brought yet is queued anew.
      within((tainted[9] as number) - (tainted[0] as number), [88, 11 * 10.2 + 12], 'all')
    }
  })

  test('each Node’s Pods are deleted 300 s after its taint at the rate of the evicting client, and replaced at once on the twenty that are left', () => {
    for (const result of results) {
      const [tainted, deleted] = [ascending(taintedAt(result)), ascending(times(result, 'pod', 'terminating'))]
      const calls = release === '1.20' ? 2 : 4
      for (const time of deleted) {
        const taint = tainted.findLast((each) => each + 300 <= time) as number
        within(time - taint - 300, [0, (calls * 40 - BURST) / RATE + 0.5], 'deletion')
      }
      const created = ascending(times(result, 'pod', 'created'))
      expect(created).toHaveLength(deleted.length)
      for (const [i, time] of created.entries()) within(time - (deleted[i] as number), [0, 2], 'replacement')
    }
  })
})

describe.each(PROFILES)('the ten machines of one zone of three die in Kubernetes %s', (release) => {
  const results = outage({ who: { zone: 'a' }, zones: ['a', 'b', 'c'], nodes: 30, replicas: 60, horizon: '10m' }, release)

  test('while 55 % of the zone are down no token comes; when all are, the first comes 10 s later: unlike part of a zone it pays once more', () => {
    for (const result of results) {
      const [unknown, tainted] = [ascending(unknownAt(result)), ascending(taintedAt(result))]
      const full = unknown[9] as number
      expect(tainted).toHaveLength(10)
      const after = tainted.filter((time) => time > full + 1)
      // How many were down after a look that was not the last: six of ten are 55 %.
      const known = unknown.filter((time) => time < full - 4).length
      if (known >= 6) within((after[0] as number) - full, [9.9, 11.4], 'first token')
      for (const gap of gaps(after)) within(gap, TOKEN, 'token')
      expect(after.length).toBeGreaterThanOrEqual(8)
      expect(times(result, 'pod', 'terminating').size).toBe(20)
    }
  })
})

describe.each(PROFILES)('17 of 30 machines of one zone die in Kubernetes %s', (release) => {
  const results = outage({ who: { all: true, count: 17 }, nodes: 30, replicas: 60, horizon: '20m' }, release)

  test('57 % of a zone that is not large stop the evictions: its Pods are not ready, and only Nodes tainted before the zone was judged lose theirs', () => {
    for (const result of results) {
      expect(unknownAt(result).size).toBe(17)
      const tainted = taintedAt(result)
      expect(tainted.size).toBeLessThanOrEqual(2)
      const marked = times(result, 'pod', 'ready', 'false')
      expect(marked.size).toBeGreaterThanOrEqual(30)
      for (const time of tainted.values()) expect(time).toBeLessThan(last(marked) + 5.5)
      const deleted = times(result, 'pod', 'terminating')
      expect(deleted.size).toBeLessThanOrEqual(4 * tainted.size)
      for (const time of deleted.values()) expect(time - first(tainted)).toBeGreaterThan(300)
    }
  })
})

describe.each(PROFILES)('34 of 60 machines of one zone die in Kubernetes %s', (release) => {
  const results = outage({ who: { all: true, count: 34 }, nodes: 60, replicas: 60, horizon: '70m' }, release)

  test('in a zone of more than 50 Nodes one is tainted every 100 s, the last after 55 minutes', () => {
    for (const result of results) {
      const tainted = ascending(taintedAt(result))
      expect(tainted).toHaveLength(34)
      const late = tainted.filter((time) => time > last(unknownAt(result)) + 1)
      expect(late.length).toBeGreaterThanOrEqual(32)
      // A look that still lists a Node without the taint it has just been given queues it anew, and a token is spent on nothing.
      for (const gap of gaps(late)) expect(Math.abs(gap / 100.1 - Math.round(gap / 100.1)), `${gap}`).toBeLessThan(0.005)
      within(tainted[33] as number, [31 * 100, 38 * 100.4 + 60], 'last')
    }
  })
})

describe.each(PROFILES)('ten of thirty machines of Kubernetes %s are back after two minutes', (release) => {
  const results = outage({ who: { all: true, count: 10 }, lasts: 120, nodes: 30, replicas: 60, horizon: '15m' }, release)

  test('nobody is tainted any more, taints go with the next look, and no Pod is deleted or made anew', () => {
    for (const result of results) {
      const up = times(result, 'node', 'ready', 'status=True')
      expect(up.size).toBe(10)
      const [on, off] = [taintedAt(result), untaintedAt(result)]
      expect([...off.keys()].sort()).toEqual([...on.keys()].sort())
      // Before 1.26 a kubelet says first that it is not ready, which swaps the taint at the next look.
      for (const [node, time] of off) within(time - (up.get(node) as number), [release === '1.20' ? -10.5 : 0, 5.6], 'taint gone')
      expect(times(result, 'pod', 'terminating').size).toBe(0)
      expect(times(result, 'pod', 'created').size).toBe(0)
    }
  })
})

/** Ten of thirty die, and 150 s after the first ten one more of the same zone. */
describe('after an outage of part of a zone', () => {
  const next = (kubernetes: '1.20.2' | '1.20'): readonly number[] => {
    const who = Array.from({ length: 11 }, (_, i) => `worker-${i + 1}`)
    const faults = who.map((node, i) => ({ name: node, fault: 'node-crash', when: { at: `${i < 10 ? AT : AT + 150}s` }, who: { node } }))
    const results = runs({ kubernetes, nodes: 30, replicas: 60, horizon: '25m', faults }, FEW)
    return results.map(
      (result) => (taintedAt(result).get('worker-11') ?? Number.POSITIVE_INFINITY) - (unknownAt(result).get('worker-11') ?? Number.NaN),
    )
  }

  test('the next Node is tainted one look after it is Unknown', () => {
    for (const wait of next('1.20')) within(wait, [4.9, 5.6], 'wait')
  })

  test('in 1.20.2 it waits behind every entry that the ten have left, each of which spends a token', () => {
    // Two looks for each token: the k-th Node leaves 2k entries, all ten 110. 190 s are over when the next one is Unknown.
    for (const wait of next('1.20.2')) within(wait, [100, 1300], 'wait')
  })
})
