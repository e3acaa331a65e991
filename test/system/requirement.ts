import { spawnSync } from 'node:child_process'

/**
 * Whether a test can run: `present` says if what it needs is there. Absent, the test is skipped and stderr says why; under
 * RECONVERGE_REQUIRE_SYSTEM=1, as in .ci/run, that is an error instead.
 * @param what the thing and how to get it, e.g. `xmllint (Debian package libxml2-utils)`.
 */
export function available(what: string, present: boolean): boolean {
  if (present) return true
  if (process.env.RECONVERGE_REQUIRE_SYSTEM === '1') throw new Error(`RECONVERGE_REQUIRE_SYSTEM=1, and there is no ${what}`)
  process.stderr.write(`skipped: there is no ${what}\n`)
  return false
}

/** Whether a program is on the path. */
export const installed = (program: string): boolean => spawnSync('sh', ['-c', 'command -v "$0"', program]).status === 0
