import { describe, expect, test } from 'vitest'
import {
  type PassInput,
  planCondemned,
  planPass,
  planReplica,
  planUpdate,
  type Replica,
  revisionFor,
} from '../../../src/control/statefulset/plan.ts'

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
const input = (fields: Partial<PassInput> = {}): PassInput => ({
  replicas: 3,
  start: 0,
  ordered: true,
  updateStrategy: 'RollingUpdate',
  partition: 0,
  currentRevision: 'old',
  updateRevision: 'old',
  currentReplicas: 3,
  pods: [pod(0), pod(1), pod(2)],
  minor: 34,
  ...fields,
})
/** `+1` creates ordinal 1, `-1` deletes it; what is made in one batch stands in one text. */
const said = (fields: Partial<PassInput>): string[] =>
  planPass(input(fields)).flatMap(({ tasks, parallel }) => {
    const texts = tasks
      .filter((calls) => calls.length > 0)
      .map((calls) => calls.map(({ verb, ordinal }) => `${verb === 'create' ? '+' : '-'}${ordinal}`).join(' '))
    return texts.length === 0 ? [] : parallel ? [texts.join(' | ')] : texts
  })

describe('a pass (stateful_set_control.go:updateStatefulSet)', () => {
  test.each<[string, Partial<PassInput>, string[]]>([
    ['finds nothing to do where everything is available', {}, []],
    ['creates the lowest missing Pod and waits for it', { pods: [] }, ['+0']],
    ['creates the next one once the one below is available', { pods: [pod(0)] }, ['+1']],
    ['waits while the one below is not ready', { pods: [pod(0, { ready: false })] }, []],
    ['waits while the one below is ready but not available', { pods: [pod(0, { available: false })] }, []],
    ['does nothing at all while a lower Pod terminates', { pods: [pod(0, { terminating: true }), pod(2)] }, []],
    ['creates every missing Pod at once with Parallel', { pods: [pod(1)], ordered: false }, ['+0 | +2']],
    ['creates them one after the other with Parallel before batches', { pods: [pod(1)], ordered: false, minor: 20 }, ['+0', '+2']],
    ['gives no name twice, Parallel or not', { pods: [pod(0), pod(1, { terminating: true }), pod(2)], ordered: false }, []],
    ['counts from the first ordinal', { start: 5, replicas: 2, pods: [pod(5)] }, ['+6']],
  ])('%s', (_name, fields, expected) => expect(said(fields)).toEqual(expected))

  test.each([
    [20, 'Failed', ['-1 +1']],
    [20, 'Succeeded', []],
    [27, 'Succeeded', ['-1 +1']],
    [31, 'Failed', ['-1']],
    [31, 'Succeeded', ['-1']],
  ] as const)('in 1.%i a Pod that has %s is replaced as that release does', (minor, phase, expected) => {
    expect(said({ pods: [pod(0), pod(1, { phase, ready: false }), pod(2)], minor })).toEqual(expected)
  })

  test('from 1.31 on a Pod that has ended and is being deleted is waited for', () => {
    expect(planReplica(1, pod(1, { phase: 'Failed', terminating: true }), input())).toEqual({ calls: [], stop: true })
  })

  test.each<[string, Partial<PassInput>, string[]]>([
    ['takes the greatest ordinal first, one at a time', { replicas: 1 }, ['-2']],
    ['takes all at once with Parallel', { replicas: 1, ordered: false }, ['-2 | -1']],
    ['waits for one that terminates', { replicas: 1, pods: [pod(0), pod(1), pod(2, { terminating: true })] }, []],
    ['waits while a lower Pod is not ready', { replicas: 1, pods: [pod(0, { ready: false }), pod(1), pod(2)] }, []],
    [
      'takes an unhealthy one only if no lower one is unhealthy',
      { replicas: 0, pods: [pod(0, { ready: false }), pod(1), pod(2, { ready: false })] },
      [],
    ],
    ['takes the first unhealthy one', { replicas: 1, pods: [pod(0), pod(1), pod(2, { ready: false })] }, ['-2']],
    ['takes Pods below the first ordinal too', { start: 2, replicas: 1 }, ['-1']],
  ])('scaling down %s', (_name, fields, expected) => expect(said(fields)).toEqual(expected))

  test.each<[string, Partial<PassInput>, string[]]>([
    ['deletes the greatest ordinal of another revision', {}, ['-2']],
    ['goes on with the next when that is updated and healthy', { pods: [pod(0), pod(1), pod(2, { revision: 'new' })] }, ['-1']],
    [
      'waits for an updated Pod that is not ready',
      { pods: [pod(0), pod(1), pod(2, { revision: 'new', ready: false })], ordered: false },
      [],
    ],
    ['stops at the partition', { partition: 2, pods: [pod(0), pod(1), pod(2, { revision: 'new' })] }, []],
    ['does nothing with OnDelete', { updateStrategy: 'OnDelete' }, []],
    [
      'deletes a broken old Pod without waiting, with Parallel',
      { pods: [pod(0), pod(1), pod(2, { ready: false })], ordered: false },
      ['-2'],
    ],
    ['waits for a broken lower Pod with OrderedReady', { pods: [pod(0, { ready: false }), pod(1), pod(2)] }, []],
  ])('a rollout %s', (_name, fields, expected) => expect(said({ updateRevision: 'new', ...fields })).toEqual(expected))

  test.each([
    [33, ['-1']],
    [34, []],
  ] as const)('in 1.%i a rollout with Parallel looks at readiness or, from 1.34 on, at availability (PR #130909)', (minor, expected) => {
    const pods = [pod(0), pod(1), pod(2, { revision: 'new', available: false })]
    expect(said({ updateRevision: 'new', pods, ordered: false, minor })).toEqual(expected)
  })
})

describe('the revision of a Pod to be created (newVersionedStatefulSetPod)', () => {
  test.each([
    ['is the current one below the partition', { partition: 2 }, ['old', 'old', 'new']],
    ['is the new one without a partition', { partition: 0 }, ['new', 'new', 'new']],
    ['is the current one for as many as have it, without rollingUpdate', { partition: null, currentReplicas: 1 }, ['old', 'new', 'new']],
    ['is the new one with OnDelete', { partition: 2, updateStrategy: 'OnDelete' }, ['new', 'new', 'new']],
  ] as const)('%s', (_name, fields, expected) => {
    expect([0, 1, 2].map((ordinal) => revisionFor(ordinal, input({ updateRevision: 'new', ...fields })))).toEqual(expected)
  })
})

test('A surplus Pod that is not available blocks an ordered pass unless it is the first unhealthy one', () => {
  const sick = pod(4, { available: false })
  expect(planCondemned(sick, 3, true).calls).toEqual([])
  expect(planCondemned(sick, 4, true).calls).toHaveLength(1)
  expect(planCondemned(sick, 3, false).calls).toHaveLength(1)
})

test('A rollout ends at a Pod that is missing', () => {
  expect(planUpdate(input({ updateRevision: 'new' }), [pod(0), undefined, pod(2, { revision: 'new' })])).toBeNull()
})
