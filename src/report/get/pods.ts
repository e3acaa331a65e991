import type { PodView } from '../../measure/inspection.ts'
import { humanDuration } from './age.ts'
import { type Listing, orNone } from './listing.ts'

/** kubectl's columns: pkg/printers/internalversion/printers.go. */
export const pods: Listing<PodView> = {
  names: ['pods', 'pod', 'po'],
  kind: 'Pod',
  namespaced: true,
  views: (inspection) => inspection.pods,
  columns: [
    { heading: 'NAME', cell: (pod) => pod.name },
    { heading: 'READY', cell: (pod) => `${pod.ready}/${pod.containers}` },
    { heading: 'STATUS', cell: (pod) => pod.status },
    {
      heading: 'RESTARTS',
      cell: ({ restarts, lastRestart }, now) =>
        lastRestart === null ? String(restarts) : `${restarts} (${humanDuration(now - lastRestart)} ago)`,
    },
    { heading: 'AGE', cell: (pod, now) => humanDuration(now - pod.created) },
  ],
  wide: [
    { heading: 'IP', cell: (pod) => orNone(pod.ip) },
    { heading: 'NODE', cell: (pod) => orNone(pod.node) },
    { heading: 'NOMINATED NODE', cell: (pod) => orNone(pod.nominatedNode) },
  ],
  truth: [
    { heading: 'MACHINE', cell: (pod) => orNone(pod.machine) },
    { heading: 'SERVES', cell: (pod) => (pod.serves ? 'yes' : 'no') },
    { heading: 'SERVICE VARIABLES', cell: (pod) => orNone(pod.environment.join(',')) },
  ],
}
