import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hashOfSources } from './model-id.ts'

/** Last step of the build: writes `dist/model-id` from the sources it was compiled from. */
writeFileSync(new URL('../model-id', import.meta.url), `${hashOfSources(fileURLToPath(new URL('../../src/', import.meta.url)))}\n`)
