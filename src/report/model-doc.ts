import type { Duration } from '../kernel/time.ts'
import { formatDuration } from '../scenario/durations.ts'
import type { Flag, Flags } from '../scenario/flags.ts'
import { LATENCIES, type Latency } from '../scenario/latencies.ts'
import { PROFILES, profileOf } from '../scenario/profile.ts'
import { faultParameters, shapeOf } from '../scenario/schema/actions.ts'
import { scenarioSchemas } from '../scenario/schema/scenario.ts'
import type { Vocabulary } from '../scenario/vocabulary.ts'
import { code, markdownTable } from './markdown.ts'
import { desireSection } from './model-desires.ts'
import { flagSection } from './model-flags.ts'
import { kindSections } from './model-kinds.ts'
import { ABSENCES, APPROXIMATIONS, type Limit } from './model-limits.ts'

const INTRODUCTION = `# What is modelled

Written by \`npm run docs\` from the model's own tables; a test fails when it is out of date. Sources are files of the Kubernetes repository unless
they say otherwise; \`kubernetes-semantics\` and \`observations\` are the studies the model was built from.`

/** docs/MODEL.md: every word a scenario may use, every default with its source, every field of every kind with its mark, and what is missing. */
export function modelDocument(vocabulary: Vocabulary): string {
  const sections = [
    INTRODUCTION,
    `## Versions\n\n${PROFILES.map(code).join(', ')}. Defaults and behaviour are those of that release; a third number where a patch release differs.`,
    componentSection(vocabulary),
    flagSection(vocabulary),
    latencySection(),
    wordSections(vocabulary),
    desireSection(),
    kindSections(),
    `## Approximated\n\n${limitTable(APPROXIMATIONS)}`,
    `## Absent\n\n${limitTable(ABSENCES)}`,
  ]
  return `${sections.join('\n\n')}\n`
}

const limitTable = (limits: readonly Limit[]): string =>
  markdownTable(
    ['what', 'how', 'so'],
    limits.map(({ subject, what, consequence }) => [subject, what, consequence]),
  )

function componentSection({ components }: Vocabulary): string {
  const list = components.map(({ name, process, doc }) => [code(name), code(process), doc])
  const processes = [...new Set(components.map(({ process }) => process))]
  const tables = processes.flatMap((process) => {
    const flags = Object.assign({}, ...components.filter((one) => one.process === process).map((one) => one.flags)) as Flags
    if (Object.keys(flags).length === 0) return []
    const rows = Object.entries(flags).map(([name, flag]) => [code(name), defaultOf(flag), flag.doc, flag.source])
    return [`### Flags of ${process}\n\n${markdownTable(['name', 'default', 'what', 'source'], rows)}`]
  })
  const intro = 'Each runs in the process named, shares its caches, and sees only what its watches have delivered.'
  return ['## Components', intro, markdownTable(['component', 'process', 'what it does'], list), ...tables].join('\n\n')
}

/** The default of a flag; where releases differ, each value with the releases it is that of. */
export function defaultOf(flag: Flag<unknown>): string {
  const runs: { text: string; from: string; to: string }[] = []
  for (const name of PROFILES) {
    const value = flag.default(profileOf(name))
    const shown = flag.type === 'duration' ? briefDuration(value as Duration) : Array.isArray(value) ? JSON.stringify(value) : String(value)
    const text = flag.type === 'words' && shown === '[]' ? 'none' : code(shown)
    const last = runs.at(-1)
    if (last?.text === text) last.to = name
    else runs.push({ text, from: name, to: name })
  }
  const [only, ...more] = runs
  if (more.length === 0) return only?.text ?? ''
  return runs.map(({ text, from, to }) => `${text} (${from === to ? from : `${from} … ${to}`})`).join(', ')
}

/** A duration without the zeros that Go prints: `5m` for `5m0s`. */
const briefDuration = (duration: Duration): string =>
  formatDuration(duration)
    .replace(/([hm])0s$/, '$1')
    .replace(/h0m$/, 'h')

function latencySection(): string {
  const rows = Object.entries<Latency>(LATENCIES).map(([name, { doc, source, unless = [], ...latency }]) => {
    const others = unless.map((variant) => `, ${variant.when} ${code(flow(variant.default))}`)
    const sources = unless.map((variant) => `; ${variant.when}: ${variant.source}`)
    return [code(name), `${code(flow(latency.default))}${others.join('')}`, doc, `${source}${sources.join('')}`]
  })
  const intro = 'What Kubernetes does not define: the times of the world around it, set under `cluster.latency`. None is ever zero.'
  return `## Latencies\n\n${intro}\n\n${markdownTable(['name', 'default', 'what', 'source'], rows)}`
}

/** A value as a scenario would write it in one line. */
function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const pairs = Object.entries(value).map(([name, inside]) => `${name}: ${flow(inside)}`)
  return `{ ${pairs.join(', ')} }`
}

function wordSections(vocabulary: Vocabulary): string {
  const { readers, sections } = scenarioSchemas(vocabulary)
  const faults = vocabulary.faults.map((word) => {
    return [code(word.name), word.victim, word.lasting ? 'lasting' : 'instant', word.doc, fieldsOf(shapeOf(faultParameters(word, readers)))]
  })
  const operations = vocabulary.operations.map((word) => {
    return [code(word.name), word.of.map(code).join(', '), word.doc, fieldsOf(shapeOf(word.parameters(readers)))]
  })
  const measures = vocabulary.measures.map(({ name, unit, labels, doc }) => [code(name), unit, labels.map(code).join(', '), doc])
  const behaviour = Object.entries(sections.behaviour.unwrap().element.shape).map(([name, field]) => [code(name), field.description ?? ''])
  const distributions = vocabulary.distributions.map(({ name, doc }) => [code(name), doc])
  return [
    `## Faults\n\nA lasting fault ends after \`for\`, and its end undoes exactly what its begin did.\n\n${markdownTable(['fault', 'hits', 'kind', 'what', 'parameters'], faults)}`,
    `## Operations\n\n${markdownTable(['operation', 'of', 'what', 'parameters'], operations)}`,
    `## Measures\n\nOne number for each replication and label.\n\n${markdownTable(['measure', 'unit', 'labels', 'what'], measures)}`,
    `## Behaviour\n\nWhat manifests do not say.\n\n${markdownTable(['field', 'what'], behaviour)}`,
    `## Distributions\n\nWherever a time may be random; a bare value is a constant.\n\n${markdownTable(['name', 'what'], distributions)}`,
  ].join('\n\n')
}

/** Fields and what they mean, in one cell. */
function fieldsOf(shape: Readonly<Record<string, { readonly description?: string | undefined }>>): string {
  return Object.entries(shape)
    .map(([name, { description }]) => `${code(name)}${description === undefined ? '' : `: ${description}`}`)
    .join(' ')
}
