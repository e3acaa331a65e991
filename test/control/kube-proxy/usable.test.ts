import { expect, test } from 'vitest'
import type { PodId, SliceEndpoint } from '../../../src/cluster/objects.ts'
import { usableEndpoints } from '../../../src/control/kube-proxy/usable.ts'

const endpoint = (pod: number, conditions: string): SliceEndpoint => ({
  pod: pod as PodId,
  ip: `10.0.0.${pod}`,
  ready: conditions.includes('ready'),
  serving: conditions.includes('serving') || conditions.includes('ready'),
  terminating: conditions.includes('terminating'),
})

/** pkg/proxy/topology.go:CategorizeEndpoints; ProxyTerminatingEndpoints is on from 1.26 (KEP-1669). */
test.each<[string, number, string[], number[]]>([
  ['ready endpoints are used', 34, ['ready', 'ready'], [0, 1]],
  ['one that is not ready is not', 34, ['ready', ''], [0]],
  ['nor one that terminates while another is ready', 34, ['ready', 'serving terminating'], [0]],
  ['from 1.26 terminating ones are used where nothing is ready', 26, ['serving terminating', 'terminating', ''], [0]],
  ['until 1.25 they are not', 25, ['serving terminating', 'terminating', ''], []],
  ['one that serves without being ready or terminating is not', 34, ['serving'], []],
  ['nothing is used where nothing is', 34, [], []],
])('%s (1.%s)', (_, minor, endpoints, used) => {
  expect(
    usableEndpoints(
      endpoints.map((conditions, i) => endpoint(i, conditions)),
      minor,
    ).map(({ pod }) => pod),
  ).toEqual(used)
})
