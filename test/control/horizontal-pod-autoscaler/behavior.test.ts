import { describe, expect, test } from 'vitest'
import { type Shaping, shape } from '../../../src/control/horizontal-pod-autoscaler/behavior.ts'
import type { ScalingRules } from '../../../src/scenario/specs.ts'

const S = 1e6
const plain: Shaping = {
  now: 1000 * S,
  current: 10,
  min: 2,
  max: 100,
  recommendations: [],
  downscaleStabilization: 300 * S,
  behavior: null,
  ups: [],
  downs: [],
}
const rules = (fields: Partial<ScalingRules> = {}): ScalingRules => ({
  selectPolicy: 'Max',
  stabilizationWindowSeconds: 0,
  policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }],
  ...fields,
})
const pods = (value: number, periodSeconds = 60) => [{ type: 'Pods', value, periodSeconds } as const]

/** pkg/controller/podautoscaler/horizontal.go:normalizeDesiredReplicas (1.20 … 1.36). */
describe('without behavior', () => {
  test.each([
    ['doubles at most', 50, {}, 20],
    ['goes to four at once', 50, { current: 1 }, 4],
    ['keeps to its bounds', 50, { max: 15 }, 15],
    ['shrinks at once when nothing speaks against it', 3, {}, 3],
    ['holds the highest recommendation of five minutes', 3, { recommendations: [{ time: 701 * S, replicas: 8 }] }, 8],
    ['forgets it after that', 3, { recommendations: [{ time: 700 * S, replicas: 8 }] }, 3],
  ] as const)('%s', (_, wanted, fields, replicas) => {
    expect(shape(wanted, { ...plain, ...fields })).toBe(replicas)
  })
})

/** normalizeDesiredReplicasWithBehaviors (1.20 … 1.36). */
describe('with behavior', () => {
  const up = (scaleUp: Partial<ScalingRules>) => ({ behavior: { scaleUp: rules(scaleUp), scaleDown: rules() } })
  const down = (scaleDown: Partial<ScalingRules>) => ({ behavior: { scaleUp: rules(), scaleDown: rules(scaleDown) } })
  test.each<[string, number, Partial<Shaping>, number]>([
    ['grows by the policy that allows most', 50, up({ policies: [...pods(15), ...rules().policies] }), 25],
    ['or least', 50, up({ policies: [...pods(15), ...rules().policies], selectPolicy: 'Min' }), 20],
    ['or not at all', 50, up({ selectPolicy: 'Disabled' }), 10],
    ['counts what it has added in the period', 50, { ...up({ policies: pods(4) }), ups: [{ time: 950 * S, change: 3 }] }, 11],
    ['but not what it added before', 50, { ...up({ policies: pods(4) }), ups: [{ time: 940 * S, change: 3 }] }, 14],
    [
      'waits for a lasting wish to grow',
      50,
      { ...up({ stabilizationWindowSeconds: 60 }), recommendations: [{ time: 950 * S, replicas: 12 }] },
      12,
    ],
    ['shrinks by its policy', 2, down({ policies: pods(3) }), 7],
    ['and not where that is disabled', 2, down({ selectPolicy: 'Disabled' }), 10],
    [
      'waits for a lasting wish to shrink',
      2,
      { ...down({ stabilizationWindowSeconds: null }), recommendations: [{ time: 800 * S, replicas: 9 }] },
      9,
    ],
  ])('%s', (_, wanted, fields, replicas) => {
    expect(shape(wanted, { ...plain, ...fields })).toBe(replicas)
  })
})
