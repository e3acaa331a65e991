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
  taintsAfter,
  times,
  unknownAt,
  untaintedAt,
} from './support.ts'

const FEW = FULL ? 100 : 3
const NODES = 12
const PODS = 24

const power = (lasts?: number, who: object = { all: true }): object => ({
  name: 'power',
  fault: 'node-crash',
  when: { at: `${AT}s` },
  who,
  ...(lasts === undefined ? {} : { for: `${lasts}s` }),
})

const outage = (kubernetes: Release, faults: readonly object[], cluster: Partial<Cluster> = {}): readonly ReplicationResult[] =>
  runs({ kubernetes, nodes: NODES, replicas: PODS, horizon: '30m', faults, ...cluster }, FEW)

/** Nodes that have their NoExecute taint at the end. */
const stillTainted = (result: ReplicationResult): string[] => [...taintedAt(result).keys()].filter((node) => !untaintedAt(result).has(node))
/** When the look that found the last Node silent began: no Node that it found was Unknown before. */
const lastLook = (result: ReplicationResult): number => {
  const unknown = ascending(unknownAt(result))
  return unknown.findLast((time, i) => i === 0 || time - (unknown[i - 1] as number) > 4) as number
}

describe.each(PROFILES)('all machines of Kubernetes %s lose power for good, the control plane is not among the Nodes', (release) => {
  const results = outage(release, [power()])

  test('all are Unknown after two or three looks, and their Pods not ready', () => {
    for (const result of results) {
      const unknown = ascending(unknownAt(result))
      expect(unknown).toHaveLength(NODES)
      expect(unknown[0]).toBeGreaterThan(graceOf(release) - 10.5)
      expect(unknown[NODES - 1]).toBeLessThan(graceOf(release) + 10)
      expect(times(result, 'pod', 'ready', 'false').size).toBe(PODS)
      expect(times(result, 'node', 'taint+', 'node.kubernetes.io/unreachable:NoSchedule').size).toBe(NODES)
    }
  })

  test('one NoExecute taint at most slips through; master disruption takes it off unless it was put on during its own look', () => {
    for (const result of results) {
      const tainted = taintedAt(result)
      expect(tainted.size).toBeLessThanOrEqual(2)
      for (const [node, time] of tainted) {
        expect(time).toBeLessThan(last(unknownAt(result)) + 2)
        // The look lists the Nodes some calls before it writes the first status.
        if (Math.abs(time - lastLook(result)) > 0.2)
          expect(stillTainted(result).includes(node), `${node} at ${time}`).toBe(time > lastLook(result))
      }
    }
  })

  test('only Pods of a Node whose taint stayed are ever deleted', () => {
    for (const result of results) {
      const deleted = times(result, 'pod', 'terminating')
      expect(deleted.size > 0).toBe(stillTainted(result).length > 0)
      expect(deleted.size).toBeLessThanOrEqual(4)
      for (const time of deleted.values()) expect(time - last(taintedAt(result))).toBeGreaterThan(300)
    }
  })
})

describe.each(PROFILES)('all machines of Kubernetes %s have power again after ten minutes', (release) => {
  const results = outage(release, [power(600)])

  test('each is ready when its kubelet runs, from 1.26 on at once, and its NoSchedule taint goes', () => {
    for (const result of results) {
      const up = times(result, 'machine', 'up')
      const ready = times(result, 'node', 'ready', 'status=True')
      const free = times(result, 'node', 'taint-', 'node.kubernetes.io/unreachable:NoSchedule')
      expect(ready.size).toBe(NODES)
      for (const [node, time] of up) {
        // A kubelet starts in 3 … 15 s.
        expect((ready.get(node) ?? Number.NaN) - time).toBeLessThan(release === '1.20' ? 26 : 16)
        expect(free.has(node)).toBe(true)
      }
    }
  })

  test('Pods start again in place with new addresses; none is made anew but for those of a Node whose taint had stayed', () => {
    for (const result of results) {
      const deleted = times(result, 'pod', 'terminating')
      expect(times(result, 'pod', 'created').size).toBe(deleted.size)
      const [up, started] = [last(times(result, 'machine', 'up')), times(result, 'cri', 'containerStarted')]
      const ready = times(result, 'pod', 'ready', 'true')
      for (const [pod, time] of started) {
        if (deleted.has(pod)) continue
        expect(time).toBeLessThan(up + 60)
        expect(ready.has(pod)).toBe(true)
      }
      expect(started.size).toBe(PODS)
    }
  })
})

/** The first half has power again after ten minutes, the other half never. */
const halves = (lost: number): readonly object[] => {
  const nodes = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `worker-${from + i + 1}`)
  return [
    ...nodes(0, NODES - lost).map((node) => ({ ...power(600, { node }), name: `back-${node}` })),
    ...nodes(NODES - lost, NODES).map((node) => ({ ...power(undefined, { node }), name: `lost-${node}` })),
  ]
}

describe.each(PROFILES)('of the machines of Kubernetes %s that lost power', (release) => {
  test('five of twelve never return: as soon as fewer than 55 % are down they are tainted at 0.1 a second, and lose their Pods 300 s later', () => {
    for (const result of outage(release, halves(5))) {
      const ready = ascending(times(result, 'node', 'ready', 'status=True'))
      expect(ready).toHaveLength(7)
      const late = taintsAfter(result, 600)
      expect(late.length).toBeGreaterThanOrEqual(4)
      // Normal again with the sixth of twelve: 6 / 12 are less than 55 %.
      expect(late[0]).toBeGreaterThan(ready[5] as number)
      expect(late.at(-1)).toBeLessThan((ready[5] as number) + 5.2 + 6 * 10.4)
      const deleted = [...times(result, 'pod', 'terminating').values()].filter((time) => time > 600)
      expect(deleted.length).toBeGreaterThan(0)
      for (const time of deleted) {
        const taint = late.findLast((each) => each + 300 <= time) ?? Number.NaN
        expect(time - taint).toBeLessThan(302)
      }
    }
  })

  test('eight of twelve never return: 67 % of a small zone are never tainted', () => {
    for (const result of outage(release, halves(8))) {
      expect(taintsAfter(result, 600)).toEqual([])
      expect([...times(result, 'pod', 'terminating').values()].filter((time) => time > 600)).toEqual([])
    }
  })
})

describe.each(PROFILES)('with a registered control plane that lives on, Kubernetes %s', (release) => {
  test('in the same zone: is partially disrupted and evicts nobody but for Nodes tainted before; their taint stays', () => {
    for (const result of outage(release, [power()], {
      zones: ['a'],
      cluster: { 'control-plane': { count: 3, registered: true, zones: ['a'] } },
    })) {
      expect(unknownAt(result).size).toBe(NODES)
      expect(taintedAt(result).size).toBeLessThanOrEqual(2)
      expect(untaintedAt(result).size).toBe(0)
      expect(times(result, 'pod', 'terminating').size > 0).toBe(taintedAt(result).size > 0)
    }
  })

  test('in a zone of its own: evicts the zone of the workers at 0.1 Nodes a second, and the replacements wait', () => {
    for (const result of outage(release, [power()], {
      zones: ['a'],
      cluster: { 'control-plane': { count: 3, registered: true, zones: ['m'] } },
    })) {
      const tainted = ascending(taintedAt(result))
      expect(tainted).toHaveLength(NODES)
      expect((tainted[NODES - 1] as number) - last(unknownAt(result))).toBeLessThan((NODES + 1) * 10.4 + 1)
      expect(times(result, 'pod', 'terminating').size).toBe(PODS)
      expect(times(result, 'pod', 'created').size).toBe(PODS)
      expect(times(result, 'pod', 'scheduled').size).toBe(0)
    }
  })
})

describe.each(PROFILES)('of three zones of Kubernetes %s that lost power, one is back first', (release) => {
  test('the zones that are still down are tainted at once, all but their first Node a token later: other than in one zone their Pods are not safe', () => {
    const faults = [
      { ...power(600, { zone: 'a' }), name: 'a' },
      { ...power(undefined, { zone: 'b' }), name: 'b' },
      { ...power(undefined, { zone: 'c' }), name: 'c' },
    ]
    for (const result of outage(release, faults, { zones: ['a', 'b', 'c'] })) {
      const ready = first(times(result, 'node', 'ready', 'status=True'))
      const late = taintsAfter(result, 600)
      expect(late.length).toBeGreaterThanOrEqual(6)
      expect(Math.min(...late)).toBeGreaterThan(ready)
      expect(Math.max(...late)).toBeLessThan(ready + 5.2 + 10.4 * 5)
      const deleted = [...times(result, 'pod', 'terminating').values()].filter((time) => time > 600)
      // Of the first zone a machine that boots last may be tainted, too, and is back in time.
      expect(late.some((taint) => Math.abs(Math.min(...deleted) - taint - 300) < 2)).toBe(true)
      expect(deleted.length).toBeGreaterThanOrEqual(12)
    }
  })
})
