import type { Profile } from '../../src/scenario/profile.ts'

/** A release by its minor number, also one for which there is no profile: so both sides of a change lie next to each other. */
export const release = (minor: number): Profile => ({ name: '1.20', minor })

/** What `play` answers in the release before a change and in the one that brought it. */
export const bothSides = <Answer>(since: number, play: (profile: Profile) => Answer): { before: Answer; after: Answer } => ({
  before: play(release(since - 1)),
  after: play(release(since)),
})
