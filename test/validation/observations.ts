import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import type { EventRow } from '../../src/measure/record.ts'

/** One thing that happened, real or simulated: `t` in seconds after the fault; the words are those of observations/README.md. */
export interface Fact {
  readonly t: number
  readonly kind: string
  readonly object: string
  readonly event: string
  readonly detail: string
}

/** What was recorded in each repetition of a case, in order of time. */
export function recorded(name: string): readonly (readonly Fact[])[] {
  const text = gunzipSync(readFileSync(new URL(`observations/${name}.csv.gz`, import.meta.url))).toString()
  const repetitions: Fact[][] = []
  for (const line of text.trimEnd().split('\n').slice(1)) {
    const [repetition, t, kind, object, event, detail] = line.split(',') as [string, string, string, string, string, string]
    const index = Number(repetition) - 1
    const facts = repetitions[index] ?? []
    repetitions[index] = facts
    facts.push({ t: Number(t), kind, object, event, detail })
  }
  return repetitions
}

/** What a simulated replication recorded, its fault being at 0. */
export const simulatedFacts = (rows: readonly EventRow[]): readonly Fact[] => rows.map(({ time, ...row }) => ({ ...row, t: time / 1e6 }))
