import { describe, expect, test } from 'vitest'
import type { Node } from '../../../src/cluster/objects.ts'
import { faultAt, faultyRun } from '../../faults/support.ts'
import { constant, containerSpec } from '../../support/world.ts'
import { only, podOf, runFor } from './support.ts'

const reboot = faultAt('node-reboot', 10)

/** kuberuntime_manager.go:computePodActions (1.20 … 1.36): what follows a sandbox that died with its machine. */
describe('a machine reboots, and of its Pods', () => {
  test('one with restartPolicy Never has failed, and nothing of it starts again', () => {
    const { run, lines } = faultyRun([{ name: 'a', spec: { restartPolicy: 'Never' } }], [reboot])
    runFor(run, 60)
    expect(only(lines, 'exits', 'starts', 'Failed')).toEqual([
      [10, 'app exits 137'],
      [10.302001, 'Failed [Error]'],
    ])
  })

  test('one with init containers begins with the first of them again', () => {
    const behaviour = [{ select: { all: true } as const, container: 'init', run: constant(500_000) }]
    const spec = { initContainers: [containerSpec({ name: 'init' })] }
    const { run, lines } = faultyRun([{ name: 'a', spec }], [reboot], { fields: { behaviour } })
    runFor(run, 60)
    expect(only(lines, 'starts', 'exits').map(([, what]) => what)).toEqual(['app exits 137', 'init starts', 'init exits 0', 'app starts'])
    expect(podOf(run, 0).ready).toBe(true)
  })

  test('all start at once, whatever back-off they were in: it was in the memory of the kubelet', () => {
    const crash = { parameters: { 'exit-code': 1 } }
    const crashes = [1, 3].map((time) => faultAt('container-crash', time, crash))
    const { run, lines } = faultyRun([{ name: 'a' }], [...crashes, faultAt('node-reboot', 10)])
    runFor(run, 60)
    expect(only(lines, 'exits', 'starts').map(([time, what]) => [Math.floor(time), what])).toEqual([
      [1, 'app exits 1'],
      [1, 'app starts'],
      [3, 'app exits 1'],
      [10, 'app starts'],
    ])
  })

  test('the Node is reported with its next boot, and ready again, 0.1 s after the kubelet has started', () => {
    const { run } = faultyRun([], [reboot])
    const posts: [number, number, string][] = []
    run.world.observers.add({
      changed: (now, { after }) => {
        const node = after as Node
        if (node.kind === 'Node') posts.push([now.now / 1e6, node.bootID, `${node.ready}`])
      },
    })
    runFor(run, 60)
    expect(posts).toEqual([[10.301001, 2, 'True']])
  })
})
