import type { Pod, PodId } from '../cluster/objects.ts'
import type { Occurrence } from '../cluster/observers.ts'
import { labelsMatch } from '../cluster/selectors.ts'
import type { Run } from '../cluster/world.ts'
import { needsOf } from '../control/kube-proxy/needs.ts'
import type { Tracker } from './tracker.ts'

/** The occurrence that broke a Service which this Pod cannot do without: one that is touching a workload behind it; null when the Pod lacks nothing. */
export function cascadedFrom(run: Run, pod: Pod, trackers: Iterable<Tracker>): Occurrence | null {
  const { store, truth, workloads } = run.world
  if (truth.sandbox(pod.id as PodId)?.supplied !== false) return null
  const touched = [...trackers].filter(({ impacts }) => impacts.length > 0)
  for (const need of needsOf(run.world, pod.id as PodId)) {
    const [, namespace = '', name = ''] = need.split('/')
    const selector = store.tables.Service.find(namespace, name)?.selector ?? {}
    for (const { ledger, impacts } of touched) {
      const behind = [...workloads.podsOf(ledger.name)].some((id) => {
        const one = store.pods.get(id)
        return one?.namespace === namespace && labelsMatch(selector, one.labels)
      })
      if (behind && impacts[0] !== undefined) return impacts[0].occurrence
    }
  }
  return null
}
