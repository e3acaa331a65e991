/** The Kubernetes releases whose behaviour is modelled; a third number where a patch release differs. */
export const PROFILES = ['1.20.2', '1.20', '1.27', '1.28', '1.29', '1.30', '1.31', '1.32', '1.33', '1.34', '1.35', '1.36'] as const
export type ProfileName = (typeof PROFILES)[number]

/** One Kubernetes release. Rules ask `since(27)`, never for a name. */
export interface Profile {
  readonly name: ProfileName
  readonly minor: number
  /** Absent: the last patch release of that minor. */
  readonly patch?: number
}

/** The release of that name. */
export function profileOf(name: ProfileName): Profile {
  const [, minor, patch] = name.split('.')
  return patch === undefined ? { name, minor: Number(minor) } : { name, minor: Number(minor), patch: Number(patch) }
}
