import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vocabulary } from '../src/model.ts'
import { modelDocument } from '../src/report/model-doc.ts'
import { specificationDocument } from '../test/specification/document.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** `<!-- output of: run x.yaml -->` and the fenced block after it. */
const OUTPUT = /(<!-- output of: (.+?) -->\n```text\n)([\s\S]*?)(```)/g

/** What a command prints, with result files as if written to `results/`. */
function outputOf(words: string): string {
  const out = mkdtempSync(join(tmpdir(), 'reconverge-docs-'))
  try {
    const program = ['--import', 'tsx', 'src/cli/main.ts', ...words.split(' '), '--out', out]
    const text = execFileSync(process.execPath, program, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return `${text.replaceAll(out, 'results').trimEnd()}\n`
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** An output without what differs between two runs of it: the model's id and the time it took. */
export const lasting = (text: string): string =>
  text.replaceAll(/model [0-9a-f]{8}/g, 'model').replaceAll(/ in \d+\.\d s,/g, ' in a while,')

/** A document with its outputs as they are now; one that has not changed but for id and time stays as it was. */
function withOutputs(text: string): string {
  return text.replaceAll(OUTPUT, (_, head: string, words: string, old: string, tail: string) => {
    const output = outputOf(words)
    return `${head}${lasting(output) === lasting(old) ? old : output}${tail}`
  })
}

/** Every document, or part of one, that is written from the program: how it should be, by path. */
export const GENERATED: Readonly<Record<string, () => string>> = {
  'README.md': () => withOutputs(readFileSync(join(ROOT, 'README.md'), 'utf8')),
  'docs/MODEL.md': () => modelDocument(vocabulary),
  'docs/SPECIFICATION.md': specificationDocument,
}
