import { describe, expect, test } from 'vitest'
import type { Taint } from '../../../src/cluster/objects.ts'
import {
  conditionTaints,
  decideTaint,
  NOT_READY,
  noScheduleChange,
  UNREACHABLE,
  withoutTaints,
  withTaints,
} from '../../../src/control/node-lifecycle/taints.ts'
import type { Instant } from '../../../src/kernel/time.ts'

const taint = (key: string, effect: Taint['effect'], timeAdded = 0): Taint => ({ key, value: '', effect, timeAdded: timeAdded as Instant })
const healthy = {
  ready: 'True',
  memoryPressure: 'False',
  diskPressure: 'False',
  pidPressure: 'False',
  networkUnavailable: 'False',
  unschedulable: false,
  taints: [],
} as const

describe('NoSchedule taints by condition', () => {
  test.each([
    [{}, []],
    [{ ready: 'False' }, [NOT_READY]],
    [{ ready: 'Unknown' }, [UNREACHABLE]],
    [{ ready: null }, []],
    [{ unschedulable: true }, ['node.kubernetes.io/unschedulable']],
    [
      { memoryPressure: 'True', diskPressure: 'True', pidPressure: 'True' },
      ['memory', 'disk', 'pid'].map((what) => `node.kubernetes.io/${what}-pressure`),
    ],
    [{ memoryPressure: 'Unknown', networkUnavailable: 'True' }, ['node.kubernetes.io/network-unavailable']],
  ] as const)('%j asks for %j', (conditions, keys) => {
    expect(conditionTaints({ ...healthy, ...conditions })).toEqual(keys)
  })

  test('taints of others stay, those of past conditions go', () => {
    const taints = [taint('dedicated', 'NoSchedule'), taint(NOT_READY, 'NoSchedule'), taint(NOT_READY, 'NoExecute')]
    expect(noScheduleChange({ ...healthy, ready: 'Unknown', taints })).toEqual({ add: [UNREACHABLE], remove: [NOT_READY] })
  })
})

describe('NoExecute taints', () => {
  test.each([
    ['True', [taint(UNREACHABLE, 'NoExecute')], { action: 'reachable' }],
    ['Unknown', [], { action: 'queue', tainted: false }],
    ['Unknown', [taint(UNREACHABLE, 'NoExecute')], { action: 'queue', tainted: true }],
    ['Unknown', [taint(NOT_READY, 'NoExecute')], { action: 'swap', add: UNREACHABLE, remove: NOT_READY }],
    ['False', [taint(UNREACHABLE, 'NoExecute')], { action: 'swap', add: NOT_READY, remove: UNREACHABLE }],
    ['False', [taint(UNREACHABLE, 'NoSchedule')], { action: 'queue', tainted: false }],
  ] as const)('Ready %s with %j: %j', (ready, taints, decision) => {
    expect(decideTaint(ready, taints)).toEqual(decision)
  })
})

describe('lists of taints', () => {
  test('a taint of the same key and effect is replaced in its place', () => {
    const old = [taint(UNREACHABLE, 'NoExecute', 1), taint('dedicated', 'NoSchedule')]
    expect(withTaints(old, [taint(UNREACHABLE, 'NoExecute', 2)])).toEqual([
      taint(UNREACHABLE, 'NoExecute', 2),
      taint('dedicated', 'NoSchedule'),
    ])
    expect(withTaints(old, [taint(UNREACHABLE, 'NoExecute', 1)])).toBe(old)
    expect(withTaints(old, [taint(UNREACHABLE, 'NoSchedule', 1)])).toHaveLength(3)
  })

  test('only taints of the effect are removed', () => {
    const old = [taint(UNREACHABLE, 'NoExecute'), taint(UNREACHABLE, 'NoSchedule')]
    expect(withoutTaints(old, [UNREACHABLE, NOT_READY], 'NoExecute')).toEqual([taint(UNREACHABLE, 'NoSchedule')])
    expect(withoutTaints(old, [NOT_READY], 'NoExecute')).toBe(old)
  })
})
