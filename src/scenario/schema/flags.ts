import { z } from 'zod'
import type { Flag, Flags } from '../flags.ts'
import { KNOWN_FLAGS } from '../known-flags.ts'
import { unknownWord } from '../problems.ts'
import type { ProcessName } from '../scenario.ts'
import type { Vocabulary } from '../vocabulary.ts'
import { cidr, finite, goDuration, whole } from './values.ts'

const priorities = z.array(z.strictObject({ priority: z.int(), shutdownGracePeriodSeconds: whole(0) }))
const TYPES = {
  duration: goDuration,
  integer: z.int(),
  number: finite,
  boolean: z.boolean(),
  string: z.string(),
  cidr,
  priorities,
} as const

/** Words of a list, as one text with commas or as a list. */
const wordsOf = ({ noun, known }: { readonly noun: string; readonly known: readonly string[] }) =>
  z.union([z.string(), z.array(z.string())]).transform((written, context) => {
    const words = typeof written === 'string' ? written.split(',').filter((word) => word !== '') : written
    for (const word of words) {
      const params = { diagnosis: unknownWord(noun, word, known) }
      if (!known.includes(word)) context.issues.push({ code: 'custom', input: written, params })
    }
    return words
  })

function flagSchema(flag: Flag<unknown>): z.ZodType {
  const schema: z.ZodType = flag.type === 'words' ? wordsOf(flag.words as never) : TYPES[flag.type]
  return schema.optional().meta({ description: `${flag.doc} (${flag.source})` })
}

/** The flags that the components of one process read. */
export const modelledFlags = ({ components }: Vocabulary, process: ProcessName): Flags =>
  Object.assign({}, ...components.filter((component) => component.process === process).map(({ flags }) => flags)) as Flags

const UNREAD = z.unknown().optional().meta({ description: 'Real, and without effect here (docs/MODEL.md).' })
const REFUSED = z
  .unknown()
  .optional()
  .meta({ description: 'Real, and not modelled: an error unless it says what is so anyhow (docs/MODEL.md).' })

/** The flags of one process: those its components read, and the others that it really has. */
export function processFlags(vocabulary: Vocabulary, process: ProcessName) {
  const { ignored, refused } = KNOWN_FLAGS[process]
  const modelled = Object.entries(modelledFlags(vocabulary, process)).map(([name, flag]) => [name, flagSchema(flag)] as const)
  const unread = ignored.map((name) => [name, UNREAD] as const)
  const others = Object.keys(refused).map((name) => [name, REFUSED] as const)
  return z.strictObject(Object.fromEntries([...unread, ...others, ...modelled]))
}
