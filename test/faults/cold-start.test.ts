import { describe, expect, test } from 'vitest'
import { type Staged, stage, web } from './control-plane.ts'

const ALL = ['control-plane-1', 'worker-1', 'worker-2', 'worker-3']
const power = (nodes: readonly string[], lasts: string | null): object => ({
  name: nodes.join('.'),
  fault: 'node-crash',
  when: { at: '60s' },
  who: { nodes },
  ...(lasts === null ? {} : { for: lasts }),
})
const spec = { tolerations: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 60 }] }
const dark = (faults: readonly object[]): readonly Staged[] =>
  stage({ kubernetes: '1.20', workloads: [web(6, spec)], faults, horizon: '15m' }, 6)

/** pkg/controller/nodelifecycle/node_lifecycle_controller.go:tryUpdateNodeHealth; pkg/kubelet/kubelet.go. Power is back at 120 s, machines have booted at 160 s. */
describe('a cluster that has lost all power for a minute', () => {
  test('restarts its Pods in place, each on its Node, and deletes none', () => {
    for (const run of dark([power(ALL, '60s')])) {
      expect(run.times(/^pod .* (?:terminating|created|scheduled)/, 1)).toEqual([])
      expect(run.times(/^cri .* containerStarted/, 120).length).toBeGreaterThanOrEqual(6)
      expect(run.result.timeline?.at(-1)?.ready).toBe(6)
    }
  })

  test('has a leader 15 s after the first look of a process that knows no record, and nobody is Unknown by then', () => {
    for (const run of dark([power(ALL, '60s')])) {
      expect(run.first(/^component kube-controller-manager.* leads/)).toBeGreaterThan(162 + 15)
      expect(run.first(/^component kube-controller-manager.* leads/)).toBeLessThan(162 + 15 + 2 * 4.5)
      expect(run.times(/^node .* status=Unknown/)).toEqual([])
    }
  })

  test('of which one stays off takes it for dead a grace period after the first look', () => {
    for (const run of dark([power(ALL.slice(0, 3), '60s'), power(['worker-3'], null)])) {
      const looks = run.first(/RegisteredNode/, 120)
      expect(run.first(/^node worker-3 ready status=Unknown/) - looks).toBeGreaterThan(40)
      expect(run.first(/^node worker-3 ready status=Unknown/) - looks).toBeLessThan(45.5)
      const tainted = run.first(/^node worker-3 taint\+ .*unreachable:NoExecute/)
      expect(run.first(/^pod .* terminating/) - tainted).toBeCloseTo(60, 0)
    }
  })
})
