import { expect, test } from 'vitest'
import type { Node, Taint } from '../../src/cluster/objects.ts'
import { withTaint } from '../../src/operations/taint.ts'
import { follow, runUntil } from '../support/timeline.ts'
import { operatedRun, operationAt } from './support.ts'

const one: Taint = { key: 'k', value: 'v', effect: 'NoSchedule', timeAdded: null }
const change = { key: 'k', value: 'v', effect: 'NoSchedule', remove: false } as const

/** kubectl taint --overwrite: a taint is known by key and effect (kubectl pkg/cmd/taint, 1.20 … 1.36). */
test.each<[string, readonly Taint[], Parameters<typeof withTaint>[1], readonly Taint[]]>([
  ['is added', [], change, [one]],
  ['replaces one of the same key and effect', [one], { ...change, value: 'w' }, [{ ...one, value: 'w' }]],
  ['stands beside one of another effect', [one], { ...change, effect: 'NoExecute' }, [one, { ...one, effect: 'NoExecute' }]],
  ['is removed whatever its value', [one], { ...change, value: '', remove: true }, []],
  ['that is not there is not removed', [one], { ...change, key: 'other', remove: true }, [one]],
])('a taint %s', (_what, before, parameters, after) => {
  expect(withTaint(before, parameters)).toEqual(after)
})

test('reaches the store one call after it is due', () => {
  const run = operatedRun([
    operationAt('taint', 60, 'node/worker-1', change),
    operationAt('taint', 90, 'node/worker-1', { ...change, remove: true }),
  ])
  const lines = follow<Node>(run, 'Node', (after) => `${after?.name} ${after?.taints.map(({ key, effect }) => `${key}:${effect}`).join()}`)
  runUntil(run, 120)
  expect(lines).toEqual(['60.001 worker-1 k:NoSchedule', '90.001 worker-1 '])
})
