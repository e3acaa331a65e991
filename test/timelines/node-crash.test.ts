import { describe, expect, test } from 'vitest'
import type { ReplicationResult } from '../../src/measure/record.ts'
import { AT, first, last, PROFILES, quantileOf, type Release, runs, times } from './support.ts'

/** Twelve Pods on six machines, one of which loses power for good. */
const crash = (kubernetes: Release, lasts?: number): readonly ReplicationResult[] =>
  runs({
    kubernetes,
    nodes: 6,
    replicas: 12,
    horizon: '20m',
    faults: [
      {
        name: 'loss',
        fault: 'node-crash',
        when: { at: `${AT}s` },
        who: { all: true, count: 1 },
        ...(lasts === undefined ? {} : { for: `${lasts}s` }),
      },
    ],
  })

/** Rows 2 … 8 and 11 with 30 Pods are those of test/timelines/node-crash-times.test.ts; these are the others. kubernetes-semantics §11.1. */
describe.each(PROFILES)('a machine of Kubernetes %s loses power for good', (release) => {
  const results = crash(release)

  test('row 4: its Pods leave the Endpoints within 1.2 s of being marked not ready', () => {
    for (const result of results) {
      const notReady = times(result, 'pod', 'ready', 'false')
      const gone = times(result, 'endpoints', 'ready-')
      expect(notReady.size).toBeGreaterThan(0)
      for (const [pod, marked] of notReady) {
        const lag = (gone.get(pod) ?? Number.NaN) - marked
        expect(lag).toBeGreaterThan(0)
        expect(lag).toBeLessThan(1.2)
      }
    }
  })

  test('rows 1 and 4: until then, and up to 1.2 s in the proxies, its share of the requests fails', () => {
    for (const { rows, ...result } of results) {
      const row = rows.find(({ workload }) => workload === 'deployment/default/web')
      const share = (row?.lost ?? 0) / 12
      const marked = times(result as ReplicationResult, 'pod', 'ready', 'false')
      const errors = (row?.errorTime ?? 0) / 1e6
      expect(errors).toBeGreaterThan(share * first(marked))
      expect(errors).toBeLessThan(share * (last(marked) + 2.4))
    }
  })

  test('rows 8 … 10: a replacement is created 0.1 s after each deletion, bound soon after, and ready 1 … 4 s later', () => {
    const creating: number[] = []
    const starting: number[] = []
    for (const result of results) {
      const deleted = times(result, 'pod', 'terminating')
      const created = times(result, 'pod', 'created')
      const scheduled = times(result, 'pod', 'scheduled')
      const ready = times(result, 'pod', 'ready', 'true')
      expect(created.size).toBe(deleted.size)
      const deletions = [...deleted.values()].sort((a, b) => a - b)
      ;[...created.entries()].forEach(([pod, at], i) => {
        const bound = scheduled.get(pod) ?? Number.NaN
        creating.push(at - (deletions[i] as number))
        starting.push((ready.get(pod) ?? Number.NaN) - bound)
        expect(bound - at).toBeLessThan(1)
      })
    }
    expect(quantileOf(creating, 0.5)).toBeLessThan(0.1)
    expect(Math.max(...creating)).toBeLessThan(1)
    expect(quantileOf(starting)).toBeGreaterThan(0.5)
    expect(quantileOf(starting, 0.95)).toBeLessThan(4.5)
    expect(Math.max(...starting)).toBeLessThan(10)
  })

  test('row 12: the old Pods stay, terminating', () => {
    for (const result of results) {
      const deleted = times(result, 'pod', 'terminating')
      const gone = times(result, 'pod', 'deleted')
      for (const pod of deleted.keys()) expect(gone.has(pod)).toBe(false)
    }
  })
})

/** kubernetes-semantics §11.1, variant: the Node comes back. `boot` and the start of the kubelet come on top of the outage. */
describe.each(PROFILES)('a machine of Kubernetes %s is back before its Pods are replaced', (release) => {
  const results = crash(release, 60)

  test('its Pods restart in place with new addresses, ready within 45 s of its boot', () => {
    for (const result of results) {
      const booted = last(times(result, 'machine', 'up'))
      if (booted > 300) continue
      expect(times(result, 'pod', 'created').size).toBe(0)
      const stopped = times(result, 'cri', 'containerStopped')
      const started = times(result, 'cri', 'containerStarted')
      const ready = times(result, 'pod', 'ready', 'true')
      for (const pod of stopped.keys()) {
        expect((started.get(pod) ?? Number.NaN) - booted).toBeLessThan(20)
        expect((ready.get(pod) ?? Number.NaN) - booted).toBeLessThan(45)
        expect(times(result, 'pod', 'ip').has(pod)).toBe(true)
      }
    }
  })
})

describe.each(PROFILES)('a machine of Kubernetes %s is back after its Pods were replaced', (release) => {
  const results = crash(release, 400)

  test('the old Pods are gone within 15 s of its kubelet’s start', () => {
    for (const result of results) {
      const booted = last(times(result, 'machine', 'up'))
      const gone = times(result, 'pod', 'deleted')
      const deleted = times(result, 'pod', 'terminating')
      expect(deleted.size).toBeGreaterThan(0)
      for (const pod of deleted.keys()) expect((gone.get(pod) ?? Number.NaN) - booted).toBeLessThan(18)
    }
  })
})
