import type { Sweep } from '../study/sweep.ts'
import type { Identity } from '../study/value-set.ts'
import { SCHEMA_VERSION } from './json.ts'

/** A sweep as plain data for `--json`: times in seconds, shares in 0 … 1, null where a number cannot be said. */
export function sweepJson(sweep: Sweep, identity: Identity, files: readonly string[]): string {
  const { name, question, axes, objectives, points, partial } = sweep
  const document = {
    schemaVersion: SCHEMA_VERSION,
    sweep: name,
    question,
    partial,
    ...identity,
    axes,
    objectives: objectives.map(({ text, unit, better }) => ({ text, unit, better })),
    points: points.map(({ values, study, objectives: found, front }) => ({
      values,
      replications: study.results.length,
      objectives: found,
      front,
      summary: study.summaries,
      verdicts: study.verdicts,
    })),
    files,
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
