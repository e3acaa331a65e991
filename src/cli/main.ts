#!/usr/bin/env node
import { readFileSync } from 'node:fs'

const words = process.argv.slice(2)

if (words.length === 1 && words[0] === '--version') {
  // Before anything is loaded: editors and scripts ask often.
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
  process.stdout.write(`${version}\n`)
} else {
  const { start } = await import('./start.ts')
  await start(words)
}
