import { describe, expect, test } from 'vitest'
import type { Pod, PodDisruptionBudget } from '../../src/cluster/objects.ts'
import type { PodDisruptionBudgetManifest } from '../../src/scenario/specs.ts'
import { type ConvergedOptions, convergedRun, deletePod, edit, operator } from '../support/converged.ts'
import { follow, runUntil } from '../support/timeline.ts'
import { budgetOfWeb, deployment } from '../support/world.ts'

/** `allowed of healthy/desired/expected` of each status. */
const line = (after: PodDisruptionBudget | undefined): string | null => {
  if (after === undefined) return 'gone'
  const { disruptionsAllowed, currentHealthy, desiredHealthy, expectedPods } = after.status
  return `${disruptionsAllowed} of ${currentHealthy}/${desiredHealthy}/${expectedPods}`
}

function story(fields: Partial<PodDisruptionBudgetManifest>, options: ConvergedOptions = {}) {
  const run = convergedRun({ workloads: [deployment('web', 4), budgetOfWeb(fields)], ...options })
  const theBudget = (): PodDisruptionBudget => [...run.world.store.tables.PodDisruptionBudget][0] as PodDisruptionBudget
  return { run, theBudget, lines: follow(run, 'PodDisruptionBudget', line) }
}

/** pkg/controller/disruption/disruption.go (1.20 … 1.36). Calls and watches take 1 ms, a sync 1 ms; a Pod is ready 0.5 s after its binding. */
describe('the disruption controller', () => {
  test('has said what a budget allows when the run begins', () => {
    const { theBudget } = story({ maxUnavailable: { count: 1 } })
    expect(line(theBudget())).toBe('1 of 4/3/4')
  })

  test('follows the Pods: one that is deleted takes the budget until its replacement is ready', () => {
    const { run, lines } = story({ maxUnavailable: { count: 1 } })
    runUntil(run, 10)
    deletePod(run, [...run.world.store.pods][0] as Pod)
    runUntil(run, 20)
    expect(lines.map((one) => one.split(' ').slice(1).join(' '))).toEqual(['0 of 3/3/4', '1 of 4/3/4'])
    const [taken, given] = lines.map((one) => Number(one.split(' ')[0]))
    expect(taken).toBeCloseTo(10.004, 3)
    expect(given).toBeGreaterThan(10.5)
    expect(given).toBeLessThan(10.52)
  })

  test('counts terminating Pods among those expected where minAvailable is a number', () => {
    const { run, lines } = story({ minAvailable: { count: 3 } })
    runUntil(run, 10)
    deletePod(run, [...run.world.store.pods][0] as Pod)
    runUntil(run, 10.1)
    expect(lines.at(-1)?.split(' ').slice(1).join(' ')).toBe('0 of 3/3/5')
  })

  test('hears of another number of replicas with the next change of a Pod', () => {
    const { run, lines } = story({ maxUnavailable: { percent: 50 } })
    runUntil(run, 10)
    edit(run, { replicas: 6 })
    runUntil(run, 20)
    expect(lines[0]?.split(' ').slice(1).join(' ')).toBe('1 of 4/3/6')
    expect(lines.at(-1)?.split(' ').slice(1).join(' ')).toBe('3 of 6/3/6')
  })

  test('allows nothing, for safety, where it cannot say how many Pods there should be', () => {
    const { run, theBudget, lines } = story({ maxUnavailable: { count: 1 } }, { profile: '1.20' })
    runUntil(run, 10)
    const pod = [...run.world.store.pods][0] as never
    run.world.api.update(run, operator(run), pod, { owner: { kind: 'DaemonSet', id: 9 } } as never, 0, null, 0)
    runUntil(run, 10.1)
    expect(theBudget().status.disruptionsAllowed).toBe(0)
    expect(lines.length).toBeGreaterThan(0)
  })
})
