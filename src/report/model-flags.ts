import type { KnownFlags } from '../scenario/known-flags/known.ts'
import { KNOWN_FLAGS } from '../scenario/known-flags.ts'
import type { ProcessName } from '../scenario/scenario.ts'
import { modelledFlags } from '../scenario/schema/flags.ts'
import type { Vocabulary } from '../scenario/vocabulary.ts'
import { code, markdownTable } from './markdown.ts'

const INTRODUCTION = `### Flags that are not read

A scenario may hold every flag and configuration field that a process really has. Those without effect on recovery here are listed when it is read. Those whose effect is not modelled are errors,
unless their value is one that changes nothing. Any other name is an error with a suggestion.`

/** The section of docs/MODEL.md about real flags that the model does not read. */
export function flagSection(vocabulary: Vocabulary): string {
  const processes = Object.entries(KNOWN_FLAGS) as [ProcessName, KnownFlags][]
  const read = (process: ProcessName): ((name: string) => boolean) => {
    const modelled = modelledFlags(vocabulary, process)
    return (name) => Object.hasOwn(modelled, name)
  }
  const refused = processes.flatMap(([process, known]) =>
    Object.entries(known.refused)
      .filter(([name]) => !read(process)(name))
      .map(([name, { harmless, instead }]) => [code(process), code(name), harmless.map(shown).join(', '), instead]),
  )
  const ignored = processes.map(([process, known]) => [
    code(process),
    known.ignored
      .filter((name) => !read(process)(name))
      .map(code)
      .join(', '),
  ])
  return [
    INTRODUCTION,
    markdownTable(['process', 'refused', 'but for', 'because'], refused),
    markdownTable(['process', 'ignored'], ignored),
  ].join('\n\n')
}

const shown = (value: unknown): string => (value === '' || value === null ? 'nothing' : code(String(value)))
