import { plural } from '../report/text.ts'
import type { Problem } from '../scenario/problem.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { WorkloadManifest } from '../scenario/specs.ts'
import { EXIT } from './exit.ts'
import { scenarioFiles } from './scenario-files.ts'
import { printProblems, readScenarios } from './scenarios.ts'
import type { Shell } from './shell.ts'
import type { ValidateArguments } from './validate.ts'

/** Checks every file; 0 when all could run, else 2. */
export async function validateScenarios(args: ValidateArguments, shell: Shell): Promise<number> {
  const { set, seed, allowUnknownFields, json } = args
  const model = await shell.model()
  const overrides = { set, allowUnknownFields, ...(seed === undefined ? {} : { seed }) }
  const reports: FileReport[] = scenarioFiles(args.files).map((path) => {
    const { scenarios, problems } = readScenarios([path], model, overrides)
    const read = scenarios[0]
    return { path, scenario: read?.scenario, problems: read?.warnings ?? problems }
  })
  if (json) shell.out(`${JSON.stringify({ schemaVersion: 1, files: reports.map(asJson) }, null, 2)}\n`)
  else for (const report of reports) print(report, shell)
  return reports.every(({ scenario }) => scenario !== undefined) ? EXIT.good : EXIT.usage
}

interface FileReport {
  readonly path: string
  readonly scenario: Scenario | undefined
  readonly problems: readonly Problem[]
}

function asJson({ path, scenario, problems }: FileReport): object {
  if (scenario === undefined) return { path, valid: false, problems }
  const { name, ignored, notModelled, cluster, workloads } = scenario
  return { path, valid: true, problems, scenario: name, machines: cluster.machines.length, pods: podsOf(workloads), ignored, notModelled }
}

function print({ path, scenario, problems }: FileReport, shell: Shell): void {
  printProblems(problems, shell)
  if (scenario === undefined) return
  const { paint, out } = shell
  const pods = podsOf(scenario.workloads)
  const size = [
    plural(scenario.cluster.machines.length, 'machine'),
    plural(scenario.workloads.length, 'object'),
    plural(pods, 'Pod'),
    plural(scenario.faults.length, 'fault'),
    plural(scenario.operations.length, 'operation'),
    plural(scenario.expect.length, 'expectation'),
  ]
  out(`${path}: ${paint.green('valid')}: ${scenario.name}, ${size.join(', ')}\n`)
  list(`Ignored, because no recovery depends on it in the model`, scenario.ignored, out)
  list(
    'Left out, because the kind is not modelled',
    scenario.notModelled.map(({ kind, count }) => `${kind} (${plural(count, 'object')})`),
    out,
  )
}

function list(title: string, items: readonly string[], out: Shell['out']): void {
  if (items.length > 0) out(`  ${title}:\n${items.map((item) => `    ${item}\n`).join('')}`)
}

/** Pods that the manifests ask for. */
function podsOf(workloads: readonly WorkloadManifest[]): number {
  return workloads.reduce((sum, manifest) => sum + ('replicas' in manifest ? manifest.replicas : manifest.kind === 'Pod' ? 1 : 0), 0)
}
