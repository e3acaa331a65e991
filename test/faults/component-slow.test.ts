import { describe, expect, test } from 'vitest'
import { crash, stage, web } from './control-plane.ts'

const slow = (component: string, at: number, lasts: number, fields: object): object => ({
  name: `${component}-slow`,
  fault: 'component-slow',
  component,
  when: { at: `${at}s` },
  for: `${lasts}s`,
  ...fields,
})
const scale = (at: number, replicas: number): object => ({ when: { at: `${at}s` }, do: 'scale', of: 'deployment/default/web', replicas })

describe('what is slow takes its factor longer', () => {
  // Scaling up: the operator's write and its watch, a sync and a write of the Deployment's, a sync and a write of the ReplicaSet's, the Pod's watch, a cycle, a write.
  const [quick] = stage({ faults: [], operations: [scale(60, 4)] })
  const created = quick?.first(/^pod .* created/, 1) as number
  const bound = quick?.first(/^pod .* scheduled/, 1) as number

  test.each([
    ['etcd: three writes of 10 ms', 'etcd', { factor: 11 }, 0.3, 0.4],
    ['the API server: three writes of 10 ms and two deliveries of 5 ms', 'kube-apiserver', { factor: 11 }, 0.4, 0.55],
    ['the controller manager: two syncs of 1 ms', 'kube-controller-manager', { factor: 101 }, 0.2, 0.2],
    ['the scheduler: a cycle of 2 ms', 'kube-scheduler', { factor: 101 }, 0, 0.2],
    ['etcd, where a write is said to take 210 ms', 'etcd', { latency: '210ms' }, 0.6, 0.8],
  ])('%s', (_what, component, how, later, boundLater) => {
    const [run] = stage({ faults: [slow(component, 50, 100, how)], operations: [scale(60, 4)] })
    expect((run?.first(/^pod .* created/, 1) as number) - created).toBeCloseTo(later, 2)
    expect((run?.first(/^pod .* scheduled/, 1) as number) - bound).toBeCloseTo(boundLater, 2)
  })

  test('and no longer once it is over; two that overlap multiply', () => {
    const later = (faults: readonly object[]): number => {
      const [run] = stage({ faults, operations: [scale(60, 4)] })
      return (run?.first(/^pod .* created/, 1) as number) - created
    }
    expect(later([slow('etcd', 20, 30, { factor: 11 })])).toBe(0)
    expect(later([slow('etcd', 20, 100, { factor: 11 }), slow('etcd', 30, 100, { factor: 2, name: 'more' })])).toBeCloseTo(0.63, 2)
  })
})

/** client-go tools/leaderelection: each call may take half the renew deadline of 10 s; kubernetes-semantics §9.4. */
describe('renewals of a lease while etcd is slow', () => {
  const leaders = (latency: string) => stage({ faults: [slow('etcd', 60, 120, { latency })], horizon: '4m' }, 3)

  test('succeed while a write takes less than 5 s: nobody exits', () => {
    for (const run of leaders('4.9s')) expect(run.times(/^component/)).toEqual([])
  })

  test('time out when it takes longer: the leaders exit 10 s after their first attempt', () => {
    for (const run of leaders('5.1s')) {
      for (const program of ['kube-controller-manager', 'kube-scheduler']) {
        const stopped = run.first(new RegExp(`^component ${program}.* stopped`))
        expect(stopped).toBeGreaterThanOrEqual(70)
        expect(stopped).toBeLessThan(72.1)
      }
    }
  })

  test('nobody can take the lease over before writes are quick again', () => {
    for (const run of leaders('5.1s')) {
      expect(run.first(/ leads/)).toBeGreaterThan(180)
      expect(run.first(/ leads/)).toBeLessThan(185)
    }
  })

  test('a leader whose renewal hangs once goes on: the second attempt is in time', () => {
    for (const run of stage({ faults: [slow('etcd', 60, 4, { latency: '6s' })], horizon: '3m' }, 6))
      expect(run.times(/^component/)).toEqual([])
  })

  /** PR #97958, PR #98059: the client waited for as long as the renew deadline. */
  test('and in 1.20 it exits, for there is no second attempt', () => {
    const faults = [slow('etcd', 60, 4, { latency: '11s' })]
    for (const run of stage({ kubernetes: '1.20', faults, horizon: '3m' }, 6)) {
      const stopped = run.times(/^component kube-.* stopped/)
      expect(stopped).toHaveLength(2)
      for (const time of stopped) expect(time).toBeLessThan(72.1)
    }
    for (const run of stage({ kubernetes: '1.20', faults: [slow('etcd', 60, 4, { latency: '9s' })], horizon: '3m' }, 6))
      expect(run.times(/^component/)).toEqual([])
  })
})

/** component-helpers apimachinery/lease/controller.go: a call is given up after 10 s; kubernetes-semantics §2.1, §3.3. */
describe('heartbeats while etcd is slow', () => {
  const nodes = (latency: string, kubernetes: string) =>
    stage({ kubernetes, faults: [slow('etcd', 60, 200, { latency })], controlPlane: { 'leader-elect': false }, horizon: '10m' }, 2)

  test('come late and in time while a renewal takes less than its timeout', () => {
    for (const run of nodes('9s', '1.32')) expect(run.times(/^node .* ready/)).toEqual([])
  })

  test('fail when it takes longer: a controller manager that needs no lease takes every Node for dead, and all are back afterwards', () => {
    for (const run of nodes('12s', '1.32')) {
      const unknown = run.times(/^node .* ready status=Unknown/)
      const ready = run.times(/^node .* ready status=True/)
      expect(unknown).toHaveLength(3)
      expect(unknown[0]).toBeGreaterThan(60 + 40)
      expect(ready).toHaveLength(3)
      expect(ready[0]).toBeGreaterThan(260)
      expect(Math.max(...ready)).toBeLessThan(260 + 30)
    }
  })
})

test('a write that takes longer than the request timeout of 60 s fails, and is not carried out', () => {
  const [run] = stage({ faults: [slow('etcd', 50, 300, { latency: '70s' })], operations: [scale(60, 5)], horizon: '9m' })
  expect(run?.result.remarks).toEqual([expect.stringMatching(/update .*web at 120 s failed/)])
  expect(run?.result.timeline?.at(-1)?.ready).toBe(3)
})

test('a dead machine is replaced later by as much as each write is slower', () => {
  const spec = { tolerations: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 5 }] }
  const replaced = (faults: readonly object[]): number =>
    stage({ workloads: [web(3, spec)], faults: [crash(60), ...faults], seed: 4 })[0]?.first(/^pod .* scheduled/, 1) as number
  const later = replaced([slow('etcd', 50, 400, { latency: '1s' })]) - replaced([])
  // Unknown, Ready=False, NoExecute, DisruptionTarget, deletion, creation, binding: seven writes of 1 s at least, one of a status before or after.
  expect(later).toBeGreaterThan(6)
  expect(later).toBeLessThan(12)
})
