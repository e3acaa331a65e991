import { expect, test } from 'vitest'
import { only, podOf, runFor } from '../control/kubelet/support.ts'
import { faultAt, faultyRun } from './support.ts'

/** Reboot in place: kubernetes-semantics §2.10. Boot and kubelet take 0.1 s each here, the first relist 20 ms; the sync loop begins 0.1 s after the kubelet. */
test('a machine that is reset boots at once, and its Pods start again in place with new addresses', () => {
  const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('node-reboot', 10)])
  runFor(run, 60)
  expect(lines).toEqual([
    [10, 'node-reboot begins'],
    [10, 'app exits 137'],
    [10, 'serves no more'],
    [10.000001, 'node-reboot ends'],
    [10.220001, 'noticed'],
    [10.300001, 'waits: start'],
    [10.302001, 'Running [Error]'],
    [10.400001, 'waits: start'],
    [10.500001, 'app starts'],
    [10.500001, 'serves'],
    [10.500001, 'waits: ready'],
    [11.240001, 'waits: settle'],
    [11.242001, 'Running Ready [ready x1]'],
  ])
  expect(podOf(run, 0).podIP).toBe('10.244.0.3')
})

test('with `for` it stays off for that long before it boots', () => {
  const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('node-reboot', 10, { lasts: 30 })])
  runFor(run, 60)
  expect(only(lines, 'node-reboot', 'exits', 'starts')).toEqual([
    [10, 'node-reboot begins'],
    [10, 'app exits 137'],
    [40, 'node-reboot ends'],
    [40.5, 'app starts'],
  ])
})

test('a power loss that overlaps it keeps the machine down until that ends too', () => {
  const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('node-crash', 5, { lasts: 20 }), faultAt('node-reboot', 10)])
  runFor(run, 60)
  expect(only(lines, 'exits', 'starts')).toEqual([
    [5, 'app exits 137'],
    [25.5, 'app starts'],
  ])
})
