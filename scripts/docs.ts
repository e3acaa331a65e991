import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { GENERATED } from './documents.ts'

for (const [path, text] of Object.entries(GENERATED)) writeFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), text())
