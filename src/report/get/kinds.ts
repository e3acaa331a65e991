import { claims } from './claims.ts'
import { cronJobs } from './cronjobs.ts'
import { daemonSets } from './daemonsets.ts'
import { jobs } from './jobs.ts'
import type { Listing } from './listing.ts'
import { machines } from './machines.ts'
import { nodes } from './nodes.ts'
import { pods } from './pods.ts'
import { endpoints, services } from './services.ts'
import { deployments, replicaSets, replicationControllers, statefulSets } from './workloads.ts'

/** Every kind that `get` lists. */
export const LISTINGS: readonly Listing[] = [
  pods,
  nodes,
  deployments,
  replicaSets,
  replicationControllers,
  statefulSets,
  claims,
  daemonSets,
  jobs,
  cronJobs,
  services,
  endpoints,
  machines,
]

/** The listing of a kind by any of its names, in any case. */
export function listingOf(name: string): Listing | undefined {
  return LISTINGS.find(({ names }) => names.includes(name.toLowerCase()))
}
