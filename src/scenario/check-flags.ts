import { KNOWN_FLAGS } from './known-flags.ts'
import { refusedFlag } from './problems.ts'
import type { ProcessName } from './scenario.ts'
import type { ClusterInput } from './schema/cluster.ts'
import { modelledFlags } from './schema/flags.ts'
import { reportOf, type Session } from './session.ts'
import { isMap } from './walk.ts'
import type { Path } from './yaml.ts'

/** Notes which flags of a cluster are known and have no effect, and reports those whose effect is not modelled. */
export function checkFlags(session: Session, cluster: ClusterInput): void {
  for (const process of Object.keys(KNOWN_FLAGS) as ProcessName[]) checkProcess(session, process, cluster[process], ['cluster', process])
  for (const [i, row] of cluster.nodes.entries()) checkProcess(session, 'kubelet', row.kubelet, ['cluster', 'nodes', i, 'kubelet'])
}

function checkProcess(session: Session, process: ProcessName, settings: object | undefined, path: Path): void {
  const modelled = modelledFlags(session.vocabulary, process)
  for (const [name, value] of Object.entries(settings ?? {})) {
    if (Object.hasOwn(modelled, name)) continue
    const refused = KNOWN_FLAGS[process].refused[name]
    if (refused === undefined) session.manifests.ignored.add(`${process} ${name}`)
    else if (!isHarmless(value, refused.harmless)) reportOf(session)([...path, name], refusedFlag(name, refused.instead))
  }
}

/** Whether a value says nothing that matters: one of those, or an empty list or map. */
function isHarmless(value: unknown, harmless: readonly unknown[]): boolean {
  if (Array.isArray(value)) return value.length === 0
  return isMap(value) ? Object.keys(value).length === 0 : harmless.includes(value)
}
