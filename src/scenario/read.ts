import type { Instant } from '../kernel/time.ts'
import { checkFaults, checkOperations, readFaults, readOperations } from './actions.ts'
import { readBehaviour } from './behaviour.ts'
import { canonicalInputs } from './canonical.ts'
import { clusterSpec } from './cluster.ts'
import type { LabelNames } from './expectations.ts'
import { readExpectation } from './expectations.ts'
import { readWith } from './issues.ts'
import { readMachines } from './machines.ts'
import type { Problem } from './problem.ts'
import { Findings } from './problem.ts'
import { profileOf } from './profile.ts'
import type { Root } from './root.ts'
import { questionOf, readRoot } from './root.ts'
import type { Expectation, Scenario } from './scenario.ts'
import type { ScenarioSchemas } from './schema/scenario.ts'
import { scenarioSchemas } from './schema/scenario.ts'
import { version } from './schema/values.ts'
import type { Session } from './session.ts'
import { loadTexts, reportOf } from './session.ts'
import { matchesNothing } from './set.ts'
import type { Source } from './sources.ts'
import { nearest, suggestion } from './suggest.ts'
import { valueColumn } from './tables.ts'
import type { Referable } from './targets.ts'
import { checkBehaviour, referable } from './targets.ts'
import type { Vocabulary } from './vocabulary.ts'
import type { Report } from './walk.ts'
import { shown } from './walk.ts'
import { readWorkloads } from './workloads.ts'

export interface ReadOptions {
  /** `--set` arguments, in order. */
  readonly set?: readonly string[]
  readonly seed?: string
  readonly replications?: number
  readonly allowUnknownFields?: boolean
}

export type ReadResult =
  | { readonly ok: true; readonly scenario: Scenario; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Reads a scenario and everything it refers to: complete and checked, or every problem at once. Never throws, whatever the input. */
export function read(source: Source, vocabulary: Vocabulary, options: ReadOptions = {}): ReadResult {
  const findings = new Findings()
  const root = readRoot(source, options, findings)
  const scenario = root === undefined ? undefined : readScenario(root, source, vocabulary, options, findings)
  if (scenario === undefined || findings.count > 0) return { ok: false, problems: findings.problems() }
  return { ok: true, scenario, warnings: findings.warnings() }
}

function openSession(root: Root, source: Source, vocabulary: Vocabulary, options: ReadOptions, findings: Findings): Session {
  const release = version.safeParse(root.value.kubernetes)
  return {
    source,
    vocabulary,
    findings,
    main: root.main,
    document: root.document,
    overrides: root.overrides,
    manifestEdits: root.manifestEdits,
    appliedEdits: new Set(),
    manifests: {
      profile: profileOf(release.success ? release.data : '1.34'),
      allowUnknownFields: options.allowUnknownFields ?? false,
      ignored: new Set(),
      notModelled: new Map(),
    },
    files: new Map(),
    applied: [],
  }
}

/** The schemas of this reading: tables of `empirical` distributions come from files beside the scenario. */
function openSchemas(session: Session): ScenarioSchemas {
  return scenarioSchemas(session.vocabulary, {
    loadColumn: (file) => {
      const loaded = session.source.load(file)
      if ('problem' in loaded) return { ok: false, message: loaded.message }
      const [text] = loadTexts(session, file, [])
      return text === undefined ? { ok: false, message: `expected a table in ${file}, got none` } : valueColumn(text.text)
    },
  })
}

type Sections = ScenarioSchemas['sections']
type Section<Name extends keyof Sections> = ReturnType<Sections[Name]['parse']>

function readScenario(root: Root, source: Source, vocabulary: Vocabulary, options: ReadOptions, findings: Findings): Scenario | undefined {
  const session = openSession(root, source, vocabulary, options, findings)
  const schemas = openSchemas(session)
  const report = reportOf(session)
  reportUnknownSections(root, schemas, report)
  const section = <Name extends keyof Sections>(name: Name): Section<Name> | undefined =>
    readWith(schemas.sections[name] as never, root.value[name] ?? undefined, [name], report)?.value as Section<Name> | undefined
  section('apiVersion')
  section('kind')
  const heads = {
    metadata: section('metadata'),
    kubernetes: section('kubernetes'),
    horizon: section('horizon') as Instant | undefined,
    seed: section('seed'),
    replications: section('replications'),
    initial: section('initial'),
    images: section('images'),
    phases: section('phases'),
    measure: section('measure'),
  }
  const { horizon, measure } = heads
  if (horizon === 0) report('out-of-range', ['horizon'], 'expected a horizon above 0, got 0')
  if (horizon !== undefined && measure !== undefined && measure.from >= horizon) {
    report('after-horizon', ['measure', 'from'], 'expected a time before the horizon, got a later one')
  }
  const before = findings.count
  const cluster = section('cluster')
  const machines = cluster === undefined ? [] : readMachines(session, cluster, heads.initial ?? 'converged')
  const rows = section('workloads')
  const workloads = rows === undefined ? [] : readWorkloads(session, rows)
  const behaviour = listOf(root, 'behaviour', report).flatMap((row, i) => {
    const own = readBehaviour(schemas, row, below(report, ['behaviour', i]))
    return own === undefined ? [] : [{ row: own, path: ['behaviour', i] }]
  })
  const operations = readOperations(session, schemas, listOf(root, 'operations', report), horizon)
  for (const edit of root.manifestEdits) {
    if (!session.appliedEdits.has(edit)) findings.add(matchesNothing(edit, `expected a path of an object, got ${edit.target}`))
  }
  const known = findings.count === before
  const faults = readFaults(session, schemas, listOf(root, 'faults', report), horizon)
  const among = referable(machines, [...workloads, ...session.applied], operations.length > 0)
  if (known) {
    checkFaults(session, faults, among)
    checkOperations(session, operations, among)
    for (const { row, path } of behaviour) checkBehaviour(row.select, row.container, among, below(report, path))
  }
  const names = faults.map(({ spec }) => spec.name)
  const expect = readExpectations(root, vocabulary, findings.count === before ? { faults: names, among } : undefined, report)
  if (findings.count > 0 || cluster === undefined) return undefined
  return {
    name: heads.metadata?.name as string,
    question: questionOf(root.main.text),
    path: source.path,
    profile: session.manifests.profile,
    horizon: horizon as Instant,
    seed: heads.seed as string,
    replications: heads.replications as number,
    initial: heads.initial as Scenario['initial'],
    images: heads.images as Scenario['images'],
    phases: heads.phases as Scenario['phases'],
    cluster: clusterSpec(cluster, machines, schemas, report),
    workloads,
    behaviour: behaviour.map(({ row }) => row),
    operations: operations.map(({ spec }) => spec),
    faults: faults.map(({ spec }) => spec),
    measure: measure as unknown as Scenario['measure'],
    expect,
    ignored: [...session.manifests.ignored].sort(),
    notModelled: [...session.manifests.notModelled].map(([kind, count]) => ({ kind, count })).sort((a, b) => (a.kind < b.kind ? -1 : 1)),
    canonical: canonicalInputs(
      root.value,
      root.manifestEdits.map(({ source: { text } }) => text),
      session.files,
    ),
  }
}

const below =
  (report: Report, base: readonly (string | number)[]): Report =>
  (code, path, message, more) =>
    report(code, [...base, ...path], message, more)

function reportUnknownSections(root: Root, schemas: ScenarioSchemas, report: Report): void {
  const known = Object.keys(schemas.sections)
  for (const name of Object.keys(root.value)) {
    if (known.includes(name)) continue
    const near = nearest(name, known)
    const hint = near === undefined ? suggestion(name, known) : `did you mean ${JSON.stringify(near)}?`
    report('unknown-field', [name], `unknown field ${JSON.stringify(name)}`, { at: 'key', hint })
  }
}

function listOf(root: Root, name: 'behaviour' | 'operations' | 'faults' | 'expect', report: Report): readonly unknown[] {
  const value = root.value[name] ?? []
  if (Array.isArray(value)) return value
  report('wrong-type', [name], `expected a list, got ${shown(value)}`)
  return []
}

/** Expectations; the names in their labels are checked only when everything that is named was sound. */
function readExpectations(
  root: Root,
  { measures }: Vocabulary,
  known: { readonly faults: readonly string[]; readonly among: Referable } | undefined,
  report: Report,
): readonly Expectation[] {
  const names = known === undefined ? undefined : labelNames(known.faults, known.among)
  return listOf(root, 'expect', report).flatMap((text, i) => {
    if (typeof text !== 'string') {
      report('wrong-type', ['expect', i], `expected a text such as convergence.p95 < 7m, got ${shown(text)}`)
      return []
    }
    const expectation = readExpectation(text, { measures, names }, below(report, ['expect', i]))
    return expectation === undefined ? [] : [expectation]
  })
}

function labelNames(faults: readonly string[], among: Referable): LabelNames {
  const workload = [...new Set(among.pods.map(({ reference }) => reference))]
  const service = among.objects.filter((object) => object.startsWith('service/'))
  return { fault: faults, workload, service }
}
