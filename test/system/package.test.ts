import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }
import { ROOT } from '../tidy/tree.ts'
import { available } from './requirement.ts'

const built = available('dist/cli/main.js (npm run build)', existsSync(join(ROOT, 'dist/cli/main.js')))

const run = (cwd: string, program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd, encoding: 'utf8', stdio: 'pipe' })

/** Installs what a user would get: the packed files and the locked production dependencies, from npm's cache only. */
function install(folder: string): void {
  const [packed] = JSON.parse(run(ROOT, 'npm', 'pack', '--ignore-scripts', '--json', '--pack-destination', folder)) as {
    filename: string
  }[]
  run(folder, 'tar', '-xzf', packed?.filename ?? '', '--strip-components=1')
  copyFileSync(join(ROOT, 'package-lock.json'), join(folder, 'package-lock.json'))
  run(folder, 'npm', 'ci', '--omit=dev', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund')
}

describe.skipIf(!built)('The packed program, installed without the sources and the development dependencies', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reconverge-package-'))
  const command = join(folder, manifest.bin.reconverge)

  beforeAll(() => install(folder))
  afterAll(() => rmSync(folder, { recursive: true }))

  test('prints its version', () => {
    expect(run(folder, command, '--version').trim()).toBe(manifest.version)
  })

  test('prints its commands', () => {
    const help = run(folder, command, '--help')
    expect(help).toContain('run')
    expect(help).toContain('validate')
  })

  test('brings its scenarios and its typings, and neither sources nor tests', () => {
    for (const path of ['scenarios', 'dist/index.d.ts']) expect(existsSync(join(folder, path)), path).toBe(true)
    for (const path of ['src', 'test', 'results']) expect(existsSync(join(folder, path)), path).toBe(false)
  })
})

describe.skipIf(!built)('From the project itself', () => {
  const cache = mkdtempSync(join(tmpdir(), 'reconverge-cache-'))

  afterAll(() => rmSync(cache, { recursive: true }))

  // The first call for a folder links it into npm's cache and builds it again; without a network and without a cache, as here.
  test('`npx reconverge` runs the built program', () => {
    expect(run(ROOT, 'npx', '--offline', '--cache', cache, 'reconverge', '--version').trim()).toBe(manifest.version)
  })
})
