import { describe, expect, test } from 'vitest'
import type { DeploymentStatus, ReplicaSet } from '../../../src/cluster/objects.ts'
import { cleanable } from '../../../src/control/deployment/history.ts'
import { hasProgressed, isComplete, isTimedOut, recheckAfter, rolloutStatus } from '../../../src/control/deployment/progress.ts'
import { TemplateTexts, templateHash } from '../../../src/control/deployment/template.ts'
import { type Instant, seconds } from '../../../src/kernel/time.ts'
import { podTemplate } from '../../support/world.ts'

const at = (second: number): Instant => seconds(second) as number as Instant
const deployment = { replicas: 4, generation: 2, progressDeadlineSeconds: 600 }

function status(replicas: number, updated: number, available: number, fields: Partial<DeploymentStatus> = {}): DeploymentStatus {
  return {
    replicas,
    updatedReplicas: updated,
    readyReplicas: available,
    availableReplicas: available,
    unavailableReplicas: 0,
    observedGeneration: 2,
    progressing: 'ReplicaSetUpdated',
    progressTime: at(0),
    ...fields,
  }
}

/** TestDeploymentComplete (deployment/util/deployment_util_test.go). */
test.each([
  ['every replica is updated and available', status(4, 4, 4), true],
  ['an old Pod is left', status(5, 4, 4), false],
  ['one is not available', status(4, 4, 3), false],
  ['one is not updated', status(4, 3, 4), false],
  ['the spec has not been observed', status(4, 4, 4, { observedGeneration: 1 }), false],
])('A rollout where %s: complete %s', (_name, counts, complete) => {
  expect(isComplete(deployment, counts)).toBe(complete)
})

/** TestDeploymentProgressing. */
test.each([
  ['nothing changed', status(5, 2, 3), false],
  ['one more is updated', status(6, 3, 3), true],
  ['one old Pod less', status(4, 2, 3), true],
  ['one more is available', status(5, 2, 4), true],
  ['one less is available', status(5, 2, 2), false],
])('When %s, progress is %s', (_name, after, progress) => {
  expect(hasProgressed(status(5, 2, 3), after)).toBe(progress)
})

describe('The deadline', () => {
  test('passes when nothing has progressed for longer than progressDeadlineSeconds', () => {
    expect(isTimedOut(deployment, status(5, 1, 4), at(600))).toBe(false)
    expect(isTimedOut(deployment, status(5, 1, 4), (at(600) + 1) as Instant)).toBe(true)
  })

  test('is not looked at once the rollout is complete', () => {
    expect(isTimedOut(deployment, status(4, 4, 3, { progressing: 'NewReplicaSetAvailable' }), at(9999))).toBe(false)
  })

  test('is looked at again one second after it will have passed, with back-off when that is less than a second away', () => {
    expect(recheckAfter(deployment, status(5, 1, 4), at(100))).toBe(501e6)
    expect(recheckAfter(deployment, status(5, 1, 4), at(599.5))).toBe(0)
    expect(recheckAfter(deployment, status(4, 4, 4), at(100))).toBeNull()
    expect(recheckAfter(deployment, status(5, 1, 4, { progressing: 'ProgressDeadlineExceeded' }), at(700))).toBeNull()
    expect(recheckAfter({ ...deployment, progressDeadlineSeconds: 2 ** 31 - 1 }, status(5, 1, 4), at(100))).toBeNull()
  })
})

describe('The status after a rollout sync', () => {
  const before = status(5, 1, 4)
  test('is complete', () => {
    expect(rolloutStatus(deployment, before, status(4, 4, 4), at(7))).toMatchObject({
      progressing: 'NewReplicaSetAvailable',
      progressTime: at(7),
    })
  })
  test('renews the time with every progress', () => {
    expect(rolloutStatus(deployment, before, status(5, 2, 4), at(7))).toMatchObject({
      progressing: 'ReplicaSetUpdated',
      progressTime: at(7),
    })
  })
  test('reports the deadline', () => {
    expect(rolloutStatus(deployment, before, status(5, 1, 4), at(700))).toMatchObject({ progressing: 'ProgressDeadlineExceeded' })
  })
  test('keeps a complete rollout complete while Pods come and go', () => {
    const done = status(4, 4, 4, { progressing: 'NewReplicaSetAvailable' })
    expect(rolloutStatus(deployment, done, status(4, 4, 3, { progressing: 'NewReplicaSetAvailable' }), at(700))).toMatchObject({
      progressing: 'NewReplicaSetAvailable',
      progressTime: at(0),
    })
  })
})

describe('Old ReplicaSets', () => {
  const set = (revision: number, fields: Partial<ReplicaSet> = {}): ReplicaSet =>
    ({
      id: revision,
      revision,
      replicas: 0,
      generation: 1,
      created: 0,
      status: { replicas: 0, observedGeneration: 1 },
      ...fields,
    }) as ReplicaSet

  test('beyond the limit go, oldest revision first', () => {
    expect(cleanable([set(3), set(1), set(2)], 1).map(({ revision }) => revision)).toEqual([1, 2])
    expect(cleanable([set(3), set(1), set(2)], 3)).toEqual([])
    expect(cleanable([set(3), set(1), set(2)], 2 ** 31 - 1)).toEqual([])
  })

  test('stay while they have, want or have not yet reported Pods', () => {
    const busy = [set(1, { replicas: 1 }), set(2, { generation: 2 }), set(3, { status: { ...set(3).status, replicas: 1 } }), set(4)]
    expect(cleanable(busy, 0).map(({ revision }) => revision)).toEqual([4])
  })
})

describe('The template hash', () => {
  const texts = new TemplateTexts()
  const hash = (template: Parameters<TemplateTexts['of']>[0]): string => templateHash(texts.of(template))

  test('depends on the template alone, not on the order of keys or on its own label', () => {
    const one = podTemplate({ app: 'web', tier: 'front' })
    const other = podTemplate({ tier: 'front', 'pod-template-hash': 'abc', app: 'web' })
    expect(hash(one)).toBe(hash(other))
    expect(hash(podTemplate({ app: 'web' }, { priority: 1 }))).not.toBe(hash(podTemplate({ app: 'web' })))
  })

  test('is what it was: Pods are named after it, and their draws after their names', () => {
    expect(templateHash('web')).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/)
    expect(templateHash('web')).toBe('6b9f6cd69')
  })
})
