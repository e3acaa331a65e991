import { describe, expect, test } from 'vitest'
import { type Staged, stage, web } from '../faults/control-plane.ts'

const STOP = 300
/** Every time of the paper is counted from the instant at which the kubelet stops. */
const since = (time: number): number => time - STOP

const PROBE = { readinessProbe: { httpGet: { path: '/', port: 80 }, periodSeconds: 10 } }

/** A kubelet that is down for `down` s, the last of which it takes to start. */
const restart = (kubernetes: string, downFor: number, container: object, faults: readonly object[] = []): readonly Staged[] => {
  const stop = { name: 'stop', fault: 'kubelet-stop', when: { at: `${STOP}s` }, who: { node: 'worker-1' }, for: `${downFor - 1}s` }
  return stage({ kubernetes, nodes: { count: 1 }, workloads: [web(2, {}, container)], faults: [stop, ...faults], horizon: '12m' }, 10)
}

/** kubernetes-semantics §11.3: kubelet restart, containers survive, down K = 10 s. */
describe.each(['1.20', '1.32', '1.34'])('a kubelet restarts, Kubernetes %s', (kubernetes) => {
  const exits = {
    name: 'exit',
    fault: 'container-crash',
    when: { at: `${STOP + 3}s` },
    who: { workload: 'deployment/default/web', count: 1 },
  }
  const loops = {
    name: 'loop',
    fault: 'container-crash',
    when: { at: '60s' },
    who: { workload: 'deployment/default/web', count: 1 },
    after: '1s',
    for: `${STOP + 200}s`,
  }

  test('0 … 10 s: an exited container is not restarted; 11 … 13 s: it is', () => {
    for (const run of restart(kubernetes, 10, {}, [exits])) {
      const started = since(run.first(/^cri .* containerStarted/, STOP))
      expect(started).toBeGreaterThan(10)
      expect(started).toBeLessThan(13.1)
    }
  })

  test('containers that run are left alone, and Pods without a readiness probe stay ready', () => {
    for (const run of restart(kubernetes, 10, {})) expect(run.times(/^(?:cri|pod) .* (?:containerSt|ready)/, 1)).toEqual([])
  })

  test('11 … 13 s: the back-off of a container that crashes again and again is forgotten, and it is tried at once', () => {
    for (const run of restart(kubernetes, 10, {}, [loops])) {
      const before = run.times(/^cri .* containerStarted/).filter((time) => time < STOP).length
      expect(before).toBeGreaterThan(3)
      const started = since(run.first(/^cri .* containerStarted/, STOP))
      expect(started).toBeGreaterThan(10)
      expect(started).toBeLessThan(13.1)
    }
  })

  test('11 … 21 s: Pods with a readiness probe are not ready until its first success', () => {
    for (const run of restart(kubernetes, 10, PROBE)) {
      const lost = run.times(/^pod .* ready false/, STOP).map(since)
      const back = run.times(/^pod .* ready true/, STOP).map(since)
      expect(lost).toHaveLength(2)
      expect(back).toHaveLength(2)
      for (const time of lost) expect(time).toBeGreaterThanOrEqual(10)
      for (const time of lost) expect(time).toBeLessThan(13.1)
      for (const time of back) expect(time).toBeLessThan(22.2)
    }
  })

  test('the Node is never NotReady', () => {
    for (const run of restart(kubernetes, 10, {})) expect(run.times(/^node .* (?:ready|taint)/)).toEqual([])
  })

  test('nor when the kubelet is down for as long as its grace period leaves after a renewal, 30 s or 40 s', () => {
    const safe = kubernetes === '1.20' ? 29 : 39
    for (const run of restart(kubernetes, safe, {})) expect(run.times(/^node .* (?:ready|taint)/)).toEqual([])
    const late = restart(kubernetes, safe + 30, {}).flatMap((run) => run.times(/^node .* ready status=Unknown/))
    expect(late).toHaveLength(10)
  })
})

test('from 1.35 on readiness is kept', () => {
  for (const run of restart('1.35', 10, PROBE)) expect(run.times(/^pod .* ready/, STOP)).toEqual([])
})
