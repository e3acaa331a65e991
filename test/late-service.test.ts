import { expect, test } from 'vitest'
import { seconds } from '../src/kernel/time.ts'
import { inspect } from '../src/model.ts'
import { scenarioFrom } from './support/play.ts'

/** pkg/kubelet/kubelet_pods.go:getServiceEnvVarMap, evaluated when a container is created (1.20 … 1.36). */
test('a Pod older than a Service lacks its variables until its container is created again', () => {
  const scenario = scenarioFrom('scenarios/late-service.yaml')
  const knows = (at: number): readonly [restarts: number, knowsBackend: boolean][] =>
    inspect(scenario, 1, seconds(at) as number as typeof scenario.horizon)
      .pods.filter(({ name }) => name.startsWith('client'))
      .map(({ restarts, environment }) => [restarts, environment.includes('backend')])
  expect(knows(120)).toEqual([
    [0, false],
    [0, false],
  ])
  expect(knows(300).toSorted(([a], [b]) => a - b)).toEqual([
    [0, false],
    [1, true],
  ])
})
