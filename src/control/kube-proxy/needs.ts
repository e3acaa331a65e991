import { behaviourOf } from '../../cluster/behaviour.ts'
import type { Cache } from '../../cluster/cache.ts'
import { DNS_SERVICE } from '../../cluster/dns.ts'
import type { PodId } from '../../cluster/objects.ts'
import { objectName } from '../../cluster/workloads.ts'
import type { World } from '../../cluster/world.ts'
import { usableEndpoints } from './usable.ts'

/** Where new connections to a Service go: addresses by Pod. */
export type Programmed = ReadonlyMap<PodId, string>

/** Whether the scenario says who the DNS of the cluster is: then its Pods must serve. */
const hasDns = ({ scenario }: World): boolean =>
  scenario.workloads.some(
    (one) => one.kind === 'Service' && `service/${one.namespace}/${one.name}` === DNS_SERVICE && Object.keys(one.selector).length > 0,
  )

/**
 * The Services that somebody in the scenario cannot do without, as `service/namespace/name`, each once; and the DNS, where there is one:
 * whoever needs a Service needs its name.
 */
export function neededServices(world: World): readonly string[] {
  return [...new Set([...world.scenario.behaviour.flatMap(({ needs }) => needs ?? []), ...(hasDns(world) ? [DNS_SERVICE] : [])])]
}

/** Those that the applications of one Pod cannot do without. */
export function needsOf(world: World, id: PodId): readonly string[] {
  const pod = world.store.pods.get(id)
  if (pod === undefined) return []
  const needs = pod.spec.containers.flatMap(({ name }) => behaviourOf(world, pod, name).needs ?? [])
  return [...new Set(needs)]
}

/** What a proxy programs for a Service that its cache holds. */
export function programmedFor(cache: Cache, name: string, minor: number): Programmed {
  const services = [...cache.all('Service')].filter((service) => objectName(service) === name).map(({ id }) => id as number)
  const slices = [...cache.all('EndpointSlice')].filter(({ service }) => services.includes(service))
  const published = slices.flatMap(({ endpoints }) => endpoints)
  return new Map(usableEndpoints(published, minor).map(({ pod, ip }) => [pod, ip]))
}

/** The Pods behind a Service that answer where they are said to be. */
export function* answering({ truth }: World, programmed: Programmed): Generator<PodId> {
  for (const [pod, ip] of programmed) {
    const sandbox = truth.sandbox(pod)
    if (sandbox?.serves === true && sandbox.ip === ip) yield pod
  }
}

/** Whether a Service is of any use: one of its endpoints answers. A connection to one that does not is tried again (model). */
export const answers = (world: World, programmed: Programmed): boolean => answering(world, programmed).next().done === false
