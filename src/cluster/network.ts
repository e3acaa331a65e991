import type { PluginName } from '../scenario/scenario.ts'
import { parseCIDR, toAddress, toNumber } from './addresses.ts'
import { CidrSet } from './cidr-set.ts'
import type { MachineId } from './objects.ts'

const FIRST_MACHINE = toNumber('192.168.0.10')

/** What Pod network plugins do differently. */
export interface PluginRules {
  /** Bits of the prefix of a Node's subnet. */
  readonly nodeMask: number
  /** The first of them that a Pod may have; those before belong to the Node. */
  readonly firstPod: number
  /** A sandbox that is made again has the address of the one before. */
  readonly keepsAddress: boolean
  /** The installer of the cluster has seen to it that Nodes have a podCIDR. */
  readonly nodesHaveRanges: boolean
}

/**
 * flannel: a /24 per Node, gateway .1, each sandbox an address of its own (kube-subnet-mgr, CNI host-local). openvswitch, as
 * OVN-Kubernetes: a /23 per Node (hybrid default), router .1 and management port .2, and the address is the Pod's: the control plane writes
 * it to the annotation
 * `k8s.ovn.org/pod-networks`, from which every CNI ADD reads it (go-controller/pkg/cni, pkg/util/pod_annotation.go). none: no plugin (the
 * kubelet’s no-op plugin up to 1.23); the container runtime gives addresses, as that of hollow nodes does.
 */
export const PLUGINS: Readonly<Record<PluginName, PluginRules>> = {
  flannel: { nodeMask: 24, firstPod: 2, keepsAddress: false, nodesHaveRanges: true },
  openvswitch: { nodeMask: 23, firstPod: 3, keepsAddress: true, nodesHaveRanges: true },
  none: { nodeMask: 24, firstPod: 2, keepsAddress: false, nodesHaveRanges: false },
}

interface Subnet {
  readonly cidr: string
  readonly first: number
  readonly size: number
  next: number
  readonly used: Set<number>
}

/**
 * Pod IPs from a subnet per Node, ClusterIPs from the service range. Addresses go round-robin from the last reserved one: CNI host-local, and the allocation map of
 * OVN-Kubernetes.
 */
export class Network {
  /** The range that Nodes get their subnets from. */
  readonly podCIDR: string
  readonly nodeMask: number
  /**
   * A Node's subnet comes with its podCIDR, which the controller manager writes; else the plugin knows it as soon as the machine is there.
   */
  readonly byController: boolean
  private readonly serviceRange: { first: number; size: number }
  private readonly subnets: (Subnet | undefined)[] = []
  private readonly clusterIPs = new Set<number>()
  private readonly ranges: CidrSet
  readonly plugin: PluginRules

  constructor(
    podCIDR: string,
    serviceCIDR: string,
    plugin: PluginName = 'flannel',
    nodeMask = PLUGINS[plugin].nodeMask,
    byController = false,
  ) {
    this.byController = byController
    this.plugin = PLUGINS[plugin]
    this.podCIDR = podCIDR
    this.nodeMask = nodeMask
    this.ranges = new CidrSet(podCIDR, nodeMask)
    this.serviceRange = parseCIDR(serviceCIDR)
  }

  /** Nodes have a podCIDR, sooner or later. */
  get nodesHaveRanges(): boolean {
    return this.byController || this.plugin.nodesHaveRanges
  }

  /** Gives a Node the next free subnet, for good; answers it, or empty when the range is exhausted. */
  assignSubnet(machine: MachineId): string {
    const cidr = this.ranges.next()
    if (cidr !== '') this.configure(machine, cidr)
    return cidr
  }

  /** The machine's Pods get their addresses from this subnet from now on. */
  configure(machine: MachineId, cidr: string): void {
    if (this.subnetOf(machine) === cidr) return
    this.subnets[machine] = { cidr, ...parseCIDR(cidr), next: this.plugin.firstPod, used: new Set() }
  }

  /** The range of addresses of a machine's Pods; empty when it has none. */
  subnetOf(machine: MachineId): string {
    return this.subnets[machine]?.cidr ?? ''
  }

  /** The address of a machine, which Pods on its own network (`hostNetwork`) share: 192.168/16, model. */
  machineIP(machine: MachineId): string {
    return toAddress(FIRST_MACHINE + machine)
  }

  /** Reserves the next address of the machine's subnet; empty when there is none. */
  allocatePodIP(machine: MachineId): string {
    const subnet = this.subnets[machine]
    if (subnet === undefined) return ''
    const { firstPod } = this.plugin
    for (let tried = 0; tried < subnet.size - 1 - firstPod; tried++) {
      const offset = subnet.next
      subnet.next = offset + 1 >= subnet.size - 1 ? firstPod : offset + 1
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
