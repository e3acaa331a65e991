import { describe, expect, test } from 'vitest'
import type { PodManifest } from '../../../src/scenario/specs.ts'
import { refuse } from '../../support/failing.ts'
import { machineSpec, podSpec, startAll } from '../../support/world.ts'
import { convergedRun, kubeletRun, only, podOf, runFor, STEADY, terminate, timeline, truthOf } from './support.ts'

const etcd: PodManifest = { kind: 'Pod', name: 'etcd', namespace: 'kube-system', labels: {}, annotations: {}, spec: podSpec() }
const machines = [machineSpec('n', { staticPods: [etcd] })]

describe('a static Pod', () => {
  test('starts without the API, and has a mirror named after its machine, whose status follows with the next batch', () => {
    const run = kubeletRun({ ...STEADY, machines })
    const lines = timeline(run)
    runFor(run, 30)
    expect(only(lines, 'starts', '[')).toEqual([
      [0.001, 'Pending []'],
      [0.3, 'app starts'],
      [1.022, 'Running Ready [ready]'],
    ])
    const mirror = run.world.store.pods.find('kube-system', 'etcd-n')
    expect(mirror).toMatchObject({ mirror: true, node: 0, owner: { kind: 'Node', id: 0 }, id: 0 })
    expect(mirror?.spec.tolerations).toEqual([{ key: '', operator: 'Exists', value: '', effect: 'NoExecute' }])
  })

  test('runs on when its mirror is deleted, and gets another with the same id', () => {
    const run = convergedRun([], { ...STEADY, machines })
    const lines = timeline(run)
    runFor(run, 20.5)
    terminate(run, 0 as never)
    runFor(run, 60)
    expect(lines).toEqual([
      [20.5, 'Running Ready (terminating) [ready]'],
      [20.502, 'gone'],
      [20.502, 'Pending []'],
      [30.002, 'Running Ready [ready]'],
    ])
    expect(podOf(run, 0).name).toBe('etcd-n')
  })

  test('gets its mirror with a later sync when no API server answered the first', () => {
    const run = kubeletRun({ ...STEADY, machines, start: false })
    const lines = timeline(run)
    const refused = refuse(run, 'create', 503, () => run.now < 10e6)
    startAll(run)
    runFor(run, 300)
    // With the first sync, and with the one after the relist that sees the container run.
    expect(refused.map(({ at }) => at)).toEqual([0, 1.02])
    expect(only(lines, 'starts')).toEqual([[0.3, 'app starts']])
    const made = only(lines, 'Pending []')[0]?.[0] as number
    expect(made).toBeGreaterThan(60)
    expect(made).toBeLessThan(90.1)
  })

  test('starts again after a reboot, whatever the API says', () => {
    const run = convergedRun([], { ...STEADY, machines })
    const lines = timeline(run)
    run.world.truth.powerOff(run, 0 as never)
    runFor(run, 5)
    run.world.store.remove(run, podOf(run, 0))
    run.world.truth.powerOn(run, 0 as never)
    runFor(run, 60)
    expect(only(lines, 'starts')).toEqual([[5.5, 'app starts']])
    expect(truthOf(run, 0).container.attempt).toBe(1)
    expect(podOf(run, 0)).toMatchObject({ ready: true, podIP: '10.244.0.3' })
  })

  test('takes room that Pods of the API cannot have', () => {
    const run = convergedRun([], { ...STEADY, machines, flags: { kubelet: { maxPods: 1 } } })
    expect(truthOf(run, 0).sandbox.up).toBe(true)
  })
})
