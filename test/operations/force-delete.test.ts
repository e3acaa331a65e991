import { expect, test } from 'vitest'
import { operations } from '../../src/operations/index.ts'
import { scheduleOperations } from '../../src/operations/timetable.ts'
import { convergedRun, only, runFor, STEADY, timeline } from '../control/kubelet/support.ts'
import { operationAt } from './support.ts'

/** DELETE with grace period 0: kubernetes-semantics §2.8. */
test('the object goes in one call, while its containers run on until the kubelet has heard of it', () => {
  const run = convergedRun([{ name: 'a' }], { ...STEADY, fields: { operations: [operationAt('force-delete', 10, 'pod/default/a')] } })
  const lines = timeline(run)
  scheduleOperations(run, operations)
  runFor(run, 60)
  expect(only(lines, 'gone', 'exits', 'serves')).toEqual([
    [10.001, 'gone'],
    [10.102, 'app exits 0'],
    [10.102, 'serves no more'],
  ])
})
