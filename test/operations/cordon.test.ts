import { expect, test } from 'vitest'
import type { Node } from '../../src/cluster/objects.ts'
import { follow, runUntil } from '../support/timeline.ts'
import { operatedRun, operationAt } from './support.ts'

/** What `cordon` and `uncordon` write; the filter NodeUnschedulable and the node lifecycle controller act on it. */
test('a Node is unschedulable from one call after cordon to one call after uncordon', () => {
  const run = operatedRun([operationAt('cordon', 60, 'node/worker-2'), operationAt('uncordon', 90, 'node/worker-2')])
  const lines = follow<Node>(run, 'Node', (after) => `${after?.name} ${after?.unschedulable ? 'cordoned' : 'schedulable'}`)
  runUntil(run, 120)
  expect(lines).toEqual(['60.001 worker-2 cordoned', '90.001 worker-2 schedulable'])
})

test('a Node that is cordoned already is not written again', () => {
  const run = operatedRun([operationAt('cordon', 60, 'node/worker-2'), operationAt('cordon', 90, 'node/worker-2')])
  const lines = follow<Node>(run, 'Node', () => 'written')
  runUntil(run, 120)
  expect(lines).toEqual(['60.001 written'])
})
