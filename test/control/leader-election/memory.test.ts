import { expect, test } from 'vitest'
import type { Process } from '../../../src/cluster/process.ts'
import { startProcess, stopProcess } from '../../../src/cluster/processes.ts'
import { components } from '../../../src/control/index.ts'
import { startAll, testRun } from '../../support/world.ts'

/** Controllers keep what they know in fields that each new process makes afresh (pkg/controller/*). */
test('A new controller manager makes every controller forget: each begins as at the start of the run; scheduler and kubelets remember', () => {
  const run = testRun({ components, flags: { 'kube-controller-manager': { 'allocate-node-cidrs': true } } })
  startAll(run)
  const before = new Map(run.world.states)
  const manager = run.world.processes.find(({ program }) => program === 'kube-controller-manager') as Process
  stopProcess(run, manager)
  startProcess(run, manager)
  const forgets = (name: string): boolean => before.get(name) !== run.world.states.get(name)
  const controllers = components.filter(({ process }) => process === 'kube-controller-manager').map(({ name }) => name)
  expect(controllers.filter((name) => before.has(name) && !forgets(name))).toEqual([])
  expect(controllers.filter(forgets).length).toBeGreaterThan(12)
  expect(['scheduler', 'kubelet'].filter(forgets)).toEqual([])
})
