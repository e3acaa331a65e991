import { describe, expect, test } from 'vitest'
import type { Node } from '../../src/cluster/objects.ts'
import { byEviction, isBestEffort, isCritical, refusesUnderPressure } from '../../src/control/kubelet/eviction-rules.ts'
import { bind, only, podOf, runFor } from '../control/kubelet/support.ts'
import { at } from '../support/outage.ts'
import { constant, containerSpec, type TestScenario } from '../support/world.ts'
import { faultAt, faultyRun } from './support.ts'

/** pkg/kubelet/eviction/helpers.go, eviction_manager.go (1.20 … 1.36); kubernetes-semantics §2.11. */
describe('the rules of eviction', () => {
  const rank = (name: string, exceeds: boolean, priority: number, excess: number) => ({ name, exceeds, priority, excess })
  const pods = [rank('modest', false, 0, 0.1), rank('greedy', false, 0, 0.9), rank('dear', true, 10, 0.9), rank('cheap', true, 0, 0.1)]
  test.each([
    ['memory', ['cheap', 'dear', 'greedy', 'modest']],
    ['disk', ['cheap', 'dear', 'greedy', 'modest']],
    ['pid', ['greedy', 'modest', 'cheap', 'dear']],
  ] as const)('rank for %s', (resource, order) => {
    const compare = byEviction(resource)
    expect(pods.toSorted(compare).map(({ name }) => name)).toEqual(order)
  })

  test('spare static Pods and those of system priority', () => {
    expect([
      isCritical({ priority: 0 }, true),
      isCritical({ priority: 2_000_000_000 }, false),
      isCritical({ priority: 1e9 }, false),
    ]).toEqual([true, true, false])
  })

  const bestEffort = containerSpec({ requests: {} })
  test.each([
    ['nothing is short', [], false, false, false],
    ['memory is, and it asks for none', ['memory'], false, true, true],
    ['memory is, and it asks for some', ['memory'], false, false, false],
    ['disk is', ['disk'], false, false, true],
    ['memory and disk are', ['memory', 'disk'], false, false, true],
    ['anything is, but it is critical', ['disk'], true, true, false],
  ] as const)('admit or refuse a Pod when %s', (_, conditions, critical, best, refused) => {
    expect(isBestEffort({ containers: [best ? bestEffort : containerSpec()], initContainers: [] })).toBe(best)
    expect(refusesUnderPressure({ conditions: new Set(conditions), critical, bestEffort: best, tolerations: [] })).toBe(refused)
  })

  test('let a Pod in that tolerates memory pressure', () => {
    const tolerations = [{ key: 'node.kubernetes.io/memory-pressure', operator: 'Exists', value: '', effect: '' } as const]
    expect(refusesUnderPressure({ conditions: new Set(['memory']), critical: false, bestEffort: true, tolerations })).toBe(false)
  })
})

const pod = (name: string, priority = 0) => ({ name, spec: { priority } })
const evicted = (lines: readonly (readonly [number, string])[]) =>
  lines.filter(([, what]) => what.startsWith('Failed Evicted') && what.includes('Error'))

describe('a machine under pressure', () => {
  const latency = { 'pod-cleanup': constant(1_500_000), 'container-stop': constant(40_000_000) }
  const play = (parameters: object, lasts: number | null, pods = [pod('a'), pod('b'), pod('c', 10)], options: TestScenario = {}) => {
    const fault = faultAt('node-pressure', 10, { parameters, ...(lasts === null ? {} : { lasts }) })
    const { run, lines } = faultyRun(pods, [fault], { profile: '1.34', ...options, latency: { ...latency, ...options.latency } })
    const conditions: [number, string][] = []
    run.world.observers.add({
      changed(now, { before, after }) {
        if (after?.kind !== 'Node' || before === undefined) return
        const [was, is] = [before as Node, after as Node]
        if (was.memoryPressure !== is.memoryPressure) conditions.push([now.now / 1e6, `memory ${is.memoryPressure}`])
        if (was.diskPressure !== is.diskPressure) conditions.push([now.now / 1e6, `disk ${is.diskPressure}`])
      },
    })
    return { run, lines, conditions }
  }

  test('loses one Pod after the other, the next when the one before is cleaned up', () => {
    const { run, lines } = play({}, 100)
    runFor(run, 200)
    const times = evicted(lines).map(([time]) => time)
    expect(times).toHaveLength(3)
    expect(times[0]).toBeGreaterThan(12)
    expect(times[0]).toBeLessThan(22.1)
    expect(only(lines, 'exits').map(([, what]) => what)).toEqual(['app exits 137', 'app exits 137', 'app exits 137'])
    // 1.5 s of clean-up, polled every second from its end on, and 2 s of grace for the next.
    for (const i of [1, 2]) expect((times[i] as number) - (times[i - 1] as number)).toBeCloseTo(4, 2)
    expect(podOf(run, 2).phase).toBe('Failed')
  })

  test('keeps its Pods as soon as enough of them are gone; lower priority goes first', () => {
    const { run, lines } = play({ pods: 2 }, null)
    runFor(run, 300)
    expect(evicted(lines)).toHaveLength(2)
    expect(podOf(run, 2).phase).toBe('Running')
  })

  test.each([
    ['1.20', 0, 'before 1.22 at once, with no grace'],
    ['1.27', 30, 'up to 1.30 with its own grace, for an override of 0 is none'],
    ['1.31', 2, 'from 1.31 on with 2 s'],
  ] as const)('ends a Pod by %s as its release does: %i s, %s', (profile, grace, _when) => {
    const { run, lines } = play({ pods: 1 }, null, [pod('a')], { profile })
    runFor(run, 100)
    const [killed] = only(lines, 'exits').map(([time]) => time)
    const [failed] = evicted(lines).map(([time]) => time)
    expect(killed).toBeGreaterThan(10 + grace)
    expect(killed).toBeLessThan(20.1 + grace)
    expect((failed as number) - (killed as number)).toBeLessThan(1.1 + 0.002)
    expect(podOf(run, 0)).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
  })

  test('loses a Pod that handles SIGTERM as one that has succeeded, from 1.27 on', () => {
    const { run } = play({ pods: 1 }, null, [pod('a')], { latency: { 'container-stop': constant(1_000_000) } })
    runFor(run, 100)
    expect(podOf(run, 0)).toMatchObject({ phase: 'Succeeded', reason: '' })
  })

  test('says so with its next status, until 5 min after it was last seen', () => {
    const { run, conditions } = play({ pods: 1 }, 30)
    runFor(run, 500)
    expect(conditions.map(([, what]) => what)).toEqual(['memory True', 'memory False'])
    const [[begins], [ends]] = conditions as [[number, string], [number, string]]
    expect(begins).toBeGreaterThan(10)
    expect(begins).toBeLessThan(30.1)
    expect(ends).toBeGreaterThan(310)
    expect(ends).toBeLessThan(345)
  })

  test('of disk refuses new Pods, and forgets images that nobody uses', () => {
    const { run, conditions } = play({ resource: 'disk' }, 60, [pod('a')])
    run.world.truth.machines[0]?.images.add('old:v1')
    at(run, 40, () => bind(run, pod('late')))
    runFor(run, 60)
    expect(conditions.map(([, what]) => what)).toEqual(['disk True'])
    expect(podOf(run, 1)).toMatchObject({ phase: 'Failed', reason: 'Evicted' })
    expect(run.world.truth.machines[0]?.images.has('old:v1')).toBe(false)
  })
})
