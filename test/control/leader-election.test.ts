import { describe, expect, test } from 'vitest'
import { down, type Staged, stage } from '../faults/control-plane.ts'

const KCM = 'kube-controller-manager'
const three = { count: 3, zones: ['a', 'b', 'c'] }

/** From the death of the leader to the next, for many phases of renewals and looks. */
function takeovers(fields: object, options: { kubernetes?: string; component?: string; controlPlane?: object } = {}): number[] {
  const { component = KCM, ...rest } = options
  const faults = [down(component, 60, 600, { role: 'leader', ...fields })]
  return stage({ controlPlane: three, horizon: '3m', ...rest, faults }, 30).map((one) => one.first(/ leads/, 60) - 60)
}

/** kubernetes-semantics §9.4: lease 15 s, renew deadline 10 s, retry 2 s, jitter 1.2. */
describe('a leader that is killed', () => {
  test('is followed by another after 13 … 24 s, 17 s on average', () => {
    const times = takeovers({})
    expect(Math.min(...times)).toBeGreaterThan(13)
    expect(Math.max(...times)).toBeLessThan(24)
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length
    expect(mean).toBeGreaterThan(15.5)
    expect(mean).toBeLessThan(18.5)
  })

  test('and has no one beside it is followed by itself: the new process must watch the record of the old one for 15 s', () => {
    const times = takeovers({ for: '0s' }, { controlPlane: { count: 1 } })
    // 2 s until its kubelet has restarted it, its first look at once, then looks 2 … 4.4 s apart.
    for (const time of times) expect(time).toBeGreaterThan(17)
    for (const time of times) expect(time).toBeLessThan(2 + 15 + 4.5)
  })

  test('is restarted without any election when there is none: 2 s, and 3 s to fill its caches', () => {
    const [run] = stage({ controlPlane: { count: 1, 'leader-elect': false }, faults: [down(KCM, 60, 0)], horizon: '3m' })
    expect(run?.times(/^component kube-controller-manager\/control-plane-1 started/)).toEqual([62.000001])
    expect(run?.times(/leads/)).toEqual([])
    expect(run?.first(/RegisteredNode/)).toBeCloseTo(65, 4)
  })
})

describe('a scheduler that is told to end', () => {
  test('gives its lease up from 1.27 on: the next look of another takes it, within 4.4 s', () => {
    for (const time of takeovers({ exit: 'terminated' }, { component: 'kube-scheduler', kubernetes: '1.27' }))
      expect(time).toBeLessThan(4.5)
  })

  test('does not in 1.20', () => {
    for (const time of takeovers({ exit: 'terminated' }, { component: 'kube-scheduler', kubernetes: '1.20' }))
      expect(time).toBeGreaterThan(13)
  })
})

test('a follower that dies changes nothing', () => {
  const [run] = stage({ controlPlane: three, faults: [down(KCM, 60, 30, { role: 'follower' })], horizon: '5m' })
  expect(run?.times(/stopped/)).toHaveLength(2)
  expect(run?.times(/leads|RegisteredNode/)).toEqual([])
})

test('a controller manager fills its caches after it has won, a scheduler before', () => {
  const started = (component: string): Staged[] => [
    ...stage({ controlPlane: three, faults: [down(component, 60, 600, { role: 'leader' })], horizon: '3m' }, 5),
  ]
  for (const run of started(KCM)) expect(run.first(/RegisteredNode/) - run.first(/ leads/)).toBeCloseTo(3, 4)
})

test('in a healthy cluster leader election costs no events', () => {
  const handled = (count: number): number | undefined => stage({ controlPlane: { count }, faults: [], horizon: '30m' })[0]?.result.handled
  expect(handled(5)).toBe(handled(1))
})
