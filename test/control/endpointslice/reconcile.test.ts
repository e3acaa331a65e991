import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { PodId, SliceEndpoint } from '../../../src/cluster/objects.ts'
import { reconcileSlices, type SliceRow, sliceToFill } from '../../../src/control/endpointslice/reconcile.ts'

const endpoint = (pod: number, ready = true): SliceEndpoint => ({
  pod: pod as PodId,
  ip: `10.0.0.${pod}`,
  ready,
  serving: ready,
  terminating: false,
})
const endpoints = (from: number, count: number): SliceEndpoint[] => Array.from({ length: count }, (_, i) => endpoint(from + i))
const slice = (id: number, from: number, count: number): SliceRow => ({ id, endpoints: endpoints(from, count) })
const sizes = (rows: readonly SliceRow[]): number[][] => rows.map((row) => [row.id, row.endpoints.length])

/** TestReconcile… (pkg/controller/endpointslice/reconciler_test.go, 1.20). */
describe('Slices', () => {
  test('of a Service without Pods are one empty slice', () => {
    expect(reconcileSlices([], [], 100)).toEqual({ create: [[]], update: [], remove: [] })
  })

  test('of 250 Pods are 100, 100 and 50', () => {
    expect(reconcileSlices(endpoints(0, 250), [], 100).create.map((each) => each.length)).toEqual([100, 100, 50])
  })

  test('are not touched when nothing changed', () => {
    expect(reconcileSlices(endpoints(0, 30), [slice(1, 0, 30)], 100)).toEqual({ create: [], update: [], remove: [] })
  })

  test('with room take all new Pods in one write', () => {
    const writes = reconcileSlices(endpoints(0, 110), [slice(1, 0, 60), slice(2, 60, 30)], 100)
    expect([writes.create, sizes(writes.update), writes.remove]).toEqual([[], [[1, 80]], []])
  })

  test('without room for all of them get a new one', () => {
    const writes = reconcileSlices(endpoints(0, 200), [slice(1, 0, 80), slice(2, 80, 90)], 100)
    expect([writes.create.map((each) => each.length), writes.update, writes.remove]).toEqual([[30], [], []])
  })

  test('that must be written anyway are filled first', () => {
    const desired = [...endpoints(1, 49), ...endpoints(50, 50), ...endpoints(200, 10)]
    const writes = reconcileSlices(desired, [slice(1, 0, 50), slice(2, 50, 50)], 100)
    expect([sizes(writes.update), writes.create]).toEqual([[[1, 59]], []])
  })

  test('that lose all their Pods go, but the last one stays empty', () => {
    expect(reconcileSlices(endpoints(0, 10), [slice(1, 0, 10), slice(2, 10, 10)], 100).remove).toEqual([2])
    expect(reconcileSlices([], [slice(1, 0, 10)], 100)).toEqual({ create: [], update: [{ id: 1, endpoints: [] }], remove: [] })
  })

  test('are written when a Pod in them changes', () => {
    const writes = reconcileSlices([endpoint(0, false), endpoint(1)], [slice(1, 0, 2)], 100)
    expect(writes.update).toEqual([{ id: 1, endpoints: [endpoint(0, false), endpoint(1)] }])
  })
})

test('The slice to fill is the one that fits best', () => {
  const slices = [slice(1, 0, 10), slice(2, 0, 80), slice(3, 0, 95)]
  expect(sliceToFill(slices, 15, 100)?.id).toBe(2)
  expect(sliceToFill(slices, 5, 100)?.id).toBe(3)
  expect(sliceToFill(slices, 95, 100)).toBeUndefined()
})

test('Whatever was there, afterwards the slices hold each desired Pod once, and no slice too many', () => {
  const pods = fc.uniqueArray(fc.nat(60), { maxLength: 40 })
  fc.assert(
    fc.property(pods, pods, fc.integer({ min: 1, max: 10 }), (before, after, most) => {
      const rows: SliceRow[] = []
      for (let i = 0; i < before.length; i += most) {
        rows.push({ id: i, endpoints: before.slice(i, i + most).map((pod) => endpoint(pod)) })
      }
      const { create, update, remove } = reconcileSlices(
        after.map((pod) => endpoint(pod, pod % 2 === 0)),
        rows,
        most,
      )
      const kept = rows.filter(({ id }) => !remove.includes(id)).map((row) => update.find(({ id }) => id === row.id) ?? row)
      const all = [...kept.map((row) => row.endpoints), ...create]
      expect(all.every((each) => each.length <= most)).toBe(true)
      expect(
        all
          .flat()
          .map(({ pod }) => pod as number)
          .sort((a, b) => a - b),
      ).toEqual([...after].sort((a, b) => a - b))
      expect(all.flat().every(({ pod, ready }) => ready === (pod % 2 === 0))).toBe(true)
      expect(all.length).toBeGreaterThan(0)
      expect(new Set(update.map(({ id }) => id)).size).toBe(update.length)
    }),
    { seed: 1 },
  )
})
