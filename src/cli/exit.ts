/** What the exit code of the command means. */
export const EXIT = {
  good: 0,
  /** An expectation failed; the run itself is valid. */
  failed: 1,
  /** Bad usage or scenario: nothing ran. */
  usage: 2,
  /** A broken invariant, lost determinism, or a worker that died twice. */
  broken: 3,
  /** An expectation is undecided. */
  undecided: 4,
  /** Ctrl-C; what is finished is written and marked partial. */
  interrupted: 130,
} as const

const GRAVITY = [EXIT.interrupted, EXIT.broken, EXIT.usage, EXIT.failed, EXIT.undecided]

/** Several scenarios end with the gravest code: the first of `GRAVITY` that occurred. */
export function gravest(codes: readonly number[]): number {
  return GRAVITY.find((code) => codes.includes(code)) ?? EXIT.good
}

/** Bad usage: the message says what was expected, and the command ends with 2 before anything runs. */
export class UsageError extends Error {
  readonly hint: string | undefined
  constructor(message: string, hint?: string) {
    super(message)
    this.name = 'UsageError'
    this.hint = hint
  }
}
