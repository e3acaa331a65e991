import { statSync } from 'node:fs'
import type { Gate } from '../report/gate.ts'
import type { MeasureWord } from '../scenario/vocabulary.ts'
import { compareSets } from '../study/comparison.ts'
import type { Selection } from '../study/pairing.ts'
import type { ValueSet } from '../study/value-set.ts'
import type { CompareArguments } from './compare.ts'
import { UsageError } from './exit.ts'
import { announce, prepareOutputs } from './gate-output.ts'
import { checkSelections, selectionsOf } from './references.ts'
import { differenceOf } from './same-inputs.ts'
import type { Shell } from './shell.ts'
import { nameOfStem, type ResultSet, readResultSet, stemsOf } from './value-files.ts'

/** Compares what two folders, or two files, hold of the same scenarios. */
export async function compareResults(args: CompareArguments, shell: Shell): Promise<number> {
  prepareOutputs(args)
  const { vocabulary } = await shell.model()
  const only = selectionsOf(args.measure, vocabulary.measures)
  const gates = pairsOf(args).map(([a, b]) => {
    const [before, after] = [setAt(a), setAt(b)]
    checkSelections(only, [before.set, after.set])
    return {
      ...gateOf(before, after, vocabulary.measures, { alpha: args.alpha, only }),
      sides: [args.before, args.after] as const,
      path: b,
    }
  })
  return announce(gates, args, shell)
}

/** What two result sets of one scenario say of each other. */
export function gateOf(
  before: ResultSet,
  after: ResultSet,
  measures: readonly MeasureWord[],
  options: { readonly alpha: number; readonly only: readonly Selection[] },
): Gate {
  const lost = before.set.inputs === after.set.inputs ? differenceOf(before, after) : null
  const sameBytes = before.set.inputs === after.set.inputs && lost === null
  return {
    ...{ scenario: after.set.scenario, path: after.stem, sides: [before.stem, after.stem], verdicts: [] },
    ...{ sameBytes, lost: lost?.lines ?? null },
    comparison: sameBytes || lost !== null ? null : compareSets(before.set, after.set, measures, options),
    notes: sameBytes || lost !== null ? [] : notesOf(before.set, after.set),
  }
}

function notesOf(before: ValueSet, after: ValueSet): string[] {
  const n = Math.min(before.replications, after.replications)
  const lacking = (set: ValueSet, other: ValueSet) => other.measures.filter((name) => !set.measures.includes(name))
  const [newer, older] = [lacking(before, after), lacking(after, before)]
  return [
    ...(newer.length === 0 ? [] : [`not compared, new since: ${newer.join(', ')}`]),
    ...(older.length === 0 ? [] : [`not compared, no longer taken: ${older.join(', ')}`]),
    ...(before.seed === after.seed
      ? []
      : [`the seeds differ (${before.seed}, ${after.seed}): pairs share no luck, so intervals are wider`]),
    ...(before.v8 === after.v8 ? [] : [`another V8 (${before.v8}, ${after.v8}): last digits may differ`]),
    ...(before.replications === after.replications
      ? []
      : [`replications 1 to ${n} of ${before.replications} and ${after.replications} are compared`]),
  ]
}

/** Stems that belong together: of two folders those of equal name, of two files these. */
function pairsOf({ before, after }: CompareArguments): (readonly [string, string])[] {
  const [a, b] = [stemsOf(before), stemsOf(after)]
  const folders = [before, after].filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true).length
  if (folders === 0) return [[a[0] as string, b[0] as string]]
  const others = new Map(b.map((stem) => [nameOfStem(stem), stem]))
  const pairs = a.flatMap((stem) => {
    const other = others.get(nameOfStem(stem))
    return other === undefined ? [] : [[stem, other] as const]
  })
  const named = (stems: readonly string[]) => stems.map(nameOfStem).join(', ')
  if (pairs.length === 0)
    throw new UsageError(`${before} and ${after} hold no scenario of one name`, `there are ${named(a)}, and ${named(b)}`)
  return pairs
}

function setAt(stem: string): ResultSet {
  const set = readResultSet(stem)
  if (set === undefined) throw new UsageError(`there is no ${stem}.values.json`)
  return set
}
