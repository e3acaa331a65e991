import type { DaemonSetView } from '../../measure/inspection.ts'
import { humanDuration } from './age.ts'
import { type Listing, orNone } from './listing.ts'

/** DaemonSets. */
export const daemonSets: Listing<DaemonSetView> = {
  names: ['daemonsets', 'daemonset', 'ds'],
  kind: 'DaemonSet',
  namespaced: true,
  views: (inspection) => inspection.daemonSets,
  columns: [
    { heading: 'NAME', cell: (set) => set.name },
    { heading: 'DESIRED', cell: (set) => String(set.desired) },
    { heading: 'CURRENT', cell: (set) => String(set.current) },
    { heading: 'READY', cell: (set) => String(set.ready) },
    { heading: 'UP-TO-DATE', cell: (set) => String(set.updated) },
    { heading: 'AVAILABLE', cell: (set) => String(set.available) },
    { heading: 'NODE SELECTOR', cell: (set) => orNone(set.nodeSelector) },
    { heading: 'AGE', cell: (set, now) => humanDuration(now - set.created) },
  ],
  wide: [
    { heading: 'IMAGES', cell: (set) => set.images.join(',') },
    { heading: 'SELECTOR', cell: (set) => orNone(set.selector) },
  ],
  truth: [{ heading: 'SERVING', cell: (set) => String(set.serving) }],
}
