import { describe, expect, test } from 'vitest'
import { parseEdit } from '../../src/scenario/set.ts'

describe('A path of --set', () => {
  test('may name a process without its cluster', () => {
    for (const process of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet']) {
      expect(parseEdit(`${process}.flag=1`)).toMatchObject({ steps: ['cluster', process, 'flag'], value: 1 })
    }
    expect(parseEdit('cluster.kubelet.flag=1')).toMatchObject({ steps: ['cluster', 'kubelet', 'flag'] })
    expect(parseEdit('deployment/default/kubelet:kubelet.x=1')).toMatchObject({
      target: 'deployment/default/kubelet',
      steps: ['kubelet', 'x'],
    })
  })
})
