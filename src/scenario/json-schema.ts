import { z } from 'zod'
import { describedScenario } from './schema/scenario.ts'
import type { Vocabulary } from './vocabulary.ts'

/** The JSON schema (draft 2020-12) of scenario files with this vocabulary, for editors: what `read` accepts, but for what refers elsewhere. */
export function scenarioJsonSchema(vocabulary: Vocabulary): Record<string, unknown> {
  const schema = z.toJSONSchema(describedScenario(vocabulary), { io: 'input', unrepresentable: 'any' })
  return { ...schema, title: 'reconverge scenario' }
}
