import type { ContainerPort, ContainerSpec } from '../../scenario/specs.ts'
import { NODE_ADD, POD_DELETE } from '../scheduler/cluster-event.ts'
import type { FilterPlugin } from './plugin.ts'

type HostPort = Pick<ContainerPort, 'protocol' | 'hostPort'>

const keyOf = ({ protocol, hostPort }: HostPort): string => `${protocol}/${hostPort}`

/** Whether one of the wanted host ports is in use (`protocol/port`). pkg/scheduler/framework/plugins/nodeports (1.20 … 1.36). */
export function portsConflict(wanted: readonly HostPort[], used: { has(key: string): boolean } | undefined): boolean {
  return used !== undefined && wanted.some((port) => used.has(keyOf(port)))
}

/** The host ports of containers. */
export const hostPortsOf = (containers: readonly ContainerSpec[]): Set<string> =>
  new Set(containers.flatMap((container) => container.ports.filter((port) => port.hostPort > 0).map(keyOf)))

/** Keeps Pods with the same host port apart. */
export const nodePorts: FilterPlugin = {
  name: 'NodePorts',
  events: POD_DELETE | NODE_ADD,
  prepare({ ports }, { info }) {
    if (info.hostPorts.length === 0) return null
    return {
      fits: (node) => !portsConflict(info.hostPorts, ports.get(node)),
      reasons: () => ["node(s) didn't have free ports for the requested pod ports"],
      unresolvable: () => false,
    }
  },
  mayFit({ info }, { pod: gone }) {
    return gone === undefined || portsConflict(info.hostPorts, hostPortsOf(gone.spec.containers))
  },
}
