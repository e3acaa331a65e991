import { expect, test } from 'vitest'
import { draftOf } from '../../../src/cluster/drafts.ts'
import type { StatefulSet, StatefulSetStatus } from '../../../src/cluster/objects.ts'
import type { Call, PassInput, Replica } from '../../../src/control/statefulset/plan.ts'
import { statusAfter, statusDiffers } from '../../../src/control/statefulset/status.ts'
import { stateful } from '../../support/converged.ts'

const set = { ...(draftOf(stateful('db', 3)) as StatefulSet), generation: 2 }
const pod = (ordinal: number, fields: Partial<Replica> = {}): Replica => ({
  ordinal,
  phase: 'Running',
  ready: true,
  available: true,
  availableIn: 0,
  terminating: false,
  revision: 'old',
  ...fields,
})
const after = (minor: number, pods: readonly Replica[], made: readonly Call[], updateRevision = 'new') => {
  const rules = { replicas: 3, start: 0, ordered: true, updateStrategy: 'RollingUpdate', partition: 0, currentReplicas: 3 } as const
  const input: PassInput = { ...rules, currentRevision: 'old', updateRevision, pods, minor }
  const status = statusAfter(set, input, made)
  return [status.replicas, status.readyReplicas, status.availableReplicas, status.currentReplicas, status.updatedReplicas]
}
const all = [pod(0), pod(1), pod(2)]

test.each<[string, number, readonly Replica[], readonly Call[], number[]]>([
  ['counts the Pods there are', 34, [pod(0), pod(1, { ready: false }), pod(2, { available: false })], [], [3, 2, 1, 3, 0]],
  ['leaves terminating Pods out of the revisions', 34, [pod(0), pod(1), pod(2, { terminating: true })], [], [3, 3, 3, 2, 0]],
  [
    'of 1.20 counts what was created at once',
    20,
    [pod(0)],
    [{ verb: 'create', ordinal: 1, revision: 'new', why: 'missing' }],
    [2, 1, 1, 1, 1],
  ],
  ['of later releases when it is seen', 34, [pod(0)], [{ verb: 'create', ordinal: 1, revision: 'new', why: 'missing' }], [1, 1, 1, 1, 0]],
  [
    'lowers the current ones for the Pod a rollout deletes',
    20,
    all,
    [{ verb: 'delete', ordinal: 2, revision: 'old', why: 'update' }],
    [3, 3, 3, 2, 0],
  ],
  ['does so in later releases too', 34, all, [{ verb: 'delete', ordinal: 2, revision: 'old', why: 'update' }], [3, 3, 3, 2, 0]],
  [
    'of 1.20 keeps surplus Pods among the replicas',
    20,
    all,
    [{ verb: 'delete', ordinal: 2, revision: 'old', why: 'surplus' }],
    [3, 3, 3, 2, 0],
  ],
])('A status %s', (_name, minor, pods, made, expected) => expect(after(minor, pods, made)).toEqual(expected))

test('A rollout that has reached every Pod makes its revision the current one', () => {
  const updated = all.map((one) => ({ ...one, revision: 'new' }))
  expect(after(34, updated, [])).toEqual([3, 3, 3, 3, 3])
  expect(after(34, [...updated.slice(0, 2), pod(2, { revision: 'new', ready: false })], [])).toEqual([3, 2, 2, 0, 3])
})

test('A status is written when a count, a revision or a newer generation differs', () => {
  const same: StatefulSetStatus = { ...set.status }
  expect(statusDiffers(set, same)).toBe(false)
  expect(statusDiffers(set, { ...same, observedGeneration: 2 })).toBe(true)
  expect(statusDiffers({ ...set, status: { ...same, observedGeneration: 3 } }, { ...same, observedGeneration: 2 })).toBe(false)
  expect(statusDiffers(set, { ...same, currentRevision: 'db-1' })).toBe(true)
})
