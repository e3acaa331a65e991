import type { Study } from '../study/study.ts'
import type { Identity } from '../study/value-set.ts'

/** Raised whenever a field changes its meaning or goes away; new fields do not raise it. */
export const SCHEMA_VERSION = 1

/** One study as plain data for `--json`: times in seconds, shares in 0 … 1, null where a number cannot be said. */
export function studyJson(
  { scenario, results, partial, summaries, verdicts }: Study,
  identity: Identity,
  files: readonly string[],
): object {
  return {
    scenario: scenario.name,
    path: scenario.path,
    question: scenario.question,
    kubernetes: scenario.profile.name,
    seed: scenario.seed,
    replications: results.length,
    partial,
    horizon: scenario.horizon / 1e6,
    ...identity,
    summary: summaries,
    verdicts,
    occurrences: results.reduce((sum, { rows }) => sum + rows.filter(({ workload }) => workload === '*').length, 0),
    events: results.reduce((sum, { handled }) => sum + handled, 0),
    unplaced: distinct(results.flatMap(({ unplaced }) => unplaced.map(({ pod, reason }) => `${pod}: ${reason}`))),
    remarks: distinct(results.flatMap(({ remarks }) => remarks)),
    ignored: scenario.ignored,
    notModelled: scenario.notModelled,
    files,
  }
}

/** The document `--json` prints: the only thing on stdout. */
export function jsonDocument(studies: readonly object[]): string {
  return `${JSON.stringify({ schemaVersion: SCHEMA_VERSION, studies }, null, 2)}\n`
}

const distinct = (texts: readonly string[]) => [...new Set(texts)]
