import { expect, test } from 'vitest'
import { commitDelete, planDeletion } from '../../src/cluster/deletion.ts'
import { podDraft } from '../../src/cluster/drafts.ts'
import { type MachineId, type Pod, UNBOUND } from '../../src/cluster/objects.ts'
import { podSpec, podTemplate, testRun } from '../support/world.ts'

const pod = (fields: Partial<Pod> = {}): Pod =>
  ({
    node: 0 as MachineId,
    phase: 'Running',
    deletionGracePeriodSeconds: null,
    spec: podSpec({ terminationGracePeriodSeconds: 30 }),
    ...fields,
  }) as Pod

/** kubernetes-semantics §1.1 Deletion; pkg/registry/core/pod/strategy_test.go:TestCheckGracefulDelete. */
test.each<[string, Pod, number, ReturnType<typeof planDeletion>]>([
  ['gets its own grace', pod(), -1, { action: 'terminate', graceSeconds: 30 }],
  ['gets the grace that is asked for', pod(), 5, { action: 'terminate', graceSeconds: 5 }],
  ['goes at once when that is 0', pod(), 0, { action: 'remove' }],
  ['goes at once when it is not bound', pod({ node: UNBOUND }), -1, { action: 'remove' }],
  ['goes at once when it has succeeded', pod({ phase: 'Succeeded' }), 60, { action: 'remove' }],
  ['goes at once when it has failed', pod({ phase: 'Failed' }), 60, { action: 'remove' }],
  ['may have its grace shortened', pod({ deletionGracePeriodSeconds: 30 }), 10, { action: 'terminate', graceSeconds: 10 }],
  ['keeps a grace that is as long', pod({ deletionGracePeriodSeconds: 30 }), 30, { action: 'ignore' }],
  ['keeps a grace that is shorter', pod({ deletionGracePeriodSeconds: 30 }), 60, { action: 'ignore' }],
  ['goes when it is forced while terminating', pod({ deletionGracePeriodSeconds: 30 }), 0, { action: 'remove' }],
])('A deleted Pod %s', (_name, one, seconds, plan) => {
  expect(planDeletion(one, seconds)).toEqual(plan)
})

test('A Pod that terminates stays, with a deletionTimestamp after its grace', () => {
  const run = testRun()
  run.runUntil(1e6 as never, 1)
  const made = run.world.store.create(run, 'Pod', podDraft('a', 'default', 'pod/default/a', podTemplate(), null))
  const bound = run.world.store.update(run, made, { node: 0 as MachineId })
  expect(commitDelete(run, bound, -1)).toBe(made.id)
  expect(run.world.store.pods.get(made.id)).toMatchObject({ deletionTimestamp: 31e6, deletionGracePeriodSeconds: 30, generation: 2 })
  commitDelete(run, bound, 0)
  expect(run.world.store.pods.size).toBe(0)
})
