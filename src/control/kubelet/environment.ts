import type { Pod, Service } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { type Run, stateKey } from '../../cluster/world.ts'

/** The Service of the API server itself, which every Pod is told of. */
const KUBERNETES = 'kubernetes'

/** What every container of a namespace would get, as long as the Services stay as they are. */
interface Known {
  end: number
  readonly names: Map<string, readonly string[]>
  /** Latest instant at which a Service becomes visible to some kubelet, at most. */
  newest: number
}

const known = stateKey<Known>('service-environment')
/** A Service older than this is surely visible: many times the p99 of a watch [µs]. */
const SETTLED_US = 60_000_000

/** Whether a Service has variables: it has a ClusterIP. */
export const hasVariables = ({ clusterIP, type }: Service): boolean => clusterIP !== '' && clusterIP !== 'None' && type !== 'ExternalName'

/**
 * Services whose variables (`NAME_SERVICE_HOST` …) a container created now would get, by name, sorted: those of the Pod's namespace that
 * its kubelet has heard of, and `kubernetes`; only the latter without `enableServiceLinks`. getServiceEnvVarMap
 * (pkg/kubelet/kubelet_pods.go, 1.20 … 1.36).
 */
export function serviceEnvironment(run: Run, process: Process, pod: Pod): readonly string[] {
  if (!pod.spec.enableServiceLinks) return ALONE
  const memory = memoryOf(run)
  const settled = run.now - memory.newest > SETTLED_US
  const cached = settled ? memory.names.get(pod.namespace) : undefined
  if (cached !== undefined) return cached
  const names: string[] = []
  for (const service of run.world.store.tables.Service) {
    if (service.namespace === pod.namespace && hasVariables(service) && visible(run, process, service)) names.push(service.name)
  }
  if (!names.includes(KUBERNETES)) names.push(KUBERNETES)
  names.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  if (settled) memory.names.set(pod.namespace, names)
  return names
}

const ALONE: readonly string[] = [KUBERNETES]

/** A Service reaches each kubelet by its watch; what existed at the start of the run is known. */
function visible(run: Run, process: Process, service: Service): boolean {
  if (service.created <= 0) return true
  const delay = run.random.duration(run.world.latency.watch, 'watch', `${process.name}|${service.key}`, 1)
  return service.created + Math.max(1, delay) <= run.now
}

function memoryOf(run: Run): Known {
  const table = run.world.store.tables.Service
  let memory = run.world.states.get(known.name) as Known | undefined
  if (memory === undefined || memory.end !== table.log.end) {
    let newest = Number.NEGATIVE_INFINITY
    for (const service of table) if (service.created > 0) newest = Math.max(newest, service.created)
    memory = { end: table.log.end, names: new Map(), newest }
    run.world.states.set(known.name, memory)
  }
  return memory
}
