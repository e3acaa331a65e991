import type { MachineView } from '../../measure/inspection.ts'
import { type Listing, orNone } from './listing.ts'

/** The truth itself: no kubectl shows it. */
export const machines: Listing<MachineView> = {
  names: ['machines', 'machine'],
  kind: 'machine',
  namespaced: false,
  views: (inspection) => inspection.machines,
  columns: [
    { heading: 'NAME', cell: (machine) => machine.name },
    { heading: 'STATE', cell: (machine) => machine.state },
    { heading: 'KUBELET', cell: (machine) => machine.kubelet },
    { heading: 'NETWORK', cell: (machine) => machine.network },
    { heading: 'SANDBOXES', cell: (machine) => String(machine.sandboxes) },
  ],
  wide: [{ heading: 'ZONE', cell: (machine) => orNone(machine.zone) }],
  truth: [],
}
