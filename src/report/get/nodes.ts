import type { NodeView } from '../../measure/inspection.ts'
import { humanDuration } from './age.ts'
import { type Listing, NONE, orNone } from './listing.ts'

const READY = { True: 'Ready', False: 'NotReady', Unknown: 'NotReady' } as const

/** Nodes: what the API believes of machines. */
export const nodes: Listing<NodeView> = {
  names: ['nodes', 'node', 'no'],
  kind: 'Node',
  namespaced: false,
  views: (inspection) => inspection.nodes,
  columns: [
    { heading: 'NAME', cell: (node) => node.name },
    { heading: 'STATUS', cell: (node) => `${READY[node.ready]}${node.unschedulable ? ',SchedulingDisabled' : ''}` },
    { heading: 'ROLES', cell: (node) => orNone(node.roles.join(',')) },
    { heading: 'AGE', cell: (node, now) => humanDuration(now - node.created) },
    { heading: 'VERSION', cell: (node) => node.version },
  ],
  wide: [
    { heading: 'INTERNAL-IP', cell: (node) => orNone(node.ip) },
    { heading: 'TAINTS', cell: (node) => orNone(node.taints.join(',')) },
  ],
  truth: [{ heading: 'MACHINE', cell: (node) => (node.machine === '' ? NONE : node.machine) }],
}
