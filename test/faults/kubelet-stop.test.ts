import { describe, expect, test } from 'vitest'
import { only, PROBE, runFor } from '../control/kubelet/support.ts'
import { containerSpec } from '../support/world.ts'
import { faultAt, faultyRun } from './support.ts'

/** Kubelet restart: kubernetes-semantics §2.10, §11.3. The kubelet takes 0.1 s to start here, its first relist 20 ms. */
describe('a kubelet is stopped', () => {
  test('its containers go on; one that ends is restarted only when the kubelet is back', () => {
    const crash = faultAt('container-crash', 15, { parameters: { 'exit-code': 1 } })
    const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('kubelet-stop', 10, { lasts: 20 }), crash])
    runFor(run, 60)
    expect(lines).toEqual([
      [10, 'kubelet-stop begins'],
      [15, 'container-crash begins'],
      [15, 'app exits 1'],
      [15, 'serves no more'],
      [30, 'kubelet-stop ends'],
      [30.12, 'noticed'],
      [30.2, 'waits: start'],
      [30.202, 'Running [Error]'],
      [30.3, 'app starts'],
      [30.3, 'serves'],
      [30.3, 'waits: ready'],
      [31.14, 'waits: settle'],
      [31.142, 'Running Ready [ready x1]'],
    ])
  })

  test('up to 1.34 a readiness probe begins anew: not ready until it first succeeds; from 1.35 the Pod stays ready', () => {
    const readiness = { spec: { containers: [containerSpec({ readinessProbe: PROBE })] } }
    const statuses = (profile: '1.34' | '1.35') => {
      const { run, lines } = faultyRun([{ name: 'a', ...readiness }], [faultAt('kubelet-stop', 10, { lasts: 20 })], { profile })
      runFor(run, 60)
      return only(lines, '[', 'serves')
    }
    expect(statuses('1.34').map(([, what]) => what)).toEqual(['Running [running]', 'Running Ready [ready]'])
    expect(statuses('1.35')).toEqual([])
  })

  test('two faults that overlap keep it stopped until both have ended', () => {
    const stops = [faultAt('kubelet-stop', 10, { lasts: 20 }), faultAt('kubelet-stop', 20, { name: 'other', lasts: 30 })]
    const { run } = faultyRun([{ name: 'a' }], stops)
    runFor(run, 49)
    expect(run.world.heartbeats.running(0 as never)).toBe(false)
    runFor(run, 50.2)
    expect(run.world.heartbeats.running(0 as never)).toBe(true)
  })

  test('a machine that boots meanwhile does not start it', () => {
    const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('kubelet-stop', 10, { lasts: 50 }), faultAt('node-reboot', 20)])
    runFor(run, 90)
    expect(only(lines, 'exits', 'starts')).toEqual([
      [20, 'app exits 137'],
      [60.4, 'app starts'],
    ])
  })
})
