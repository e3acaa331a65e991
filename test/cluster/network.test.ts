import { describe, expect, test } from 'vitest'
import { parseCIDR } from '../../src/cluster/addresses.ts'
import { Network } from '../../src/cluster/network.ts'
import type { MachineId } from '../../src/cluster/objects.ts'

const machine = (n: number): MachineId => n as MachineId

test('A CIDR is a first address and a size', () => {
  expect(parseCIDR('10.244.0.0/16')).toEqual({ first: 10 * 2 ** 24 + 244 * 2 ** 16, size: 65536 })
  expect(parseCIDR('255.255.255.0/24').size).toBe(256)
})

/** Node IPAM gives /24 subnets in order (cidrset/cidr_set.go); host-local goes round-robin from the last reserved address (allocator.go). */
describe('Pod addresses', () => {
  test('come from a /24 per Node, in order, until the range is exhausted', () => {
    const network = new Network('10.0.0.0/22', '10.96.0.0/16')
    expect([0, 1, 2, 3, 4].map((n) => network.assignSubnet(machine(n)))).toEqual([
      '10.0.0.0/24',
      '10.0.1.0/24',
      '10.0.2.0/24',
      '10.0.3.0/24',
      '',
    ])
    expect(network.allocatePodIP(machine(4))).toBe('')
  })

  test('begin at .2 and are not used again before the others have been', () => {
    const network = new Network('10.0.0.0/16', '10.96.0.0/16')
    network.assignSubnet(machine(0))
    expect(network.allocatePodIP(machine(0))).toBe('10.0.0.2')
    network.releasePodIP(machine(0), '10.0.0.2')
    expect(network.allocatePodIP(machine(0))).toBe('10.0.0.3')
    for (let n = 4; n <= 254; n++) expect(network.allocatePodIP(machine(0))).toBe(`10.0.0.${n}`)
    expect(network.allocatePodIP(machine(0))).toBe('10.0.0.2')
    expect(network.allocatePodIP(machine(0))).toBe('')
  })
})

/** OVN-Kubernetes: hybrid default /23 per Node (go-controller/pkg/config/config.go), .1 router and .2 management port of the Node. */
describe('Pod addresses of Open vSwitch', () => {
  test('come from a /23 per Node and begin at .3', () => {
    const network = new Network('10.128.0.0/14', '10.96.0.0/16', 'openvswitch')
    expect([0, 1].map((n) => network.assignSubnet(machine(n)))).toEqual(['10.128.0.0/23', '10.128.2.0/23'])
    for (let n = 3; n <= 255; n++) expect(network.allocatePodIP(machine(1))).toBe(`10.128.2.${n}`)
    for (let n = 0; n <= 254; n++) expect(network.allocatePodIP(machine(1))).toBe(`10.128.3.${n}`)
    expect(network.allocatePodIP(machine(1))).toBe('')
  })

  test('belong to a Pod, not to its sandbox', () => {
    expect(new Network('10.128.0.0/14', '10.96.0.0/16', 'openvswitch').plugin.keepsAddress).toBe(true)
    expect(new Network('10.244.0.0/16', '10.96.0.0/16').plugin.keepsAddress).toBe(false)
  })
})

/** pkg/registry/core/service/ipallocator. */
describe('ClusterIPs', () => {
  test('are all different and never network, broadcast or the first address', () => {
    const network = new Network('10.0.0.0/16', '10.96.0.0/24')
    const all = new Set(Array.from({ length: 253 }, (_, n) => network.allocateClusterIP((n * 0.618) % 1, false)))
    expect(all.size).toBe(253)
    expect(network.allocateClusterIP(0.5, false)).toBe('')
    for (const never of ['10.96.0.0', '10.96.0.1', '10.96.0.255']) expect(all.has(never)).toBe(false)
  })

  test('come from the upper band first where there are bands, from the lower when it is full', () => {
    const network = new Network('10.0.0.0/16', '10.96.0.0/24')
    expect(network.allocateClusterIP(0, true)).toBe('10.96.0.17')
    for (let n = 1; n < 238; n++) network.allocateClusterIP(0, true)
    expect(network.allocateClusterIP(0, true)).toBe('10.96.0.2')
  })

  test('that were asked for are not given to others', () => {
    const network = new Network('10.0.0.0/16', '10.96.0.0/24')
    expect(network.reserveClusterIP('10.96.0.2')).toBe(true)
    expect(network.reserveClusterIP('10.96.0.2')).toBe(false)
    expect(network.reserveClusterIP('10.97.0.2')).toBe(false)
    expect(network.allocateClusterIP(0, false)).toBe('10.96.0.3')
    network.releaseClusterIP('10.96.0.2')
    expect(network.reserveClusterIP('10.96.0.2')).toBe(true)
  })
})
