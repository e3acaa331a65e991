import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../src/cluster/objects.ts'
import { drainability, isReplicated, overdueAt } from '../../../src/control/cluster-autoscaler/drain-rules.ts'
import { podSpec } from '../../support/world.ts'
import { aPod } from '../scheduler/views.ts'

const FLAGS = { 'skip-nodes-with-system-pods': true, 'skip-nodes-with-local-storage': true }
const SAFE = 'cluster-autoscaler.kubernetes.io/safe-to-evict'
const podOf = (fields: Partial<Pod>): Pod => aPod(1, {}, {}, fields)
const owned: Partial<Pod> = { owner: { kind: 'ReplicaSet', id: 1 } }
const volumes = (kind: 'emptyDir' | 'hostPath' | 'configMap'): Partial<Pod> => ({ spec: podSpec({ volumes: [{ name: 'data', kind }] }) })

/** autoscaler simulator/drainability/rules (2026). */
describe('what a Pod means for the removal of its Node', () => {
  test.each<[string, Partial<Pod>, { hasController?: boolean; budgets?: number[] }, string]>([
    ['a Pod of a ReplicaSet must move', owned, {}, 'moves'],
    ['a mirror Pod goes with its Node', { mirror: true }, { hasController: false }, 'skipped'],
    ['a Pod of a DaemonSet goes with its Node', { owner: { kind: 'DaemonSet', id: 1 } }, {}, 'daemon'],
    ['a Pod without a controller keeps it', {}, { hasController: false }, 'not replicated'],
    ['one that is safe to evict does not', { annotations: { [SAFE]: 'true' } }, { hasController: false }, 'moves'],
    ['nor one that has ended', { phase: 'Failed' }, { hasController: false }, 'moves'],
    ['a Pod of kube-system keeps it', { ...owned, namespace: 'kube-system' }, {}, 'system'],
    ['one with a budget that allows it does not', { ...owned, namespace: 'kube-system' }, { budgets: [1] }, 'moves'],
    ['one that is not safe to evict keeps it', { ...owned, annotations: { [SAFE]: 'false' } }, {}, 'not safe to evict'],
    ['an emptyDir keeps it', { ...owned, ...volumes('emptyDir') }, {}, 'local storage'],
    ['a hostPath keeps it', { ...owned, ...volumes('hostPath') }, {}, 'local storage'],
    ['a configMap does not', { ...owned, ...volumes('configMap') }, {}, 'moves'],
    [
      'a volume that is given up does not',
      { ...owned, ...volumes('emptyDir'), annotations: { [`${SAFE}-local-volumes`]: 'log,data' } },
      {},
      'moves',
    ],
    ['a budget that allows nothing keeps it', owned, { budgets: [2, 0] }, 'budget'],
  ])('%s', (_, pod, around, word) => {
    expect(drainability(podOf(pod), 0, { hasController: true, budgets: [], ...around }, FLAGS)).toBe(word)
  })

  test('a Pod whose end is overdue by its grace period and 30 s counts no more', () => {
    const pod = podOf({ ...owned, deletionTimestamp: 40e6 as Pod['deletionTimestamp'] })
    expect(overdueAt(pod)).toBe(100e6)
    const at = (now: number) => drainability(pod, now, { hasController: true, budgets: [0] }, FLAGS)
    expect([at(100e6), at(100e6 + 1)]).toEqual(['budget', 'skipped'])
  })

  test('the controller must be there and make new Pods', () => {
    const of = (owner: Pod['owner'], found: unknown) => isReplicated({ owner }, () => found)
    expect([of({ kind: 'ReplicaSet', id: 1 }, {}), of({ kind: 'ReplicaSet', id: 1 }, undefined)]).toEqual([true, false])
    expect([of({ kind: 'Job', id: 1 }, undefined), of(null, {}), of({ kind: 'Node', id: 1 }, {})]).toEqual([true, false, false])
  })
})
