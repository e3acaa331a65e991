import { expect, test } from 'vitest'
import { theDeployment } from '../support/converged.ts'
import { podIds, runUntil } from '../support/timeline.ts'
import { deployment } from '../support/world.ts'
import { operatedRun, operationAt } from './support.ts'

/** kubectl pkg/polymorphichelpers/objectrestarter.go (1.20 … 1.36). */
test('writes the time into the template, so that every Pod is replaced; a second restart replaces them again', () => {
  const restarts = [
    operationAt('rollout-restart', 60, 'deployment/default/web'),
    operationAt('rollout-restart', 120, 'deployment/default/web'),
  ]
  const run = operatedRun(restarts, { workloads: [deployment('web', 4)] })
  const [image, first] = [theDeployment(run).template.spec, podIds(run)]
  runUntil(run, 119)
  expect(theDeployment(run).template.annotations).toEqual({ 'kubectl.kubernetes.io/restartedAt': '60.000000' })
  expect(theDeployment(run).template.spec).toBe(image)
  const second = podIds(run)
  expect(second).toHaveLength(4)
  expect(second.filter((id) => first.includes(id))).toEqual([])
  runUntil(run, 200)
  expect(podIds(run).filter((id) => second.includes(id))).toEqual([])
})
