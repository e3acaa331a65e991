import type { MachineId } from './objects.ts'

const toNumber = (address: string): number => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
const toAddress = (n: number): string => `${n >>> 24}.${(n >>> 16) & 255}.${(n >>> 8) & 255}.${n & 255}`

const FIRST_MACHINE = toNumber('192.168.0.10')

interface Subnet {
  readonly first: number
  readonly size: number
  next: number
  readonly used: Set<number>
}

/** Splits `10.0.0.0/16` into its first address and its size. */
export function parseCIDR(cidr: string): { first: number; size: number } {
  const [address, bits] = cidr.split('/')
  return { first: toNumber(address as string), size: 2 ** (32 - Number(bits)) }
}

/**
 * Pod IPs from a subnet per Node, ClusterIPs from the service range. A restarted sandbox gets a new IP: CNI host-local goes round-robin from the last reserved
 * address; gateway .1. kubernetes-semantics §8.4, §8.7.
 */
export class Network {
  private readonly podRange: { first: number; size: number }
  private readonly serviceRange: { first: number; size: number }
  private readonly subnets: (Subnet | undefined)[] = []
  private readonly clusterIPs = new Set<number>()
  private nextSubnet = 0

  constructor(podCIDR: string, serviceCIDR: string) {
    this.podRange = parseCIDR(podCIDR)
    this.serviceRange = parseCIDR(serviceCIDR)
  }

  /** Gives a Node the next free /24 (node IPAM, sequential); answers it, or empty when the range is exhausted. */
  assignSubnet(machine: MachineId): string {
    const first = this.podRange.first + this.nextSubnet * 256
    if ((this.nextSubnet + 1) * 256 > this.podRange.size) return ''
    this.nextSubnet++
    this.subnets[machine] = { first, size: 256, next: 2, used: new Set() }
    return `${toAddress(first)}/24`
  }

  /** The range of addresses of a machine's Pods; empty when it has none. */
  subnetOf(machine: MachineId): string {
    const subnet = this.subnets[machine]
    return subnet === undefined ? '' : `${toAddress(subnet.first)}/24`
  }

  /** The address of a machine, which Pods on its own network (`hostNetwork`) share: 192.168/16, model. */
  machineIP(machine: MachineId): string {
    return toAddress(FIRST_MACHINE + machine)
  }

  /** Reserves the next address of the machine's subnet; empty when there is none. */
  allocatePodIP(machine: MachineId): string {
    const subnet = this.subnets[machine]
    if (subnet === undefined) return ''
    for (let tried = 0; tried < subnet.size - 3; tried++) {
      const offset = subnet.next
      subnet.next = offset + 1 >= subnet.size - 1 ? 2 : offset + 1
      if (subnet.used.has(offset)) continue
      subnet.used.add(offset)
      return toAddress(subnet.first + offset)
    }
    return ''
  }

  releasePodIP(machine: MachineId, address: string): void {
    const subnet = this.subnets[machine]
    if (subnet !== undefined && address !== '') subnet.used.delete(toNumber(address) - subnet.first)
  }

  /**
   * Allocates a ClusterIP: a random start, forward with wrap; from 1.25 the upper band first (ServiceIPStaticSubrange). `u` is uniform in [0, 1). Empty when
   * exhausted. The network, broadcast and first addresses (the `kubernetes` Service) are taken. pkg/registry/core/service/ipallocator.
   */
  allocateClusterIP(u: number, banded: boolean): string {
    const { first, size } = this.serviceRange
    const from = banded ? 1 + Math.min(Math.max(16, Math.floor(size / 16)), 256) : 2
    const upper = this.scan(from, size - 1, u)
    const offset = upper >= 0 ? upper : this.scan(2, from, u)
    if (offset < 0) return ''
    this.clusterIPs.add(offset)
    return toAddress(first + offset)
  }

  /** Takes the address a manifest asks for; answers false when it is taken or outside the range. */
  reserveClusterIP(address: string): boolean {
    const offset = toNumber(address) - this.serviceRange.first
    if (offset < 1 || offset >= this.serviceRange.size || this.clusterIPs.has(offset)) return false
    this.clusterIPs.add(offset)
    return true
  }

  releaseClusterIP(address: string): void {
    this.clusterIPs.delete(toNumber(address) - this.serviceRange.first)
  }

  private scan(from: number, to: number, u: number): number {
    const span = to - from
    if (span <= 0) return -1
    const start = Math.floor(u * span)
    for (let i = 0; i < span; i++) {
      const offset = from + ((start + i) % span)
      if (!this.clusterIPs.has(offset)) return offset
    }
    return -1
  }
}
