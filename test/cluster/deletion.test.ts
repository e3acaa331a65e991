import { expect, test } from 'vitest'
import { commitDelete, deletionTimes, planDeletion } from '../../src/cluster/deletion.ts'
import { podDraft } from '../../src/cluster/drafts.ts'
import { type MachineId, type Pod, UNBOUND } from '../../src/cluster/objects.ts'
import type { Instant } from '../../src/kernel/time.ts'
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
  ['keeps its grace when it is deleted again without one', pod({ deletionGracePeriodSeconds: 30 }), -1, { action: 'ignore' }],
  ['keeps its grace when it has ended meanwhile', pod({ deletionGracePeriodSeconds: 30, phase: 'Failed' }), -1, { action: 'ignore' }],
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

/** apiserver pkg/registry/rest/delete.go:BeforeDelete; delete_test.go:TestBeforeDelete; PR #122646 for 1.33. */
test.each([
  { minor: 20, grace: 20, at: 15, says: [30, 20] },
  { minor: 34, grace: 20, at: 15, says: [30, 20] },
  { minor: 32, grace: 5, at: 25, says: [15, 5] },
  { minor: 33, grace: 5, at: 25, says: [25, 1] },
  { minor: 32, grace: 0, at: 25, says: [10, 0] },
  { minor: 33, grace: 0, at: 25, says: [25, 0] },
])('A grace of 30 s from 10 s on that is shortened to $grace s at $at s: in 1.$minor deletionTimestamp and grace are $says s', (row) => {
  const before = { deletionTimestamp: 40e6 as Instant, deletionGracePeriodSeconds: 30 }
  const { deletionTimestamp, deletionGracePeriodSeconds } = deletionTimes(before, row.grace, (row.at * 1e6) as Instant, row.minor)
  expect([(deletionTimestamp as number) / 1e6, deletionGracePeriodSeconds]).toEqual(row.says)
})

test('A Pod held by a finalizer, deleted and let go by its kubelet, says when its deletion was asked for, from 1.33 when it was let go', () => {
  const said = (['1.32', '1.33'] as const).map((profile) => {
    const run = testRun({ profile })
    const draft = { ...podDraft('a', 'default', 'pod/default/a', podTemplate(), null), finalizers: ['held'] }
    const made = run.world.store.create(run, 'Pod', draft)
    const bound = run.world.store.update(run, made, { node: 0 as MachineId })
    run.runUntil(1e6 as never, 1)
    commitDelete(run, bound, -1)
    run.runUntil(3e6 as never, 1)
    commitDelete(run, run.world.store.pods.get(made.id) as Pod, 0)
    const pod = run.world.store.pods.get(made.id)
    return [pod?.deletionTimestamp, pod?.deletionGracePeriodSeconds]
  })
  expect(said).toEqual([
    [1e6, 0],
    [3e6, 0],
  ])
})
