import { describe, expect, test } from 'vitest'
import type { Node } from '../../src/cluster/objects.ts'
import { only, podOf, runFor, terminate } from '../control/kubelet/support.ts'
import { at } from '../support/outage.ts'
import { faultAt, faultyRun } from './support.ts'

const crash = (time: number) => faultAt('container-crash', time, { parameters: { 'exit-code': 1 } })

/** PLEG: pkg/kubelet/pleg/generic.go:Healthy, relistThreshold 3 min; pkg/kubelet/nodestatus/setters.go:ReadyCondition (1.20 … 1.36); kubernetes-semantics §2.1, §2.2. */
describe('a container runtime hangs', () => {
  const hung = (lasts?: number) => {
    const fault = faultAt('runtime-hang', 10, lasts === undefined ? {} : { lasts })
    const { run, lines } = faultyRun([{ name: 'a' }, { name: 'b' }], [fault, crash(20)])
    const ready: [number, string | null][] = []
    run.world.observers.add({
      changed(now, { before, after }) {
        if (after?.kind === 'Node' && (before as Node | undefined)?.ready !== (after as Node).ready)
          ready.push([now.now / 1e6, (after as Node).ready])
      },
    })
    return { run, lines, ready }
  }

  test('what runs goes on, what ends is not noticed; the Node says so with the first status more than 3 min after the last relist', () => {
    const { run, lines, ready } = hung()
    runFor(run, 400)
    expect(only(lines, 'starts', 'noticed', 'Running')).toEqual([])
    expect(run.world.truth.sandbox(podOf(run, 1).id as never)?.up).toBe(true)
    expect(ready.map(([, is]) => is)).toEqual(['False'])
    // The last relist before 10 s began at 9.16 s.
    expect(ready[0]?.[0]).toBeGreaterThan(189.16)
    expect(ready[0]?.[0]).toBeLessThan(199.17)
    expect(run.world.heartbeats.running(podOf(run, 0).node)).toBe(true)
  })

  test('for less than that: what has ended meanwhile starts again once it answers, and the Node was ready throughout', () => {
    const { run, lines, ready } = hung(60)
    runFor(run, 400)
    expect(only(lines, 'noticed').map(([time]) => time)).toEqual([70.02, 70.02])
    expect(only(lines, 'starts').map(([time]) => time)).toEqual([70.12, 70.12])
    expect(ready).toEqual([])
  })

  test('and answers again: the Node is ready with the next status', () => {
    const { run, ready } = hung(300)
    runFor(run, 400)
    expect(ready.map(([, is]) => is)).toEqual(['False', 'True'])
    expect(ready[1]?.[0]).toBeGreaterThan(310)
    expect(ready[1]?.[0]).toBeLessThan(320.01)
  })

  test('a Pod that is deleted meanwhile ends only when it answers again', () => {
    const { run, lines } = hung(100)
    at(run, 30, () => terminate(run, podOf(run, 1).id as never))
    runFor(run, 109)
    expect(only(lines, 'exits')).toHaveLength(2)
    expect(run.world.truth.sandbox(podOf(run, 1).id as never)?.up).toBe(true)
    runFor(run, 130)
    expect(podOf(run, 1)).toBeUndefined()
  })

  test('a kubelet that starts meanwhile says that it is not ready', () => {
    const stop = faultAt('kubelet-stop', 20, { lasts: 5 })
    const { run } = faultyRun([{ name: 'a' }], [faultAt('runtime-hang', 10, { lasts: 60 }), stop])
    runFor(run, 40)
    expect(run.world.store.tables.Node.get(podOf(run, 0).node)?.ready).toBe('False')
    runFor(run, 90)
    expect(run.world.store.tables.Node.get(podOf(run, 0).node)?.ready).toBe('True')
  })
})
