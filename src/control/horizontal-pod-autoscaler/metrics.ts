import { loadOf, requestsPerPod, requestsPerSecond } from '../../cluster/load.ts'
import type { Pod, PodId } from '../../cluster/objects.ts'
import type { Run } from '../../cluster/world.ts'

/** CPU that a Pod's containers request, and may use [millicores]. */
function cpuOf({ spec }: Pod): { request: number; limit: number } {
  const request = spec.containers.reduce((sum, { requests }) => sum + (requests.cpu ?? 0), 0)
  const limit = spec.containers.reduce((sum, { limits }) => sum + (limits.cpu ?? Number.POSITIVE_INFINITY), 0)
  return { request, limit }
}

/** A Pod's request and use of CPU [millicores]; use null: nobody measures it. */
export interface PodCpu {
  readonly request: number
  readonly usage: number | null
}

/**
 * What metrics-server answers about the Pods of a workload: a bridge from truth. The load is shared by the Pods that are ready and serve; a Pod on a machine that is
 * down or cut off, or without running containers, has no sample (model).
 */
export function measure(run: Run, workload: string, pods: readonly Pod[]): ReadonlyMap<PodId, PodCpu> {
  const { world } = run
  const serving = pods.filter((pod) => pod.ready && pod.deletionTimestamp === null && world.truth.sandbox(pod.id as PodId)?.serves === true)
  const [first] = pods
  const load = first === undefined ? undefined : loadOf(world, workload, first)
  const rate = load === undefined ? 0 : requestsPerSecond(run, workload, load, run.now) / Math.max(1, serving.length)
  const share = load === undefined ? 0 : rate / requestsPerPod(run, workload, load)
  return new Map(
    pods.map((pod) => {
      const { request, limit } = cpuOf(pod)
      const usage = isMeasured(run, pod) ? (serving.includes(pod) ? Math.min(limit, share * request) : 0) : null
      return [pod.id as PodId, { request, usage }]
    }),
  )
}

function isMeasured({ world }: Run, pod: Pod): boolean {
  const sandbox = world.truth.sandbox(pod.id as PodId)
  if (sandbox === undefined || !sandbox.up) return false
  const { up, reachable, stops } = world.truth.machine(sandbox.machine)
  return up && reachable && stops === 0 && sandbox.containers.every((container) => container?.state === 'running')
}
