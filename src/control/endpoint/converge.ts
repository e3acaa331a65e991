import type { Pod, Service } from '../../cluster/objects.ts'
import { labelsMatch } from '../../cluster/selectors.ts'
import type { Run } from '../../cluster/world.ts'
import { resolveFlags } from '../../scenario/flags.ts'
import { endpointSliceFlags } from '../endpointslice/flags.ts'
import { sliceEndpoint } from '../endpointslice/members.ts'
import { reconcileSlices } from '../endpointslice/reconcile.ts'
import { sliceDraft } from '../endpointslice/steps.ts'
import { membershipRules } from './membership.ts'
import { capacityOf, endpointsDraft, subsetOf } from './subset.ts'

/** The Pods each Service selects, in order of id. */
function podsBySelector(run: Run): (service: Service) => Pod[] {
  const byPair = new Map<string, Pod[]>()
  for (const pod of run.world.store.pods) {
    for (const key in pod.labels) {
      const pair = `${pod.namespace}/${key}=${pod.labels[key]}`
      const bucket = byPair.get(pair)
      if (bucket === undefined) byPair.set(pair, [pod])
      else bucket.push(pod)
    }
  }
  return ({ namespace, selector }) => {
    const pair = Object.entries(selector)[0] as [string, string]
    return (byPair.get(`${namespace}/${pair[0]}=${pair[1]}`) ?? []).filter((pod) => labelsMatch(selector, pod.labels))
  }
}

/** Every Service with a selector has its Endpoints and EndpointSlices. Before any process has started; there were none. */
export function convergeEndpoints(run: Run): void {
  const { profile, scenario, store } = run.world
  const rules = membershipRules(profile.minor)
  const settings = scenario.cluster.flags['kube-controller-manager']
  const most = resolveFlags(endpointSliceFlags, profile, settings)['max-endpoints-per-slice']
  const podsOf = podsBySelector(run)
  for (const service of store.tables.Service) {
    if (Object.keys(service.selector).length === 0) continue
    const pods = podsOf(service)
    store.create(run, 'Endpoints', endpointsDraft(service, subsetOf(pods, service, rules, capacityOf(profile.minor))))
    const desired = pods.flatMap((pod) => sliceEndpoint(pod, service, rules) ?? [])
    reconcileSlices(desired, [], most).create.forEach((endpoints, i) => {
      store.create(run, 'EndpointSlice', sliceDraft(service, i + 1, endpoints))
    })
  }
}
