import { describe, expect, test } from 'vitest'
import type { Pod, PodId, Service } from '../../../src/cluster/objects.ts'
import { endpointOf, endpointsChanged, membershipRules } from '../../../src/control/endpoint/membership.ts'
import { sameSubset, subsetOf } from '../../../src/control/endpoint/subset.ts'
import { sliceEndpoint } from '../../../src/control/endpointslice/members.ts'

const pod = (fields: Partial<Pod> & { restartPolicy?: string } = {}): Pod =>
  ({
    id: 1 as PodId,
    podIP: '10.0.0.1',
    ready: true,
    phase: 'Running',
    deletionTimestamp: null,
    labels: {},
    spec: { restartPolicy: fields.restartPolicy ?? 'Always' },
    ...fields,
  }) as unknown as Pod
const plain = { publishNotReadyAddresses: false } as Service
const publishing = { publishNotReadyAddresses: true } as Service
const terminating = { deletionTimestamp: 5 as Pod['deletionTimestamp'] }

/** pkg/controller/util/endpoint/controller_utils_test.go:TestShouldPodBeInEndpoints; endpoints_controller.go:syncService. */
describe.each([20, 34])('In Kubernetes 1.%i', (minor) => {
  test.each<[string, Pod, Service, string]>([
    ['a ready Pod is a ready address', pod(), plain, 'ready'],
    ['a Pod without IP is none', pod({ podIP: '' }), plain, 'none'],
    ['a Pod that is not ready is a not-ready address', pod({ ready: false }), plain, 'notReady'],
    ['a terminating Pod is none, though ready', pod(terminating), plain, 'none'],
    ['a terminating Pod stays where not-ready addresses are published', pod({ ...terminating, ready: false }), publishing, 'ready'],
    ['one that succeeded under OnFailure is none', pod({ restartPolicy: 'OnFailure', phase: 'Succeeded', ready: false }), plain, 'none'],
    ['one that failed under Never is none', pod({ restartPolicy: 'Never', phase: 'Failed', ready: false }), plain, 'none'],
    [
      'one that has not started under Never is not ready',
      pod({ restartPolicy: 'Never', phase: 'Pending', ready: false }),
      plain,
      'notReady',
    ],
  ])('%s', (_name, one, service, place) => {
    expect(endpointOf(one, service, membershipRules(minor))).toBe(place)
  })
})

test('An evicted Pod of a workload stays a not-ready address before 1.25, and is none from then on', () => {
  const evicted = pod({ phase: 'Failed', ready: false })
  expect(endpointOf(evicted, plain, membershipRules(20))).toBe('notReady')
  expect(endpointOf(evicted, plain, membershipRules(25))).toBe('none')
})

describe('The slice entry of a terminating Pod', () => {
  test('goes at once before 1.22', () => {
    expect(sliceEndpoint(pod(terminating), plain, membershipRules(20))).toBeNull()
  })
  test('says serving and terminating, not ready, from 1.22 on', () => {
    expect(sliceEndpoint(pod(terminating), plain, membershipRules(22))).toMatchObject({ ready: false, serving: true, terminating: true })
  })
  test('is ready where not-ready addresses are published', () => {
    expect(sliceEndpoint(pod({ ...terminating, ready: false }), publishing, membershipRules(22))).toMatchObject({
      ready: true,
      serving: false,
    })
  })
})

test('An Endpoints object holds 1000 addresses at most from 1.22, ready ones first', () => {
  const many = Array.from({ length: 1300 }, (_, i) => pod({ id: i as PodId, ready: i >= 400 }))
  const { ready, notReady } = subsetOf(many, plain, membershipRules(22), 1000)
  expect([ready.length, notReady.length]).toEqual([900, 100])
  const all = subsetOf(many, plain, membershipRules(20), Number.POSITIVE_INFINITY)
  expect([all.ready.length, all.notReady.length]).toEqual([900, 400])
})

test('Subsets differ by a Pod, its place or its address', () => {
  const rules = membershipRules(34)
  const of = (...pods: Pod[]) => subsetOf(pods, plain, rules, 1000)
  expect(sameSubset(of(pod()), of(pod()))).toBe(true)
  expect(sameSubset(of(pod()), of(pod({ ready: false })))).toBe(false)
  expect(sameSubset(of(pod()), of(pod({ podIP: '10.0.0.2' })))).toBe(false)
  expect(sameSubset(of(pod()), of())).toBe(false)
})

test('Endpoints are looked at again when readiness, address, deletion or labels change, and not for a restart', () => {
  expect(endpointsChanged(pod(), pod({ ready: false }))).toBe(true)
  expect(endpointsChanged(pod(), pod({ podIP: '10.0.0.2' }))).toBe(true)
  expect(endpointsChanged(pod(), pod(terminating))).toBe(true)
  expect(endpointsChanged(pod(), pod({ labels: { app: 'web' } }))).toBe(true)
  const one = pod()
  expect(endpointsChanged(one, { ...one, unschedulable: 'x' })).toBe(false)
})
