import { missingItem } from '../problems.ts'
import type { AccessMode, Manifest, PersistentVolumeClaimManifest } from '../specs.ts'
import type { Conversion, Raw } from './shared.ts'
import { items } from './shared.ts'

/** The access modes of a claim; the API server demands one. */
export function accessModes(spec: Raw, path: readonly (string | number)[], { report }: Conversion): readonly AccessMode[] {
  const modes = items(spec.accessModes) as readonly AccessMode[]
  if (modes.length === 0) report([...path, 'accessModes'], missingItem('at least one access mode'))
  return modes
}

/** A PersistentVolumeClaim. */
export const claim = (raw: Raw, identity: Omit<Manifest, 'kind'>, conversion: Conversion): PersistentVolumeClaimManifest => ({
  kind: 'PersistentVolumeClaim',
  ...identity,
  accessModes: accessModes(raw.spec, ['spec'], conversion),
})
