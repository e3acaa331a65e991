import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { FULL } from '../test/support/play.ts'
import { CASES, compareCase } from '../test/validation/cases.ts'
import { type Cell, judged } from '../test/validation/compare.ts'
import { textOf, validationDocument } from '../test/validation/document.ts'

const DOCUMENT = fileURLToPath(new URL('../docs/VALIDATION.md', import.meta.url))
/** Of each case, but for those that say otherwise; with RECONVERGE_FULL=1 of every case. */
const REPLICATIONS = 1000
/** Characters of one case's cells at most. */
const LARGEST = 1e8

/** `npm run validate [-- CASE …]`: all cases write docs/VALIDATION.md, some are only printed. Each case runs in a process of its own. */
async function main(names: readonly string[]): Promise<void> {
  const chosen = CASES.filter(({ name }) => names.length === 0 || names.includes(name))
  const waiting = [...chosen]
  const found = new Map<string, readonly Cell[]>()
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const args = [...process.execArgv, fileURLToPath(import.meta.url), '--only', next.name]
      const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: LARGEST })
      found.set(next.name, JSON.parse(stdout, (_, value) => value ?? Number.POSITIVE_INFINITY) as Cell[])
      process.stderr.write(`${next.name} replayed\n`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  const cells = judged(chosen.flatMap(({ name }) => found.get(name) ?? []))
  process.stdout.write(textOf(cells))
  if (chosen.length === CASES.length) writeFileSync(DOCUMENT, validationDocument(cells))
  process.exitCode = cells.some(({ verdict }) => verdict === 'fail') ? 1 : 0
}

const [first, name] = process.argv.slice(2)
if (first === '--only') {
  const of = CASES.find((each) => each.name === name)
  if (of !== undefined) process.stdout.write(JSON.stringify(compareCase(of, FULL ? REPLICATIONS : (of.replications ?? REPLICATIONS))))
} else await main(process.argv.slice(2))
