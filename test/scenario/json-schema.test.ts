import { readdirSync, readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { scenarioJsonSchema } from '../../src/scenario/json-schema.ts'
import type { ProblemCode } from '../../src/scenario/problem.ts'
import { parseYaml } from '../../src/scenario/yaml.ts'
import { vocabulary } from './vocabulary.ts'

const schema = scenarioJsonSchema(vocabulary)
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema)
const FOLDER = new URL('../fixtures/broken/', import.meta.url)

/** Codes of problems that a schema can see: the rest refers to other parts of the file, other files, or to the text itself. */
const STRUCTURAL: ReadonlySet<ProblemCode> = new Set([
  'unknown-field',
  'missing-field',
  'exclusive-fields',
  'wrong-type',
  'unknown-value',
  'invalid-duration',
  'unknown-distribution',
  'unknown-fault',
  'unknown-operation',
  'unknown-flag',
])
/** What the schema leaves to the reader, of those. */
const BEYOND = new Set([
  'duration-below-a-microsecond.yaml',
  'horizon-without-unit.yaml',
  'node-group-unknown.yaml',
  'operation-kind-wrong.yaml',
])

const documentOf = (text: string): unknown => {
  const parsed = parseYaml(text)
  return parsed.ok ? parsed.documents[0]?.value : undefined
}

describe('the JSON schema agrees with the reader', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))
  const cases = files.map((name) => {
    const text = readFileSync(new URL(name, FOLDER), 'utf8')
    return { name, text, code: /\[(.*)\]/.exec(text)?.[1] as ProblemCode }
  })

  test.each(cases.filter(({ code, name }) => STRUCTURAL.has(code) && !BEYOND.has(name)))('it rejects $name', ({ text }) => {
    expect(validate(documentOf(text))).toBe(false)
  })

  const sound = cases.filter(({ code }) =>
    /^(unknown-(node|zone|domain|pod|workload|container|fault-name|label|measure|service)|too-many-targets|duplicate-(name|machine)|after|file|no-file|nothing)/.test(
      code,
    ),
  )
  test.each(sound)('it accepts $name, which is wrong only in what it refers to', ({ text }) => {
    validate(documentOf(text))
    expect(validate.errors).toBeNull()
  })

  test('it describes every field and every word', () => {
    const text = JSON.stringify(schema)
    for (const { doc } of [...vocabulary.faults, ...vocabulary.operations, ...vocabulary.distributions])
      expect(text).toContain(JSON.stringify(doc).slice(1, -1))
    for (const { flags } of vocabulary.components) for (const name of Object.keys(flags)) expect(text).toContain(`"${name}"`)
  })
})
