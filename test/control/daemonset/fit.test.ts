import { expect, test } from 'vitest'
import { daemonTolerations, fitOf } from '../../../src/control/daemonset/fit.ts'
import { scaledUp } from '../../../src/control/daemonset/rolling.ts'
import type { TaintEffect, Toleration } from '../../../src/scenario/specs.ts'
import { podSpec } from '../../support/world.ts'

const taint = (key: string, effect: TaintEffect) => ({ key, value: '', effect, timeAdded: null })
const spec = (fields: Partial<ReturnType<typeof podSpec>> = {}) => {
  const base = podSpec(fields)
  return { ...base, tolerations: daemonTolerations(base) }
}
const node = (taints: ReturnType<typeof taint>[] = [], labels = {}) => ({ name: 'n1', labels, taints })

/** daemon_controller.go:NodeShouldRunDaemonPod (1.20 … 1.36). */
test.each([
  ['a healthy Node', spec(), node(), true, true],
  ['a cordoned Node', spec(), node([taint('node.kubernetes.io/unschedulable', 'NoSchedule')]), true, true],
  ['a Node that is not ready yet', spec(), node([taint('node.kubernetes.io/not-ready', 'NoSchedule')]), false, true],
  [
    'an unreachable Node',
    spec(),
    node([taint('node.kubernetes.io/unreachable', 'NoSchedule'), taint('node.kubernetes.io/unreachable', 'NoExecute')]),
    false,
    true,
  ],
  ['a Node that others prefer not', spec(), node([taint('slow', 'PreferNoSchedule')]), true, true],
  ['a Node for others', spec(), node([taint('gpu', 'NoSchedule')]), false, true],
  ['a Node that throws out', spec(), node([taint('gpu', 'NoExecute')]), false, false],
  ['a Node without the label', spec({ nodeSelector: { disk: 'ssd' } }), node(), false, false],
  ['a Node with the label', spec({ nodeSelector: { disk: 'ssd' } }), node([], { disk: 'ssd' }), true, true],
  ['another Node than named', spec({ nodeName: 'n2' }), node(), false, false],
])('on %s a daemon Pod runs, or stays', (_what, of, on, shouldRun, shouldContinue) => {
  expect(fitOf(of, on)).toEqual({ shouldRun, shouldContinue })
})

/** util/daemonset_util.go:AddOrUpdateDaemonPodTolerations (1.20 … 1.36). */
test('daemon Pods tolerate seven taints, the last on the host network only, and a time given for one of them is dropped', () => {
  const own: Toleration = {
    key: 'node.kubernetes.io/unreachable',
    operator: 'Exists',
    value: '',
    effect: 'NoExecute',
    tolerationSeconds: 30,
  }
  const other: Toleration = { key: 'gpu', operator: 'Exists', value: '', effect: '' }
  const tolerations = daemonTolerations({ tolerations: [own, other], hostNetwork: false })
  expect(tolerations.map(({ key, effect }) => `${key.replace('node.kubernetes.io/', '')}:${effect}`)).toEqual([
    'unreachable:NoExecute',
    'gpu:',
    'not-ready:NoExecute',
    'disk-pressure:NoSchedule',
    'memory-pressure:NoSchedule',
    'pid-pressure:NoSchedule',
    'unschedulable:NoSchedule',
  ])
  expect(tolerations[0]).not.toHaveProperty('tolerationSeconds')
  expect(daemonTolerations({ tolerations: [], hostNetwork: true }).at(-1)).toMatchObject({ key: 'node.kubernetes.io/network-unavailable' })
})

test.each([
  [{ count: 2 }, 10, 2],
  [{ percent: 10 }, 11, 2],
  [{ percent: 50 }, 3, 2],
  [{ percent: 0 }, 5, 0],
])('%j of %i Nodes are %i', (value, nodes, expected) => {
  expect(scaledUp(value, nodes)).toBe(expected)
})
