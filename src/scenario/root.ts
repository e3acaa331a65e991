import type { Findings, Override, SourceText } from './problem.ts'
import { emptyFile, severalScenarios, wrongType } from './problems.ts'
import type { ReadOptions } from './read.ts'
import type { Edit } from './set.ts'
import { applyEdit, matchesNothing, overrideOf, parseEdit } from './set.ts'
import type { Source } from './sources.ts'
import { parseFile, textOf } from './sources.ts'
import { isMap } from './walk.ts'
import type { YamlDocument } from './yaml.ts'

/** The scenario file as values, after the overrides of the command line. */
export interface Root {
  readonly main: SourceText
  readonly document: YamlDocument
  readonly value: Readonly<Record<string, unknown>>
  readonly overrides: readonly Override[]
  readonly manifestEdits: readonly Edit[]
}

/** Reads the one document of a scenario file and applies `--set`, `--seed` and `--replications`; absent when there is none, which is reported. */
export function readRoot(source: Source, options: ReadOptions, findings: Findings): Root | undefined {
  const main = textOf(source.path, source.text, findings)
  const file = main === undefined ? undefined : parseFile(main, findings)
  if (main === undefined || file === undefined) return undefined
  const documents = file.documents.filter(({ value }) => value !== null)
  const [document, second] = documents
  if (document === undefined) {
    findings.add({ diagnosis: emptyFile('a scenario'), place: { source: main } })
    return undefined
  }
  if (second !== undefined) {
    const place = { source: main, document: second, path: [], at: 'value' } as const
    findings.add({ diagnosis: severalScenarios(documents.length), place })
    return undefined
  }
  if (!isMap(document.value)) {
    const place = { source: main, document, path: [], at: 'value' } as const
    findings.add({ diagnosis: wrongType('a scenario (a map)', document.value), place })
    return undefined
  }
  if (document.value.kind === 'Study') {
    const place = { source: main, document, path: ['kind'], at: 'value' } as const
    findings.add({ diagnosis: wrongType('a scenario', 'Study', 'a study is run with reconverge sweep'), place })
    return undefined
  }
  return { main, document, ...override(document.value, options, findings) }
}

function override(
  written: Readonly<Record<string, unknown>>,
  options: ReadOptions,
  findings: Findings,
): Pick<Root, 'value' | 'overrides' | 'manifestEdits'> {
  let value: unknown = written
  const overrides: Override[] = []
  const manifestEdits: Edit[] = []
  for (const argument of options.set ?? []) {
    const edit = parseEdit(argument)
    if ('diagnosis' in edit) {
      findings.add(edit)
      continue
    }
    if (edit.target !== undefined) {
      manifestEdits.push(edit)
      continue
    }
    const result = applyEdit(value, edit)
    if (result.ok) {
      value = result.value
      overrides.push(overrideOf(edit, result.path))
    } else findings.add(matchesNothing(edit, `expected a path of the scenario, got one that ends at ${JSON.stringify(result.missing)}`))
  }
  const flags = {
    ...(options.seed === undefined ? {} : { seed: options.seed }),
    ...(options.replications === undefined ? {} : { replications: options.replications }),
  }
  for (const [name, flag] of Object.entries(flags)) {
    const source: SourceText = { path: `--${name}`, text: String(flag) }
    overrides.push({ source, document: { start: 0, end: source.text.length }, path: [name] })
  }
  return { value: { ...(value as Record<string, unknown>), ...flags }, overrides, manifestEdits }
}

/** The first line of comment, which asks the scenario's question; editors' directives and banners are passed over. */
export function questionOf(text: string): string {
  for (const line of text.split('\n', 20)) {
    const comment = /^#+\s*(.*?)\s*$/.exec(line)
    if (comment === null) {
      if (line.trim() === '' || line.startsWith('---')) continue
      return ''
    }
    const words = comment[1] as string
    if (words !== '' && !/^yaml-language-server:/.test(words)) return words
  }
  return ''
}
