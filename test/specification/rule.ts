/** A rule of Kubernetes that decides when something fails or converges. */
interface Statement {
  /** One sentence, with its numbers and the releases it holds in where they differ. */
  readonly rule: string
  /** Component, source file, releases. */
  readonly source: string
}

/** A rule that the model follows, and the tests that would fail if it did not. */
interface Followed extends Statement {
  /** `path under test/: title`, or the beginning of the title where the rest is computed. */
  readonly tests: readonly [string, ...string[]]
}

/** A rule that the model does not follow, and why. */
interface Absent extends Statement {
  readonly absent: string
}

export type Rule = Followed | Absent

/** Rules that belong together. */
export interface Area {
  readonly title: string
  readonly rules: readonly Rule[]
}

/** A test by the file it is in, from `test/`, and its title. */
export function named(test: string): { path: string; title: string } {
  const end = test.indexOf(': ')
  return { path: test.slice(0, end), title: test.slice(end + 2) }
}
