import { expect, test } from 'vitest'
import { only, runFor } from '../control/kubelet/support.ts'
import { play, scenarioOf } from '../support/play.ts'
import { faultAt, faultyRun } from './support.ts'

/** DELETE of a Pod: kubernetes-semantics §2.8. Calls and watches take 1 ms, containers 0.1 s to stop. */
test('a Pod is deleted as by a user: its containers stop within their grace period, then the object goes', () => {
  const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('pod-kill', 10)])
  runFor(run, 60)
  expect(lines).toEqual([
    [10, 'pod-kill begins'],
    [10.001, 'Running Ready (terminating) [ready]'],
    [10.102, 'app exits 0'],
    [10.102, 'serves no more'],
    [10.104, 'Succeeded (terminating) [Completed]'],
    [10.2, 'noticed'],
    [10.204, 'gone'],
  ])
})

test('with a grace period of 0 the object goes at once, and the kubelet ends what it finds no object for', () => {
  const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('pod-kill', 10, { parameters: { 'grace-period': 0 } })])
  runFor(run, 60)
  expect(only(lines, 'gone', 'exits')).toEqual([
    [10.001, 'gone'],
    [10.102, 'app exits 0'],
  ])
})

test('the replacement is counted from the instant of the fault, though the Pod serves for a moment more', () => {
  const scenario = scenarioOf(`
apiVersion: reconverge/v1
kind: Scenario
metadata: { name: pod-kill }
kubernetes: "1.32"
horizon: 5m
cluster: { nodes: [{ name: worker, count: 2 }] }
workloads: [{ file: manifests/web.yaml }]
faults: [{ fault: pod-kill, when: { at: 60s }, who: { workload: deployment/default/web, count: 3 } }]
`)
  const rows = play(scenario, 1)[0]?.rows.filter(({ workload }) => workload === 'deployment/default/web') ?? []
  expect(rows.map(({ lost, outcome, primary }) => ({ lost, outcome, primary }))).toEqual([{ lost: 3, outcome: 'converged', primary: true }])
  expect(rows[0]?.createdFirst).toBeGreaterThan(0)
})
