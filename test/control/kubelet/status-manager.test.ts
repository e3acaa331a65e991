import { describe, expect, test } from 'vitest'
import type { Instant } from '../../../src/kernel/time.ts'
import { bind, convergedRun, kubeletRun, only, podOf, runFor, STEADY, timeline, truthOf } from './support.ts'

describe('the status of a Pod', () => {
  test('that somebody else has written is put right by the next batch: GET and PATCH', () => {
    const run = convergedRun([{ name: 'a' }], STEADY)
    const lines = timeline(run)
    runFor(run, 13)
    run.world.store.update(run, podOf(run, 0), { ready: false, readyTransition: run.now })
    runFor(run, 60)
    expect(only(lines, '[')).toEqual([
      [13, 'Running [ready]'],
      [20.002, 'Running Ready [ready]'],
    ])
  })

  test('its Ready condition keeps the time of its last transition as the kubelet knows it', () => {
    const run = convergedRun([{ name: 'a' }], STEADY)
    const before = podOf(run, 0).readyTransition
    run.world.store.update(run, podOf(run, 0), { ready: false, readyTransition: 5 as Instant })
    runFor(run, 60)
    expect(podOf(run, 0).readyTransition).toBe(before)
  })

  test.each([
    ['1.20.2', ['Pending [ContainerCreating]', 'Running Ready [ready]', 'Running [Error]', 'Running Ready [ready x1]']],
    ['1.27', ['Pending [ContainerCreating]', 'Running Ready [ready x1]']],
  ] as const)('in %s those that wait for a slow API are posted each, or the newest alone', (profile, expected) => {
    const run = kubeletRun({ ...STEADY, profile, latency: { ...STEADY.latency, 'api-request': 5e6 } })
    const lines = timeline(run)
    bind(run, { name: 'a' })
    runFor(run, 2)
    const { sandbox, container } = truthOf(run, 0)
    run.world.truth.exitContainer(run, sandbox, container, 'app', 1, 'Error')
    runFor(run, 60)
    expect(only(lines, '[').map(([, what]) => what)).toEqual(['Pending []', ...expected])
  })

  test('is not posted again when it is what the API has', () => {
    const run = convergedRun([{ name: 'a' }], STEADY)
    const version = podOf(run, 0).version
    run.world.truth.changed(run, truthOf(run, 0).sandbox)
    runFor(run, 60)
    expect(podOf(run, 0).version).toBe(version)
  })
})
