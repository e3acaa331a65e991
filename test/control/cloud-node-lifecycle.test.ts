import { describe, expect, test } from 'vitest'
import type { Taint } from '../../src/cluster/objects.ts'
import { cloudNodeLifecycle, firstStep, instanceOf } from '../../src/control/cloud-node-lifecycle.ts'
import { nodeLifecycle } from '../../src/control/node-lifecycle.ts'
import { podGC } from '../../src/control/pod-gc.ts'
import type { ProfileName } from '../../src/scenario/profile.ts'
import { at, comeBack, crash, named, nodeOf, outage, until } from '../support/outage.ts'
import { mean, play, scenarioFrom } from '../support/play.ts'

const SHUTDOWN: Taint = { key: 'node.cloudprovider.kubernetes.io/shutdown', value: '', effect: 'NoSchedule', timeAdded: null }

/** staging/src/k8s.io/cloud-provider/controllers/nodelifecycle/node_lifecycle_controller.go:MonitorNodes, 1.20 … 1.36. */
describe('a pass of the cloud node lifecycle controller', () => {
  test.each([
    ['leaves a ready Node alone', 'True', [], 'nothing'],
    ['takes the taint off a Node that is ready again', 'True', [SHUTDOWN], 'take taint off'],
    ['asks about a Node that says it is not ready', 'False', [], 'look'],
    ['asks about a silent Node, tainted or not', 'Unknown', [SHUTDOWN], 'look'],
    ['asks about a Node that was never reported on', null, [], 'look'],
  ] as const)('%s', (_, ready, taints, step) => {
    expect(firstStep({ ready, taints })).toBe(step)
  })

  test.each([
    ['runs while it has power', 0, 0, 'running'],
    ['is shut down without', 1, 0, 'shut down'],
    ['is gone once terminated, whatever else befell it', 2, 1, 'gone'],
  ] as const)('finds that an instance %s', (_, outages, terminations, instance) => {
    expect(instanceOf({ outages, terminations })).toBe(instance)
  })
})

const components = [nodeLifecycle, podGC, cloudNodeLifecycle]
const phases = { 'kubelet.lease': 0, 'kubelet.status': 0, 'node-lifecycle.monitor': 0, 'cloud-node-lifecycle.monitor': 2_000_000 }
const cloud = (options = {}) =>
  outage({ profile: '1.34', zones: { x: 3 }, pods: 1, components, phases, cloud: { deletesNodes: true }, ...options })

describe('the Node of a machine that stops', () => {
  test('is deleted at the first pass that finds it not ready when the machine was terminated; other Nodes are not looked at', () => {
    const { run, story } = cloud()
    crash(run, 1, ['x0'])
    at(run, 1, (now) => now.world.truth.terminate(now, named(now, 'x0')))
    until(run, 300)
    const unknown = story.unknown.get('x0') as number
    const gone = story.lines.find((line) => line.includes('node/x0 gone')) as string
    // Passes at 3, 8.001 … s, each 5.001 s after the one before; the provider answers 0.1 s later, the notice and the DELETE go out at once.
    const pass = 3 + Math.ceil((unknown + 0.001 - 3) / 5.001) * 5.001
    expect(Number(gone.split(' ')[0])).toBeCloseTo(pass + 0.1 + 0.001, 6)
    expect(story.lines.filter((line) => line.includes('DeletingNode'))).toHaveLength(1)
    // PodGC: 40 s of quarantine, passes of 20 s.
    expect((story.gone.get('pod/default/x0-0') as number) - Number(gone.split(' ')[0])).toBeGreaterThan(40)
  })

  test('is only tainted when the machine is shut down, and the taint goes when it is ready again', () => {
    const { run, story } = cloud()
    crash(run, 1, ['x0'])
    at(run, 1, (now) => now.world.truth.powerOff(now, named(now, 'x0')))
    at(run, 200, (now) => now.world.truth.powerOn(now, named(now, 'x0')))
    comeBack(run, 201, ['x0'])
    until(run, 199)
    expect(nodeOf(run, 'x0').taints.map(({ key }) => key)).toContain(SHUTDOWN.key)
    expect(story.gone.size).toBe(0)
    until(run, 230)
    expect(nodeOf(run, 'x0').taints).toEqual([])
  })

  test('is left alone while its machine runs, cut off or with a stopped kubelet', () => {
    const { run, story } = cloud()
    crash(run, 1, ['x0', 'x1'])
    until(run, 300)
    expect(story.lines.filter((line) => line.includes(' gone') || line.includes('shutdown'))).toEqual([])
  })

  test('is what it is without idle passes: the same lines elided and unelided', () => {
    const lines = (elision: 'elided' | 'unelided'): readonly string[] => {
      const { run, story } = cloud({ elision })
      crash(run, 1, ['x0'])
      at(run, 1, (now) => now.world.truth.terminate(now, named(now, 'x0')))
      until(run, 200)
      return story.lines
    }
    expect(lines('elided')).toEqual(lines('unelided'))
  })
})

/** kubernetes-semantics §11.1 row 16: ≈ t + 93 [72 … 115] s for 1.20; 10 s later from 1.32. */
describe('all Pods of a terminated machine are replaced long before their toleration is over', () => {
  test.each([
    ['1.20', 93, 69, 121],
    ['1.32', 103, 79, 131],
    ['1.34', 103, 79, 131],
  ] as const)('%s: after %d s on average', (kubernetes: ProfileName, middle, least, most) => {
    const scenario = scenarioFrom('scenarios/vm-terminate.yaml', { set: [`kubernetes=${kubernetes}`] })
    const times = play(scenario, 60).flatMap(({ rows }) => rows.flatMap((row) => (row.workload === '*' ? [row.converged ?? NaN] : [])))
    const seconds = times.map((time) => time / 1e6)
    expect(mean(seconds)).toBeGreaterThan(middle - 6)
    expect(mean(seconds)).toBeLessThan(middle + 14)
    expect(Math.min(...seconds)).toBeGreaterThan(least)
    expect(Math.max(...seconds)).toBeLessThan(most + 20)
  })
})
