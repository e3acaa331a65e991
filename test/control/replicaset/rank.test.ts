import { describe, expect, test } from 'vitest'
import { type MachineId, type Pod, UNBOUND } from '../../../src/cluster/objects.ts'
import { podsToDelete, rank, rankRules } from '../../../src/control/replicaset/rank.ts'
import { type Instant, seconds } from '../../../src/kernel/time.ts'

const now = seconds(1000) as number as Instant
const at = (second: number): Instant => (second * 1e6) as Instant

function pod(name: string, fields: Partial<Pod> = {}): Pod {
  const status = { restartCount: 0 }
  return {
    id: name.charCodeAt(0),
    key: `pod/default/web/${name}`,
    name,
    node: 0 as MachineId,
    phase: 'Running',
    ready: true,
    readyTransition: at(10),
    created: at(0),
    annotations: {},
    containerStatuses: [status],
    ...fields,
  } as unknown as Pod
}

const restarted = (count: number): Partial<Pod> => ({ containerStatuses: [{ restartCount: count }] as unknown as Pod['containerStatuses'] })
const cost = (value: string): Partial<Pod> => ({ annotations: { 'controller.kubernetes.io/pod-deletion-cost': value } })
const order = (minor: number, pods: Pod[], doubled: Record<string, number> = {}): string =>
  rank(pods, ({ name }) => doubled[name] ?? 0, now, rankRules(minor))
    .map(({ name }) => name)
    .join(' ')

/** The order of TestSortingActivePodsWithRanks (pkg/controller/controller_utils_test.go): each row's Pods, the first to go first. */
describe.each([20, 22, 34])('In Kubernetes 1.%i a Pod goes first', (minor) => {
  test.each<[string, Pod[]]>([
    ['when it is not bound', [pod('b'), pod('a', { node: UNBOUND, phase: 'Pending', ready: false })]],
    ['when it is pending', [pod('b', { ready: false }), pod('a', { phase: 'Pending', ready: false })]],
    ['when it is not ready', [pod('b'), pod('a', { ready: false })]],
    ['when its containers restarted more', [pod('b', restarted(1)), pod('a', restarted(2))]],
    ['when it has been ready for much less time', [pod('b', { readyTransition: at(10) }), pod('a', { readyTransition: at(900) })]],
    ['when it is much younger', [pod('b', { created: at(0), ready: false }), pod('a', { created: at(900), ready: false })]],
    ['when it is not ready, however young the ready one', [pod('b', { created: at(990) }), pod('a', { ready: false, created: at(0) })]],
  ])('%s', (_name, pods) => {
    expect(order(minor, pods)).toBe('a b')
    expect(order(minor, pods.toReversed())).toBe('a b')
  })

  test('when more Pods of its Deployment share its Node, even if it has been ready for longer', () => {
    const pods = [pod('b', { readyTransition: at(900) }), pod('a', { readyTransition: at(10) })]
    expect(order(minor, pods, { a: 2, b: 1 })).toBe('a b')
  })
})

test('Ages are exact before 1.22 and compared in powers of two from then on, with ties by UID (LogarithmicScaleDown)', () => {
  const pods = ['a', 'b', 'c', 'd', 'e', 'f'].map((name, i) => pod(name, { readyTransition: at(700 + i) }))
  expect(order(20, pods)).toBe('f e d c b a')
  expect(order(22, pods)).not.toBe('f e d c b a')
  expect(order(22, pods)).toBe(order(22, pods.toReversed()))
})

test('The deletion cost is heeded from 1.22 on, above the Pods on a Node, below readiness', () => {
  const pods = [pod('a', cost('10')), pod('b', cost('-5')), pod('c', { ...cost('100'), ready: false }), pod('d', cost('nonsense'))]
  expect(order(22, pods, { a: 9 })).toBe('c b d a')
  expect(order(20, pods, { a: 9 }).split(' ').slice(0, 2)).toEqual(['c', 'a'])
})

test('Times within one second are equal, as API timestamps are', () => {
  const early = pod('a', { readyTransition: 10_000_000 as Instant, ...restarted(0) })
  const late = pod('b', { readyTransition: 10_999_999 as Instant, ...restarted(3) })
  expect(order(20, [early, late])).toBe('b a')
})

test('When all Pods go they are not ranked', () => {
  const pods = [pod('b'), pod('a', { ready: false })]
  expect(podsToDelete(pods, 2, () => 0, now, rankRules(34)).map(({ name }) => name)).toEqual(['b', 'a'])
  expect(podsToDelete(pods, 1, () => 0, now, rankRules(34)).map(({ name }) => name)).toEqual(['a'])
})
