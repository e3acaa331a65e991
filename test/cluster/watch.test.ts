import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Component } from '../../src/cluster/component.ts'
import { podDraft } from '../../src/cluster/drafts.ts'
import { type MachineId, type Pod, UNBOUND } from '../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../src/cluster/processes.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Distribution } from '../../src/kernel/distribution.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { podTemplate, processOf, testRun } from '../support/world.ts'

const template = podTemplate()
const create = (run: Simulation<World>, name: string): Pod =>
  run.world.store.create(run, 'Pod', podDraft(name, 'default', `pod/default/${name}`, template, null))

/** A controller that logs `ms name version` (version 0: gone) of each Pod it hears of, with what its cache held before. */
function listener(process: 'kube-controller-manager' | 'kubelet' = 'kube-controller-manager') {
  const log: string[] = []
  const component: Component = {
    name: 'listener',
    doc: '',
    process,
    flags: {},
    watches: {
      Pod(run, at, { before, after }) {
        const name = (after ?? (before as Pod)).name
        log.push(`${run.now / 1e3} ${name} ${before?.version ?? 0}→${after?.version ?? 0}`)
        if (at.cache.get('Pod', (after ?? (before as Pod)).id) !== after) log.push('the cache does not hold the change')
      },
    },
    start(_run, at) {
      log.push(`starts with ${[...at.cache.all('Pod')].map(({ name }) => name).join(',')}`)
    },
  }
  return { component, log }
}

describe('A watch', () => {
  test('delivers each change after its delay, once the cache holds it', () => {
    const { component, log } = listener()
    const run = testRun({ components: [component], latency: { watch: 5_000 } })
    startProcess(run, processOf(run, 'kube-controller-manager'))
    const pod = create(run, 'a')
    run.runUntil(2_000 as never, 1e3)
    run.world.store.update(run, pod, { phase: 'Running' })
    run.world.store.remove(run, pod)
    run.runUntil(1e6 as never, 1e3)
    expect(log).toEqual(['starts with ', '5 a 0→1', '7 a 1→2', '7 a 2→0'])
  })

  test('never lets a change overtake an earlier one, however their delays fall', () => {
    const slow: Distribution = { mean: 50_000, sample: (uniform) => uniform() * 100_000 }
    const { component, log } = listener()
    const run = testRun({ components: [component], latency: { watch: slow } })
    startProcess(run, processOf(run, 'kube-controller-manager'))
    let pod = create(run, 'a')
    for (let i = 0; i < 50; i++) {
      run.runUntil((i * 1_000) as never, 1e6)
      pod = run.world.store.update<'Pod'>(run, pod, { phase: 'Running' })
    }
    run.runUntil(1e6 as never, 1e6)
    expect(log.slice(1).map((line) => line.split(' ')[2])).toEqual(Array.from({ length: 51 }, (_, i) => `${i}→${i + 1}`))
    const times = log.slice(1).map((line) => Number(line.split(' ')[0]))
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  test('lists what exists when it starts, and hears of the rest', () => {
    const { component, log } = listener()
    const run = testRun({ components: [component] })
    create(run, 'a')
    create(run, 'b')
    run.runUntil(1_000 as never, 1e3)
    startProcess(run, processOf(run, 'kube-controller-manager'))
    create(run, 'c')
    run.runUntil(1e6 as never, 1e3)
    expect(log).toEqual(['starts with a,b', '2 c 0→1'])
  })

  test('ends with its process; the next one lists afresh and misses nothing', () => {
    const { component, log } = listener()
    const run = testRun({ components: [component], latency: { watch: 5_000 } })
    const manager = processOf(run, 'kube-controller-manager')
    startProcess(run, manager)
    const a = create(run, 'a')
    run.runUntil(1_000 as never, 1e3)
    stopProcess(run, manager)
    create(run, 'b')
    run.runUntil(2_000 as never, 1e3)
    startProcess(run, manager)
    run.world.store.update(run, a, { phase: 'Running' })
    run.runUntil(1e6 as never, 1e3)
    expect(log).toEqual(['starts with ', 'starts with a,b', '7 a 1→2'])
  })

  test('of a kubelet concerns the Pods bound to its Node only', () => {
    const { component, log } = listener('kubelet')
    const run = testRun({ components: [component] })
    const here = create(run, 'here')
    const there = create(run, 'there')
    run.world.store.update(run, there, { node: 1 as MachineId })
    startProcess(run, processOf(run, 'kubelet/worker-1'))
    startProcess(run, processOf(run, 'kubelet/worker-2'))
    expect(here.node).toBe(UNBOUND)
    run.world.store.update(run, here, { node: 0 as MachineId })
    run.runUntil(1e6 as never, 1e3)
    expect(log).toEqual(['starts with ', 'starts with there', '1 here 0→2'])
  })
})

test('The change log forgets what every watch has read, and nothing else', () => {
  const { component, log } = listener()
  const run = testRun({ components: [component] })
  startProcess(run, processOf(run, 'kube-controller-manager'))
  let pod = create(run, 'a')
  for (let i = 1; i <= 1000; i++) {
    run.runUntil((i * 10_000) as never, 1e6)
    pod = run.world.store.update<'Pod'>(run, pod, { phase: 'Running' })
  }
  run.runUntil(2e7 as never, 1e6)
  expect(log).toHaveLength(1002)
  const held = (run.world.store.pods.log as unknown as { entries: unknown[] }).entries.length
  expect(held).toBeLessThan(200)
})

test('Whatever is written while processes come and go, a cache that has caught up equals the store', () => {
  const step = fc.record({ what: fc.constantFrom('create', 'update', 'remove', 'restart'), which: fc.nat(5), wait: fc.nat(4_000) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { component, log } = listener()
      const run = testRun({ components: [component], latency: { watch: { mean: 0, sample: (uniform) => uniform() * 8_000 } } })
      const manager = processOf(run, 'kube-controller-manager')
      startProcess(run, manager)
      const { store } = run.world
      for (const { what, which, wait } of steps) {
        const pod = store.pods.find('default', `p${which}`)
        if (what === 'create' && pod === undefined) create(run, `p${which}`)
        if (what === 'update' && pod !== undefined) store.update(run, pod, { phase: 'Running' })
        if (what === 'remove' && pod !== undefined) store.remove(run, pod)
        if (what === 'restart') {
          stopProcess(run, manager)
          startProcess(run, manager)
        }
        run.runUntil((run.now + wait) as never, 1e6)
      }
      run.runUntil((run.now + 1e6) as never, 1e6)
      expect([...manager.cache.all('Pod')]).toEqual([...store.pods])
      expect(log).not.toContain('the cache does not hold the change')
    }),
    { seed: 1, numRuns: process.env.RECONVERGE_FULL === '1' ? 1000 : 60 },
  )
})
