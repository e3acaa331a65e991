import { behaviourOf } from '../../cluster/behaviour.ts'
import type { Cache } from '../../cluster/cache.ts'
import type { PodId } from '../../cluster/objects.ts'
import { objectName } from '../../cluster/workloads.ts'
import type { World } from '../../cluster/world.ts'
import { usableEndpoints } from './usable.ts'

/** Where new connections to a Service go: addresses by Pod. */
export type Programmed = ReadonlyMap<PodId, string>

/** The Services that somebody in the scenario cannot do without, as `service/namespace/name`, each once. */
export const neededServices = ({ scenario }: World): readonly string[] => [
  ...new Set(scenario.behaviour.flatMap(({ needs }) => needs ?? [])),
]

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

/** Whether a Service is of any use: one of its endpoints answers where it is said to be. A connection to one that does not is tried again (model). */
export function answers({ truth }: World, programmed: Programmed): boolean {
  for (const [pod, ip] of programmed) {
    const sandbox = truth.sandbox(pod)
    if (sandbox?.serves === true && sandbox.ip === ip) return true
  }
  return false
}
