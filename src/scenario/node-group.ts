import type { Distribution } from '../kernel/distribution.ts'
import type { FlagSettings } from './flags.ts'
import type { MachineSpec } from './scenario.ts'
import type { Labels, PodManifest, Resources, Taint } from './specs.ts'

/** What the machines of one group have in common, and what their place in it decides. */
export interface MachineTemplate {
  readonly name: string
  /** Zones in turn; empty: no zone. */
  readonly zones: readonly string[]
  readonly domains: Readonly<Record<string, number | readonly string[]>>
  readonly labels: Labels
  readonly taints: readonly Taint[]
  readonly unschedulable: boolean
  readonly capacity: Resources
  readonly allocatable: Resources
  readonly kubelet: FlagSettings
  readonly staticPods: readonly PodManifest[]
}

/** A group of machines that the cluster autoscaler may make larger, and smaller again. */
export interface NodeGroupSpec {
  readonly template: MachineTemplate
  /** Machines at t = 0. */
  readonly count: number
  /** The fewest machines it may have, and the most. */
  readonly min: number
  readonly max: number
  /** From the request of a machine until its kubelet starts; absent: the cluster's latency `machine-provision`. */
  readonly provisioning?: Distribution
}

const HOSTNAME = 'kubernetes.io/hostname'
const ZONE = 'topology.kubernetes.io/zone'
const DOMAIN = 'reconverge/'

/** Labels of machine `i` (from 0) of a group for its domains: `{ rack: 2 }` is two machines to a rack, r1, r2, …; a list is dealt out in turn. */
export function domainsOf(domains: MachineTemplate['domains'], i: number): Labels {
  const entries = Object.entries(domains).map(([name, of]) => {
    return [name, typeof of === 'number' ? `${name.charAt(0)}${Math.floor(i / of) + 1}` : (of[i % of.length] as string)] as const
  })
  return Object.fromEntries(entries)
}

/** The label of a zone; none for an empty one. */
export const zoneLabel = (zone: string): Labels => (zone === '' ? {} : { [ZONE]: zone })

/** Machine `i` (from 0) of a group: `worker-1` … `worker-6`, zones in turn. */
export function machineOfGroup(template: MachineTemplate, i: number): MachineSpec {
  const { zones, labels, taints, unschedulable, capacity, allocatable, kubelet, staticPods } = template
  const name = `${template.name}-${i + 1}`
  const zone = zones[i % Math.max(1, zones.length)] ?? ''
  const domains = domainsOf(template.domains, i)
  const domainLabels = Object.fromEntries(Object.entries(domains).map(([domain, value]) => [`${DOMAIN}${domain}`, value]))
  return {
    name,
    group: template.name,
    zone,
    domains,
    labels: { [HOSTNAME]: name, ...zoneLabel(zone), ...domainLabels, ...labels },
    taints,
    unschedulable,
    capacity,
    allocatable,
    kubelet,
    controlPlane: false,
    staticPods,
  }
}
