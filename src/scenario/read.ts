import type { Instant } from '../kernel/time.ts'
import { checkFaults, checkOperations, readFaults, readOperations } from './actions.ts'
import { readBehaviour } from './behaviour.ts'
import { canonicalInputs } from './canonical.ts'
import { checkFlags } from './check-flags.ts'
import { clusterSpec } from './cluster.ts'
import type { LabelNames } from './expectations.ts'
import { readExpectation } from './expectations.ts'
import { readWith } from './issues.ts'
import { type Group, readMachines, readNodeGroups } from './machines.ts'
import type { Problem } from './problem.ts'
import { Findings } from './problem.ts'
import { afterHorizon, below, outOfRange, type Report, unknownField, wrongType } from './problems.ts'
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
import { valueColumn } from './tables.ts'
import type { Referable } from './targets.ts'
import { checkBehaviour, referable } from './targets.ts'
import { byCodeUnit } from './text.ts'
import type { Vocabulary } from './vocabulary.ts'
import { readWorkloads } from './workloads.ts'

/** What the command line says beside the file. */
export interface ReadOptions {
  /** `--set` arguments, in order. */
  readonly set?: readonly string[]
  readonly seed?: string
  readonly replications?: number
  readonly allowUnknownFields?: boolean
}

/** A scenario, or everything that is wrong with it. */
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

type Reader = <Name extends keyof Sections>(name: Name) => Section<Name> | undefined

/** The sections that stand by themselves. */
function readHeads(section: Reader, report: Report) {
  section('apiVersion')
  section('kind')
  const horizon = section('horizon') as Instant | undefined
  const measure = section('measure')
  if (horizon === 0) report(['horizon'], outOfRange('a horizon above 0', 0))
  if (horizon !== undefined && horizon > 0 && measure !== undefined && measure.from >= horizon) {
    report(['measure', 'from'], afterHorizon())
  }
  return {
    metadata: section('metadata'),
    kubernetes: section('kubernetes'),
    horizon: horizon === 0 ? undefined : horizon,
    measure,
    seed: section('seed'),
    replications: section('replications'),
    initial: section('initial'),
    images: section('images'),
    phases: section('phases'),
    clock: section('clock'),
  }
}

/** The machines, objects, faults and operations of a scenario; whom and what they name is checked when all of them are sound. */
function readWorld(root: Root, session: Session, schemas: ScenarioSchemas, section: Reader, heads: Heads) {
  const { findings, vocabulary } = session
  const report = reportOf(session)
  const before = findings.count
  const cluster = section('cluster')
  if (cluster !== undefined) checkFlags(session, cluster)
  const groups = new Map<string, Group>()
  const machines = cluster === undefined ? [] : readMachines(session, cluster, heads.initial ?? 'converged', groups)
  const nodeGroups = cluster === undefined ? [] : readNodeGroups(session, cluster, groups)
  const rows = section('workloads')
  const workloads = rows === undefined ? [] : readWorkloads(session, rows, heads.initial === 'given' ? machines : undefined)
  const behaviour = listOf(root, 'behaviour', report).flatMap((row, i) => {
    const own = readBehaviour(schemas, row, below(report, ['behaviour', i]))
    return own === undefined ? [] : [{ row: own, path: ['behaviour', i] }]
  })
  const operations = readOperations(session, schemas, listOf(root, 'operations', report), heads.horizon)
  for (const edit of root.manifestEdits) {
    if (!session.appliedEdits.has(edit)) findings.add(matchesNothing(edit, `expected a path of an object, got ${edit.target}`))
  }
  const sound = findings.count === before
  const faults = readFaults(session, schemas, listOf(root, 'faults', report), heads.horizon)
  const scales = operations.length > 0 || workloads.some(({ kind }) => kind === 'HorizontalPodAutoscaler')
  const among = referable(machines, [...workloads, ...session.applied], scales)
  if (sound) {
    checkFaults(session, faults, among)
    checkOperations(session, operations, among)
    for (const { row, path } of behaviour) checkBehaviour(row, among, below(report, path))
  }
  const known =
    findings.count === before
      ? labelNames(
          faults.map(({ spec }) => spec.name),
          among,
        )
      : undefined
  const expect = readExpectations(root, vocabulary, known, report)
  return {
    cluster: cluster === undefined ? undefined : clusterSpec(cluster, { machines, nodeGroups }, session.manifests.profile, schemas, report),
    workloads,
    behaviour: behaviour.map(({ row }) => row),
    operations: operations.map(({ spec }) => spec),
    faults: faults.map(({ spec }) => spec),
    expect,
  }
}

type Heads = ReturnType<typeof readHeads>

function readScenario(root: Root, source: Source, vocabulary: Vocabulary, options: ReadOptions, findings: Findings): Scenario | undefined {
  const session = openSession(root, source, vocabulary, options, findings)
  const schemas = openSchemas(session)
  const report = reportOf(session)
  reportUnknownSections(root, schemas, report)
  const section: Reader = (name) =>
    readWith(schemas.sections[name] as never, root.value[name] ?? undefined, [name], report)?.value as Section<typeof name> | undefined
  const heads = readHeads(section, report)
  const world = readWorld(root, session, schemas, section, heads)
  if (findings.count > 0) return undefined
  const { metadata, kubernetes: _, ...settings } = heads
  const { profile, ignored, notModelled } = session.manifests
  const overrides = root.manifestEdits.map((edit) => edit.source.text)
  return {
    name: metadata?.name,
    question: questionOf(root.main.text),
    path: source.path,
    profile,
    ...settings,
    ...world,
    ignored: [...ignored].sort(byCodeUnit),
    notModelled: [...notModelled].map(([kind, count]) => ({ kind, count })).sort((a, b) => byCodeUnit(a.kind, b.kind)),
    canonical: canonicalInputs(root.value, overrides, session.files),
    // Without a single finding every section is there.
  } as unknown as Scenario
}

function reportUnknownSections(root: Root, schemas: ScenarioSchemas, report: Report): void {
  const known = Object.keys(schemas.sections)
  for (const name of Object.keys(root.value)) {
    if (known.includes(name)) continue
    report([name], unknownField(name, known))
  }
}

function listOf(root: Root, name: 'behaviour' | 'operations' | 'faults' | 'expect', report: Report): readonly unknown[] {
  const value = root.value[name] ?? []
  if (Array.isArray(value)) return value
  report([name], wrongType('a list', value))
  return []
}

/** Expectations; the values of labels are checked only where the names are known. */
function readExpectations(root: Root, { measures }: Vocabulary, names: LabelNames | undefined, report: Report): readonly Expectation[] {
  return listOf(root, 'expect', report).flatMap((text, i) => {
    if (typeof text !== 'string') {
      report(['expect', i], wrongType('a text such as convergence.p95 < 7m', text))
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
