import type { ContainerSpec, PodSpec, Resources } from '../../scenario/specs.ts'

/** What a container that requests nothing counts as when nodes are scored: 100 mCPU and 200 MB (pkg/scheduler/util/pod_resources.go, 1.20 … 1.36). */
const DEFAULT_MILLI_CPU = 100
const DEFAULT_MEMORY = 200 * 1024 * 1024

type Amounts = Record<string, number>

function add(to: Amounts, amounts: Resources): void {
  for (const [name, amount] of Object.entries(amounts)) to[name] = (to[name] ?? 0) + amount
}

function raise(to: Amounts, amounts: Resources): void {
  for (const [name, amount] of Object.entries(amounts)) to[name] = Math.max(to[name] ?? 0, amount)
}

/**
 * The effective request of a Pod by resource: the larger of the sum of its app containers and of any one init container, plus overhead. With `sidecars`
 * (1.29 on) restartable init containers add to the sum, and to every init container after them. k8s.io/component-helpers/resource/helpers.go:PodRequests;
 * before: pkg/scheduler/framework/plugins/noderesources/fit.go:computePodResourceRequest.
 */
export function podRequests(spec: PodSpec, sidecars: boolean, requestsOf: (container: ContainerSpec) => Resources = written): Resources {
  const total: Amounts = {}
  for (const container of spec.containers) add(total, requestsOf(container))
  const running: Amounts = {}
  const initial: Amounts = {}
  for (const container of spec.initContainers) {
    const requests = requestsOf(container)
    if (sidecars && container.restartPolicy === 'Always') {
      add(total, requests)
      add(running, requests)
      raise(initial, running)
    } else {
      const needed = { ...running }
      add(needed, requests)
      raise(initial, needed)
    }
  }
  raise(total, initial)
  add(total, spec.overhead)
  return total
}

const written = (container: ContainerSpec): Resources => container.requests

/** The container's requests with the defaults of scoring where it states none; an explicit zero stays zero. */
export function nonZeroRequests(container: ContainerSpec): Resources {
  return { cpu: container.requests.cpu ?? DEFAULT_MILLI_CPU, memory: container.requests.memory ?? DEFAULT_MEMORY }
}
