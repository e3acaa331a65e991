import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseXml } from './support/xml.ts'

const ROOT = join(import.meta.dirname, '..')
const workflow = parse(readFileSync(join(ROOT, 'docs/github-workflow.yaml'), 'utf8')) as {
  jobs: Record<string, { steps: { name?: string; run?: string; uses?: string }[] }>
}
const steps = Object.values(workflow.jobs).flatMap((job) => job.steps)
const lines = steps.flatMap(({ run }) => (run === undefined ? [] : [run]))

/** A user's repository: two scenarios, and reconverge where `npm ci` would have put it. */
const folder = mkdtempSync(join(tmpdir(), 'reconverge-workflow-'))
const summary = join(folder, 'summary.md')
mkdirSync(join(folder, 'scenarios'))
mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true })
for (const name of ['node-reboot.yaml', 'pod-kill.yaml', 'manifests']) {
  cpSync(join(ROOT, 'scenarios', name), join(folder, 'scenarios', name), { recursive: true })
}
const program = join(folder, 'node_modules/.bin/reconverge')
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
writeFileSync(program, `#!/bin/sh\nexec "${process.execPath}" --import "${tsx}" "${ROOT}/src/cli/main.ts" "$@"\n`)
chmodSync(program, 0o755)
writeFileSync(join(folder, 'package.json'), '{ "name": "shop", "private": true }')
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs a line as GitHub's runner does; `npx` finds what is installed and asks no registry. */
function shell(line: string) {
  const env = {
    ...process.env,
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_STEP_SUMMARY: summary,
    npm_config_offline: 'true',
    TMPDIR: folder,
  }
  const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', line], { cwd: folder, env, encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('The workflow to copy', { timeout: 120_000 }, () => {
  test('installs, and every other step of its own is a reconverge command', () => {
    expect(lines[0]).toBe('npm ci')
    expect(lines.slice(1).every((line) => line.startsWith('npx reconverge '))).toBe(true)
    expect(lines.length).toBeGreaterThanOrEqual(3)
    expect(steps.every(({ run, uses }) => (run === undefined) !== (uses === undefined))).toBe(true)
  })

  test('passes on the results that were committed, and fails with the stage named when a change makes recovery slower', () => {
    const baseline = shell('npx reconverge check scenarios --update-baseline --replications 16')
    expect(baseline).toMatchObject({ status: 0 })
    for (const line of lines.slice(1)) expect(shell(line), line).toMatchObject({ status: 0 })
    expect(parseXml(readFileSync(join(folder, 'check.xml'), 'utf8')).attributes).toMatchObject({ failures: '0', skipped: '0' })
    expect(readFileSync(summary, 'utf8')).toContain('### ✅ node-reboot\n\nequal inputs, equal bytes\n')

    const path = join(folder, 'scenarios/node-reboot.yaml')
    const slower = readFileSync(path, 'utf8').replace(
      'cluster:\n',
      'cluster:\n  latency: { boot: { lognormal: { median: 60s, p99: 180s } } }\n',
    )
    writeFileSync(path, slower)
    const failed = shell(lines.at(-1) ?? '')
    expect(failed.status).toBe(1)
    expect(failed.stdout).toMatch(/✗ node-reboot: .*stage start \+\d+\.\d s \(\+\d+\.\d %\)/)
    expect(failed.stdout).toMatch(/^::error file=scenarios\/node-reboot\.yaml,title=node-reboot%3A stage\.start\{.*::worse: \+/m)
    expect(Number(parseXml(readFileSync(join(folder, 'check.xml'), 'utf8')).attributes.failures)).toBeGreaterThan(0)
    expect(readFileSync(summary, 'utf8')).toContain('### ❌ node-reboot')
  })
})
