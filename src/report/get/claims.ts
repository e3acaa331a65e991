import type { ClaimView } from '../../measure/inspection.ts'
import { humanDuration } from './age.ts'
import { type Listing, orNone } from './listing.ts'

const SHORT: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadWriteOncePod: 'RWOP',
  ReadWriteMany: 'RWX',
  ReadOnlyMany: 'ROX',
}

/** Claims, and where their volumes are attached; capacity and class, which decide nothing here, are not kept. */
export const claims: Listing<ClaimView> = {
  names: ['persistentvolumeclaims', 'persistentvolumeclaim', 'pvc'],
  kind: 'PersistentVolumeClaim',
  namespaced: true,
  views: (inspection) => inspection.claims,
  columns: [
    { heading: 'NAME', cell: (claim) => claim.name },
    { heading: 'STATUS', cell: (claim) => claim.status },
    { heading: 'ACCESS MODES', cell: (claim) => claim.accessModes.map((mode) => SHORT[mode] ?? mode).join(',') },
    { heading: 'AGE', cell: (claim, now) => humanDuration(now - claim.created) },
  ],
  wide: [{ heading: 'ATTACHED TO', cell: (claim) => orNone(claim.attached.join(',')) }],
  truth: [],
}
