import { selectorMatches } from '../../cluster/selectors.ts'
import type { Run } from '../../cluster/world.ts'
import { scaleIn } from './pods.ts'
import { expectedPods, reckon } from './status.ts'

/** Every budget says what it allows. Before any process has started. */
export function convergeBudgets(run: Run): void {
  const { profile, store } = run.world
  const scaleOf = scaleIn((kind, id) => store.tables[kind].get(id) as never)
  for (const budget of store.tables.PodDisruptionBudget) {
    const pods = [...store.pods].filter((pod) => pod.namespace === budget.namespace && selectorMatches(budget.selector, pod.labels))
    const expected = expectedPods(budget, pods, scaleOf, profile.minor)
    if (expected !== null) store.update(run, budget, { status: reckon(budget, pods, expected, run.now).status })
  }
}
