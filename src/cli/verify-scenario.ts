import type { SeenEvent } from '../kernel/fingerprint.ts'
import { formatSeconds } from '../kernel/time.ts'
import { plural } from '../report/text.ts'
import { type Divergence, divergence } from '../study/divergence.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import { EXIT } from './exit.ts'
import { scenariosToRun } from './scenarios.ts'
import type { Shell } from './shell.ts'
import type { VerifyArguments } from './verify.ts'

const PLAIN: ReplicationOptions = { recording: { timeline: true, events: true }, queue: 'columns', elision: 'elided', eventLimit: 5e9 }

/** What must not make a difference. */
const WAYS: readonly { readonly name: string; readonly deep: boolean; readonly options: ReplicationOptions }[] = [
  { name: 'run again', deep: false, options: PLAIN },
  { name: 'run on the other event queue', deep: false, options: { ...PLAIN, queue: 'heap' } },
  { name: 'run with every loop firing', deep: true, options: { ...PLAIN, elision: 'unelided' } },
]

/** Runs the first replications in every way that must give the same results; 3 when one does not. */
export async function verifyScenario(args: VerifyArguments, shell: Shell): Promise<number> {
  const { set, seed, allowUnknownFields, file, deep } = args
  const model = await shell.model()
  const scenarios = scenariosToRun([file], model, { set, allowUnknownFields, ...(seed === undefined ? {} : { seed }) }, shell, false)
  const scenario = scenarios?.[0]?.scenario
  if (scenario === undefined) return EXIT.usage
  const replications = Math.min(args.replications, scenario.replications)
  const ways = WAYS.filter((way) => deep || !way.deep)
  for (const way of ways) {
    for (let replication = 1; replication <= replications; replication++) {
      const found = divergence(model.simulate, scenario, replication, [PLAIN, way.options])
      if (found === null) continue
      shell.err(`${shell.errPaint.red(`${scenario.path}: replication ${replication}, ${way.name}, gives other results`)}\n${story(found)}`)
      return EXIT.broken
    }
    shell.out(`${scenario.path}: ${plural(replications, 'replication')} ${way.name}: the same\n`)
  }
  return EXIT.good
}

/** A divergence in words, line by line. */
export function story(found: Divergence): string {
  if (found.what === 'results') return '   the events are the same as far as they must be; what was recorded of them differs\n'
  if (found.what === 'fleeting')
    return `   events differ from number ${found.from + 1} on, and did not when run once more: look for state outside the run\n`
  const number = (found.first ?? found.second)?.index ?? 0
  return `   first difference at event ${number + 1}:\n   once  ${show(found.first)}\n   then  ${show(found.second)}\n`
}

function show(event: SeenEvent | undefined): string {
  return event === undefined ? 'the run had ended' : `${formatSeconds(event.time)} s  ${event.kind}  subject ${event.subject}`
}
