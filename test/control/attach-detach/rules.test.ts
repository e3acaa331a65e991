import { describe, expect, test } from 'vitest'
import type { ContainerStatus, MachineId, Node, Pod } from '../../../src/cluster/objects.ts'
import { judgeDetach, operationBackoff, type Unwanted, wantsVolumes } from '../../../src/control/attach-detach/rules.ts'
import { seconds } from '../../../src/kernel/time.ts'

const node = (ready: Node['ready'], ...keys: string[]): Unwanted['node'] => ({
  ready,
  taints: keys.map((key) => ({ key, value: '', effect: 'NoExecute', timeAdded: null })),
})
const out = 'node.kubernetes.io/out-of-service'

describe('a volume that is wanted no more (reconciler.go:reconcile)', () => {
  test.each<[string, Unwanted, string, string]>([
    ['is detached once its Node has unmounted it', { mounted: false, elapsed: 0, node: node('True') }, 'detach', 'detach'],
    ['waits while it is mounted', { mounted: true, elapsed: seconds(359), node: node('Unknown') }, 'wait', 'wait'],
    ['waits for six minutes to the last', { mounted: true, elapsed: seconds(360), node: node('Unknown') }, 'wait', 'wait'],
    ['is detached by force after six minutes', { mounted: true, elapsed: seconds(360) + 1, node: node('Unknown') }, 'force', 'force'],
    ['of a Node that is not there is detached by force too', { mounted: true, elapsed: seconds(361), node: undefined }, 'force', 'force'],
    [
      'of a healthy Node is detached by force up to 1.25 only (PR #110721)',
      { mounted: true, elapsed: seconds(361), node: node('True') },
      'force',
      'wait',
    ],
    [
      'of a Node out of service is detached at once from 1.26 on',
      { mounted: true, elapsed: 0, node: node('Unknown', out) },
      'wait',
      'force',
    ],
    ['of a Node out of service whether it is Ready or not', { mounted: true, elapsed: 0, node: node('True', out) }, 'wait', 'force'],
  ])('%s', (_name, facts, before, since) => {
    expect(judgeDetach(facts, false, 20)).toBe(before)
    expect(judgeDetach(facts, false, 32)).toBe(since)
  })

  test('is never detached by force with --disable-force-detach-on-timeout', () => {
    expect(judgeDetach({ mounted: true, elapsed: seconds(3600), node: node('Unknown') }, true, 34)).toBe('wait')
  })
})

test('An operation that failed waits 500 ms, then twice as long up to 2 min 2 s', () => {
  expect([1, 2, 3, 8, 9, 10, 99].map((n) => operationBackoff(n) / 1e6)).toEqual([0.5, 1, 2, 64, 122, 122, 122])
})

describe('a Pod (volume/util: IsPodTerminated)', () => {
  const status = (state: ContainerStatus['state']) => ({ state }) as ContainerStatus
  const pod = (fields: Partial<Pod>): Pod =>
    ({ node: 0 as MachineId, phase: 'Running', deletionTimestamp: null, containerStatuses: [status('running')], ...fields }) as Pod
  const deletionTimestamp = 5 as Pod['deletionTimestamp']
  test.each<[string, Partial<Pod>, boolean]>([
    ['wants its volumes once it is bound', { containerStatuses: [] }, true],
    ['does not before', { node: -1 as MachineId }, false],
    ['wants them while it is deleted and a container runs', { deletionTimestamp }, true],
    [
      'does not when it is deleted and none runs',
      { deletionTimestamp, containerStatuses: [status('terminated'), status('waiting')] },
      false,
    ],
    ['does not when it is deleted before any container was reported', { deletionTimestamp, containerStatuses: [] }, false],
    ['does not when it has ended', { phase: 'Failed' }, false],
  ])('%s', (_name, fields, wants) => expect(wantsVolumes(pod(fields))).toBe(wants))
})
