import type { Study } from '../study/study.ts'
import { faultTable } from './fault-table.ts'
import { type Paint, plural, thousands } from './text.ts'
import { verdictTable } from './verdict-table.ts'
import { workloadTable } from './workload-table.ts'

/** What the command knows of a run beside its study. */
export interface RunFacts {
  /** Short name of the model that computed it. */
  readonly model: string
  /** Wall-clock time [s]. */
  readonly elapsed: number
  /** Result files written, in order. */
  readonly files: readonly string[]
}

/** Remarks and Pods shown. */
const SHOWN = 5

/** The study for a terminal of 80 to 100 columns: the question first, then what was run, each fault, what is wrong, the verdicts. */
export function table(study: Study, facts: RunFacts, paint: Paint): string {
  const { scenario, results, verdicts } = study
  const sections = [
    heading(study, facts, paint),
    ...scenario.faults.map((fault) => faultTable(fault, study, paint)),
    ...(scenario.faults.length === 0 ? [workloadTable(study, paint)] : []),
    unplaced(study, paint),
    remarks(study, paint),
    leftOut(study, paint),
    verdictTable(verdicts, paint),
    [
      ...(facts.files.length === 0 ? [] : [`Written: ${facts.files.join(' ')}`]),
      paint.dim(
        `${plural(results.length, 'replication')} in ${facts.elapsed.toFixed(1)} s, ${thousands(results.reduce((sum, { handled }) => sum + handled, 0))} events handled`,
      ),
    ],
  ]
  return `${sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n'))
    .join('\n\n')}\n`
}

function heading({ scenario, results, partial }: Study, { model }: RunFacts, paint: Paint): string[] {
  const facts = [
    scenario.name,
    `Kubernetes ${scenario.profile.name}`,
    plural(results.length, 'replication'),
    `seed ${scenario.seed}`,
    `horizon ${scenario.horizon / 1e6} s`,
    `model ${model}`,
  ]
  return [
    ...(scenario.question === '' ? [] : [paint.bold(scenario.question)]),
    paint.dim(facts.join(' · ')),
    ...(partial ? [paint.red(`Interrupted: ${results.length} of ${scenario.replications} replications; expectations are not judged`)] : []),
  ]
}

function unplaced({ results }: Study, paint: Paint): string[] {
  const counts = counted(results.flatMap((result) => [...new Set(result.unplaced.map(({ pod, reason }) => `${pod}: ${reason}`))]))
  if (counts.length === 0) return []
  return [paint.yellow(`${plural(counts.length, 'Pod')} without a Node`), ...first(counts, results.length)]
}

function remarks({ results }: Study, paint: Paint): string[] {
  const counts = counted(results.flatMap((result) => [...new Set(result.remarks)]))
  if (counts.length === 0) return []
  return [paint.yellow(plural(counts.length, 'remark')), ...first(counts, results.length)]
}

function leftOut({ scenario }: Study, paint: Paint): string[] {
  const objects = scenario.notModelled.reduce((sum, { count }) => sum + count, 0)
  const parts = [
    ...(scenario.ignored.length === 0 ? [] : [plural(scenario.ignored.length, 'field')]),
    ...(objects === 0 ? [] : [`${plural(objects, 'object')} of ${plural(scenario.notModelled.length, 'kind')}`]),
  ]
  if (parts.length === 0) return []
  return [paint.dim(`Not modelled: ${parts.join(', ')} (list: reconverge validate ${scenario.path})`)]
}

/** Each text once, the most frequent first, with how often it occurs. */
function counted(texts: readonly string[]): [string, number][] {
  const counts = new Map<string, number>()
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
}

function first(counts: readonly [string, number][], replications: number): string[] {
  const lines = counts
    .slice(0, SHOWN)
    .map(([text, n]) => `  ${text}${n === replications ? '' : ` (in ${n} of ${replications} replications)`}`)
  return counts.length > SHOWN ? [...lines, `  … and ${plural(counts.length - SHOWN, 'more', 'more')}`] : lines
}
