import { expect, test } from 'vitest'
import { machineSpec, testRun, testScenario } from '../support/world.ts'

const cluster = (registered: boolean) => {
  const machines = [machineSpec('control-plane-1', { controlPlane: true }), machineSpec('worker-1')]
  const { cluster: base } = testScenario({ machines })
  const run = testRun({ machines, fields: { cluster: { ...base, controlPlane: { count: 1, registered, leaderElect: true } } } })
  const kubelets = run.world.processes.filter(({ program }) => program === 'kubelet').map(({ name }) => name)
  return { nodes: [...run.world.store.tables.Node].map(({ name }) => name), kubelets }
}

test('machines of a control plane are Nodes with kubelets only where it is registered', () => {
  expect(cluster(true)).toEqual({ nodes: ['control-plane-1', 'worker-1'], kubelets: ['kubelet/control-plane-1', 'kubelet/worker-1'] })
  expect(cluster(false)).toEqual({ nodes: ['worker-1'], kubelets: ['kubelet/worker-1'] })
})
