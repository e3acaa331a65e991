import { describe, expect, test } from 'vitest'
import { imageStep, parallelPulls } from '../../../src/control/kubelet/images.ts'
import { kubeletsOf } from '../../../src/control/kubelet/state.ts'
import type { PodManifest } from '../../../src/scenario/specs.ts'
import { containerSpec, podSpec } from '../../support/world.ts'
import { bind, convergedRun, kubeletRun, type Line, only, runFor, STEADY, timeline } from './support.ts'

const draftManifest = (name: string): PodManifest => ({
  kind: 'Pod',
  name,
  namespace: 'default',
  labels: {},
  annotations: {},
  spec: podSpec(),
})

const image = (name: string, policy: 'Always' | 'IfNotPresent' | 'Never' = 'IfNotPresent') => ({
  containers: [containerSpec({ image: name, imagePullPolicy: policy })],
})

/** Starts of Pods that are bound at once, each with an image of its own that takes 5 s to pull. */
const pulls = (count: number, kubelet: Record<string, unknown>, profile: '1.20' | '1.34' = '1.34'): readonly Line[] => {
  const run = kubeletRun({ ...STEADY, profile, flags: { kubelet }, latency: { ...STEADY.latency, 'image-pull': 5e6 } })
  const lines = timeline(run)
  for (let i = 0; i < count; i++) bind(run, { name: `p${i}`, spec: image(`i${i}`) })
  runFor(run, 100)
  return only(lines, 'starts')
}

const starts = (...times: number[]): Line[] => times.map((time) => [time, 'app starts'])

describe('images', () => {
  test('are pulled one at a time, first come first served', () => {
    expect(pulls(3, {})).toEqual(starts(5.201, 10.201, 15.201))
  })

  test('are pulled all at once without serializeImagePulls, so many at a time as maxParallelImagePulls says', () => {
    expect(pulls(3, { serializeImagePulls: false })).toEqual(starts(5.201, 5.201, 5.201))
    expect(pulls(3, { serializeImagePulls: false, maxParallelImagePulls: 2 })).toEqual(starts(5.201, 5.201, 10.201))
    expect([parallelPulls(false, 2, 26), parallelPulls(false, 2, 27), parallelPulls(true, 2, 27)]).toEqual([Infinity, 2, 1])
  })

  test('a pull beyond registryBurst fails at once and is tried again', () => {
    const found = pulls(3, { serializeImagePulls: false, registryPullQPS: 1, registryBurst: 2 })
    expect(found.slice(0, 2)).toEqual(starts(5.201, 5.201))
    expect(found[2]?.[0]).toBeGreaterThan(15)
  })

  test('of known size take as long as the rate says', () => {
    const behaviour = [{ select: { all: true } as const, image: 200e6 }]
    const run = kubeletRun({ ...STEADY, latency: { ...STEADY.latency, 'image-pull-rate': 50e6 }, fields: { behaviour } })
    const lines = timeline(run)
    bind(run, { name: 'a' })
    runFor(run, 30)
    expect(only(lines, 'starts')).toEqual(starts(4.201))
  })

  test('present on the machine are not pulled again, unless the policy is Always: then the registry is asked', () => {
    for (const [policy, time] of [
      ['IfNotPresent', 10.201],
      ['Never', 10.201],
      ['Always', 10.251],
    ] as const) {
      const run = kubeletRun({ ...STEADY, latency: { ...STEADY.latency, 'image-check': 50_000 } })
      bind(run, { name: 'a' })
      runFor(run, 10)
      const lines = timeline(run)
      bind(run, { name: 'b', spec: image('app:v1', policy) })
      runFor(run, 30)
      expect(only(lines, 'starts')).toEqual(starts(time))
    }
  })

  test.each([
    ['used', 0.301],
    ['all', 0.301],
    ['none', 0.401],
  ] as const)('images: %s says what a Pod of a workload finds on a machine that runs another Pod of it', (images, time) => {
    const manifest = draftManifest('b')
    const run = convergedRun([{ name: 'a' }], { ...STEADY, workloads: [manifest], fields: { images } })
    runFor(run, 10)
    const lines = timeline(run)
    bind(run, { name: 'b' })
    runFor(run, 30)
    expect(only(lines, 'starts')).toEqual(starts(Math.round((10 + time - 0.1) * 1000) / 1000))
  })

  test('what is done before a container starts', () => {
    expect(imageStep('Never', false, false)).toBe('never')
    expect(imageStep('IfNotPresent', true, true)).toBe('present')
    expect(imageStep('IfNotPresent', false, true)).toBe('backoff')
    expect(imageStep('Always', true, false)).toBe('pull')
  })
})

describe('an outage of the registry', () => {
  const outage = (until: number): readonly Line[] => {
    const run = kubeletRun(STEADY)
    const lines = timeline(run)
    kubeletsOf(run.world).registryOutages = 1
    bind(run, { name: 'a' })
    runFor(run, until)
    kubeletsOf(run.world).registryOutages = 0
    runFor(run, 600)
    return lines
  }

  test('backs off 10, 20, 40 … s after each failed pull, tried on the 10 … 15 s grid of errors', () => {
    const lines = outage(200)
    expect(only(lines, '[').slice(0, 5)).toEqual([
      [0, 'Pending []'],
      [0.003, 'Pending [ContainerCreating]'],
      [1.022, 'Pending [ErrImagePull]'],
      [12.002, 'Pending [ImagePullBackOff]'],
      [27.002, 'Pending [ErrImagePull]'],
    ])
  })

  test('that is over costs the rest of the back-off', () => {
    const start = only(outage(100), 'starts')[0]?.[0] as number
    // The pull that failed last before 100 s was at 82.1 s, with a back-off of 80 s; then the next retry on the grid.
    expect(start).toBeGreaterThan(162.1)
    expect(start).toBeLessThan(162.1 + 17)
  })

  test('does not stop what needs no pull', () => {
    const run = kubeletRun(STEADY)
    bind(run, { name: 'a' })
    runFor(run, 10)
    kubeletsOf(run.world).registryOutages = 1
    const lines = timeline(run)
    bind(run, { name: 'b' })
    bind(run, { name: 'c', spec: image('app:v1', 'Always') })
    runFor(run, 60)
    expect(only(lines, 'starts')).toEqual(starts(10.201))
  })
})
