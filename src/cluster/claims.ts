import { isAttachable, type PersistentVolumeClaim, type Pod } from './objects.ts'
import type { Run } from './world.ts'

/** The claims that a Pod names, as stored; those that do not exist are left out. */
export function claimsOf(run: Run, { namespace, spec }: Pick<Pod, 'namespace' | 'spec'>): PersistentVolumeClaim[] {
  const { PersistentVolumeClaim } = run.world.store.tables
  return spec.volumes.flatMap(({ claimName }) => (claimName === undefined ? [] : (PersistentVolumeClaim.find(namespace, claimName) ?? [])))
}

/** Those of them whose volumes must be attached. */
export const attachableOf = (run: Run, pod: Pick<Pod, 'namespace' | 'spec'>): PersistentVolumeClaim[] =>
  claimsOf(run, pod).filter(isAttachable)

/** Whether a Pod names a claim at all. */
export const hasClaims = ({ spec }: Pick<Pod, 'spec'>): boolean => spec.volumes.some(({ claimName }) => claimName !== undefined)
