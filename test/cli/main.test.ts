import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** Runs the program itself, as a user does. */
function reconverge(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', tsx, join(root, 'src/cli/main.ts'), ...words], {
    ...{ encoding: 'utf8', cwd: root },
    env: { ...process.env, NO_COLOR: '1', ...env },
  })
  return { status, stdout, stderr }
}

describe('The program', () => {
  test('prints its version', () => {
    expect(reconverge(['--version'])).toMatchObject({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) })
  })

  test('prints help on stdout, for itself and for each command, with examples', () => {
    expect(reconverge(['--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('reconverge validate'), stderr: '' })
    expect(reconverge(['run', '--help'])).toMatchObject({ status: 0, stdout: expect.stringContaining('Examples:') })
  })

  test('ends with 2 and a hint on stderr when it is used wrongly, whatever the environment holds', () => {
    const env = { RECONVERGE_FULL: '1', RECONVERGE_REQUIRE_SYSTEM: '1' }
    expect(reconverge(['run', 'x.yaml', '--worker', '3'], env)).toEqual({
      status: 2,
      stdout: '',
      stderr: 'error: unknown option --worker\n   hint: did you mean "--workers"?\n',
    })
    expect(reconverge(['run', 'none.yaml'])).toMatchObject({ status: 2, stdout: '', stderr: 'error: no scenario file matches none.yaml\n' })
  })

  test('colours its messages only where it is asked to', () => {
    expect(reconverge(['run', 'none.yaml']).stderr).not.toContain('\u001b')
    expect(reconverge(['run', 'none.yaml'], { NO_COLOR: '', FORCE_COLOR: '1' }).stderr).toContain('\u001b[31merror:\u001b[39m')
  })

  test('completes words for a shell', () => {
    expect(reconverge(['completion']).stdout).toContain('reconverge')
  })
})
