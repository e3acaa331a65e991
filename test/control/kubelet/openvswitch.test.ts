import { describe, expect, test } from 'vitest'
import type { PodId } from '../../../src/cluster/objects.ts'
import { convergedRun, runFor, STEADY } from './support.ts'

/** The addresses of a Pod before and after its pause container has died. */
function addresses(plugin: 'flannel' | 'openvswitch'): readonly (string | undefined)[] {
  const run = convergedRun([{ name: 'a' }], { ...STEADY, plugin })
  const { truth, store } = run.world
  const before = store.pods.get(0)?.podIP
  const sandbox = truth.sandbox(0 as PodId)
  if (sandbox === undefined) throw new Error('no sandbox')
  truth.killPause(run, sandbox)
  runFor(run, 30)
  expect(truth.sandbox(0 as PodId)).toMatchObject({ up: true, attempt: 1 })
  return [before, store.pods.get(0)?.podIP]
}

describe('a sandbox that is made again', () => {
  test('has another address under flannel (CNI host-local, kubernetes-semantics §8.7)', () => {
    expect(addresses('flannel')).toEqual(['10.244.0.2', '10.244.0.3'])
  })

  test("has the Pod's address under Open vSwitch (OVN-Kubernetes: annotation k8s.ovn.org/pod-networks)", () => {
    expect(addresses('openvswitch')).toEqual(['10.244.0.3', '10.244.0.3'])
  })
})
