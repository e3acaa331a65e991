import { appendFileSync } from 'node:fs'
import { comparisonTable, headline } from '../report/comparison-table.ts'
import { findingsOf, type Gate } from '../report/gate.ts'
import { annotations, jobSummary } from '../report/github.ts'
import { SCHEMA_VERSION } from '../report/json.ts'
import { junitXml } from '../report/junit.ts'
import { EXIT, gravest, UsageError } from './exit.ts'
import type { GateArguments } from './gate-options.ts'
import { prepareFile, ResultFiles } from './result-files.ts'
import type { Shell } from './shell.ts'

/** Makes sure, before anything runs, that what is asked for can be written. */
export function prepareOutputs({ junit }: GateArguments): void {
  if (junit !== undefined) prepareFile(junit)
}

/** Prints and writes what several gates found; answers the gravest exit code. */
export function announce(gates: readonly Gate[], args: GateArguments, shell: Shell): number {
  if (args.json) shell.out(`${JSON.stringify({ schemaVersion: SCHEMA_VERSION, comparisons: gates.map(asJson) }, null, 2)}\n`)
  else for (const gate of gates) shell.out(comparisonTable(gate, shell.paint))
  if (args.junit !== undefined) {
    const files = new ResultFiles()
    files.add(args.junit, [junitXml(gates)])
    files.commit()
  }
  if (args.github) {
    // The runner reads both streams; with --json nothing else may be on stdout.
    const write = args.json ? shell.err : shell.out
    write(annotations(gates))
    const summary = shell.env.GITHUB_STEP_SUMMARY
    if (summary !== undefined && summary !== '') append(summary, jobSummary(gates))
  }
  return gravest(gates.map((gate) => codeOf(gate, args.undecided)))
}

function append(path: string, text: string): void {
  try {
    appendFileSync(path, text)
  } catch (error) {
    throw new UsageError(`cannot write GITHUB_STEP_SUMMARY ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function asJson(gate: Gate): object {
  const { scenario, path, sides, lost, sameBytes, comparison, notes, verdicts } = gate
  const findings = findingsOf(gate).filter(({ severity }) => severity !== 'good')
  return {
    scenario,
    path,
    before: sides[0],
    after: sides[1],
    headline: headline(gate),
    sameBytes,
    lost,
    notes,
    findings,
    comparison,
    verdicts,
  }
}

/** 3 lost determinism, 1 something changed for the worse or an expectation failed, 4 left open, 0 otherwise. */
function codeOf(gate: Gate, undecided: GateArguments['undecided']): number {
  if (gate.lost !== null) return EXIT.broken
  const severities = findingsOf(gate).map(({ severity }) => severity)
  if (severities.includes('error')) return EXIT.failed
  if (!severities.includes('open') || undecided === 'pass') return EXIT.good
  return undecided === 'fail' ? EXIT.failed : EXIT.undecided
}
