import type { Instant } from '../kernel/time.ts'
import { get as print } from '../report/get/get.ts'
import { LISTINGS, listingOf } from '../report/get/kinds.ts'
import { parseDuration } from '../scenario/durations.ts'
import { suggestion } from '../scenario/suggest.ts'
import { EXIT, UsageError } from './exit.ts'
import type { GetArguments } from './get.ts'
import { scenariosToRun } from './scenarios.ts'
import type { Shell } from './shell.ts'

/** Runs one replication up to an instant and prints the objects of one kind. 0 also when there is none, as kubectl does without a name. */
export async function getObjects(args: GetArguments, shell: Shell): Promise<number> {
  const listing = listingOf(args.kind)
  if (listing === undefined) {
    const known = LISTINGS.flatMap(({ names }) => names)
    throw new UsageError(`there is no kind ${JSON.stringify(args.kind)} to get`, suggestion(args.kind, known))
  }
  const [first = '', second, ...more] = args.rest
  if (more.length > 0) throw new UsageError(`expected [NAME] SCENARIO after ${args.kind}, got ${args.rest.length} words`)
  const name = second === undefined ? undefined : first
  const at = instantOf(args.at)
  const model = await shell.model()
  const { set, seed, allowUnknownFields } = args
  const scenarios = scenariosToRun(
    [second ?? first],
    model,
    { set, allowUnknownFields, ...(seed === undefined ? {} : { seed }) },
    shell,
    true,
  )
  const scenario = scenarios?.[0]?.scenario
  if (scenario === undefined) return EXIT.usage
  if (at > scenario.horizon) throw new UsageError(`--at ${args.at} is after the horizon of ${scenario.horizon / 1e6} s`)
  const text = print(model.inspect(scenario, args.replication, at), listing, {
    ...(name === undefined ? {} : { name }),
    ...(args.allNamespaces ? {} : { namespace: args.namespace }),
    ...{ output: args.output ?? 'table', truth: args.truth },
  })
  if (text !== null) {
    shell.out(text)
    return EXIT.good
  }
  if (name !== undefined) {
    shell.err(`Error from server (NotFound): ${listing.names[0]} "${name}" not found\n`)
    return EXIT.failed
  }
  shell.err(listing.namespaced && !args.allNamespaces ? `No resources found in ${args.namespace} namespace.\n` : 'No resources found\n')
  return EXIT.good
}

function instantOf(text: string): Instant {
  const parsed = parseDuration(text, true)
  if (!parsed.ok) throw new UsageError(`--at: ${parsed.message}`, parsed.hint)
  return parsed.value as number as Instant
}
