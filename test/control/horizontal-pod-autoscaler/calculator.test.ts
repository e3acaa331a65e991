import { describe, expect, test } from 'vitest'
import { groupOf, type PodFacts, replicasFor, type Sample } from '../../../src/control/horizontal-pod-autoscaler/calculator.ts'

const S = 1e6
const PERIODS = { cpuInitialization: 300 * S, initialReadiness: 30 * S }
const pod: PodFacts = { deleted: false, failed: false, pending: false, sample: null, ready: true, startTime: 0, readyTransition: 5 * S }

/** pkg/controller/podautoscaler/replica_calculator.go:groupPods (1.20 … 1.36); kubernetes-semantics §6.5. */
describe('a Pod of an autoscaled workload', () => {
  test.each([
    ['is ignored when it is deleted', { deleted: true }, 400, 'ignored'],
    ['is ignored when it has failed', { failed: true }, 400, 'ignored'],
    ['is unready while it is pending, sample or not', { pending: true, sample: null }, 400, 'unready'],
    ['is missing without a sample, as on a machine that has crashed', { sample: null, ready: false }, 400, 'missing'],
    ['is unready in its first five minutes while it is not ready', { ready: false }, 100, 'unready'],
    ['is unready until its sample is of the time since it was ready', {}, 19, 'unready'],
    ['counts from then on', {}, 20, 'ready'],
    ['counts later, even if it is not ready, when it was once', { ready: false, readyTransition: 100 * S }, 400, 'ready'],
    ['is unready later when it never was ready', { ready: false, readyTransition: 10 * S }, 400, 'unready'],
    ['is unready before it has started', { startTime: null }, 400, 'unready'],
  ] as const)('%s', (_, facts, now, group) => {
    const sample = { time: now * S, window: 15 * S }
    expect(groupOf({ ...pod, sample, ...facts }, now * S, PERIODS, 34)).toBe(group)
  })

  test('that is deleted still counts in 1.20 as long as it has a sample', () => {
    const sample = { time: 400 * S, window: 15 * S }
    const of = (minor: number, has: boolean) => groupOf({ ...pod, deleted: true, sample: has ? sample : null }, 400 * S, PERIODS, minor)
    expect([of(20, true), of(20, false), of(27, true)]).toEqual(['leaving', 'ignored', 'ignored'])
  })
})

const samples = (spec: string): Sample[] =>
  spec.split(' ').flatMap((part) => {
    const [count, group, usage] = part.split(':') as [string, Sample['group'], string]
    return Array.from({ length: Number(count) }, () => ({ group, usage: Number(usage), request: 100 }))
  })

/** replica_calculator.go:GetResourceReplicas (1.20 … 1.36): target 50 %, tolerance 10 %. */
describe('the replicas that a use of CPU asks for', () => {
  test.each([
    ['as many as there are within the tolerance', '4:ready:54', 4, 4],
    ['in proportion', '4:ready:100', 4, 8],
    ['rounded up', '4:ready:60', 4, 5],
    ['fewer when they are idle', '4:ready:20', 4, 2],
    ['none known without a sample', '4:missing:0', 4, null],
    ['growth is damped by missing Pods, which count as idle', '3:ready:100 1:missing:0', 4, 6],
    ['growth is damped by unready Pods, which count as idle', '2:ready:100 2:unready:0', 4, 4],
    ['shrinking is damped by missing Pods, which count as busy', '3:ready:10 1:missing:0', 4, 3],
    ['unready Pods do not matter when it shrinks', '2:ready:10 2:unready:0', 4, 1],
    ['a change that filling in turns round is none', '1:ready:60 3:missing:0', 4, 4],
    ['leaving Pods count as measured, not as ready', '3:ready:100 1:leaving:20', 3, 5],
    ['ignored Pods do not count', '4:ready:100 2:ignored:0', 6, 8],
  ] as const)('%s', (_, spec, current, wanted) => {
    expect(replicasFor(samples(spec), current, 50, 0.1)).toBe(wanted)
  })
})
