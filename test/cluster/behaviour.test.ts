import { describe, expect, test } from 'vitest'
import { behaviourOf, mergeBehaviour } from '../../src/cluster/behaviour.ts'
import { createWorkloads } from '../../src/cluster/build.ts'
import { convergeDeployments } from '../../src/control/deployment.ts'
import { convergeReplicaSets } from '../../src/control/replicaset.ts'
import { constant, deployment, testRun } from '../support/world.ts'

const [one, two, three] = [constant(1), constant(2), constant(3)]
const web = { namespace: 'default', labels: { app: 'web' } }
const appIsWeb = { matchLabels: { app: 'web' }, matchExpressions: [] }

describe('behaviour rows', () => {
  test('later rows win, field by field', () => {
    const rows = [
      { select: { all: true } as const, start: one, stop: one },
      { select: { workload: 'deployment/default/web' }, start: two },
      { select: { workload: 'deployment/default/api' }, start: three },
    ]
    expect(mergeBehaviour(rows, 'deployment/default/web', web, 'app')).toEqual({ start: two, stop: one })
  })

  test.each([
    ['by label in any namespace', { selector: appIsWeb }, true],
    ['by label in its own namespace', { selector: appIsWeb, namespace: 'default' }, true],
    ['by label in another namespace', { selector: appIsWeb, namespace: 'shop' }, false],
    ['by its workload', { workload: 'deployment/default/web' }, true],
    ['by another workload', { workload: 'deployment/default/api' }, false],
  ])('a Pod is selected %s', (_, select, selected) => {
    expect(mergeBehaviour([{ select, run: one }], 'deployment/default/web', web, 'app')).toEqual(selected ? { run: one } : {})
  })

  test('a row for one container leaves the others alone', () => {
    const rows = [{ select: { all: true } as const, container: 'proxy', ready: one }]
    expect(mergeBehaviour(rows, 'w', web, 'proxy')).toEqual({ ready: one })
    expect(mergeBehaviour(rows, 'w', web, 'app')).toEqual({})
  })

  test('the workload of a Pod is its Deployment, not its ReplicaSet', () => {
    const behaviour = [{ select: { workload: 'deployment/default/web' }, start: two }]
    const run = testRun({ workloads: [deployment('web', 1)], fields: { behaviour } })
    createWorkloads(run)
    convergeDeployments(run)
    convergeReplicaSets(run)
    const [pod] = [...run.world.store.pods]
    expect(pod === undefined ? undefined : behaviourOf(run.world, pod, 'app')).toEqual({ start: two })
  })
})
