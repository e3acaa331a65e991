// Builds dist/ unless it was built from these very sources: `npx reconverge` prepares the package once more after `npm ci`, and a newcomer should not wait twice.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const STAMP = 'dist/built-from'
const INPUTS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']

function sources() {
  const entries = readdirSync('src', { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return entries.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
}

const hash = createHash('sha256')
for (const file of [...INPUTS, ...sources()]) hash.update(`${file}\0`).update(readFileSync(file)).update('\0')
const current = hash.digest('hex')

if (!existsSync(STAMP) || readFileSync(STAMP, 'utf8') !== current) {
  execFileSync('npm', ['run', 'build'], { stdio: 'inherit', shell: process.platform === 'win32' })
  writeFileSync(STAMP, current)
}
