import { createHash } from 'node:crypto'
import type { Scenario } from '../scenario/scenario.ts'

/** Everything that results depend on. */
export interface Inputs {
  readonly scenario: Pick<Scenario, 'canonical' | 'seed' | 'replications'>
  readonly modelId: string
  /** V8 may round `Math.log` and its like in its own way. */
  readonly v8: string
}

/** SHA-256 of the inputs: equal hashes promise equal results, byte for byte. */
export function inputsHash({ scenario, modelId, v8 }: Inputs): string {
  const parts = [scenario.canonical, scenario.seed, scenario.replications, modelId, v8]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
