import { describe, expect, test } from 'vitest'
import { down, type Staged, stage } from '../../faults/control-plane.ts'
import { mean } from '../../support/play.ts'

const scale = (at: number): object => ({ when: { at: `${at}s` }, do: 'scale', of: 'deployment/default/web', replicas: 6 })
const back = (run: Staged): number => run.first(/^component kube-apiserver.* started/)

/** cmd/kube-scheduler/app/server.go:Run: informers, then leader election (1.20 … 1.36). */
describe('a scheduler that starts while there is no API server', () => {
  const runs = stage({ faults: [down('kube-apiserver', 60, 120)], horizon: '8m' }, 20)
  const waits = runs.map((run) => run.first(/^component kube-scheduler.* leads/) - back(run))

  test('fills its caches when its reflectors try again, the last of them up to 60 s after the server is back, and then watches the record for 15 s', () => {
    for (const wait of waits) expect(wait).toBeGreaterThan(15)
    for (const wait of waits) expect(wait).toBeLessThan(60 + 15 + 4.5)
    expect(Math.max(...waits)).toBeGreaterThan(45)
  })

  test('so that a controller manager, which needs none before it is elected, leads long before it', () => {
    const manager = runs.map((run) => run.first(/^component kube-controller-manager.* leads/) - back(run))
    expect(Math.max(...manager)).toBeLessThan(15 + 2 * 4.5)
    expect(mean(waits) - mean(manager)).toBeGreaterThan(10)
  })

  test('one that starts when the server is there fills them in 3 s', () => {
    for (const run of stage({ faults: [down('kube-scheduler', 60, 0)], horizon: '3m' }, 5)) {
      expect(run.first(/^component kube-scheduler.* leads/)).toBeGreaterThan(62 + 3 + 15)
      expect(run.first(/^component kube-scheduler.* leads/)).toBeLessThan(62 + 3 + 15 + 4.5)
    }
  })
})

/** apiserver storage/cacher/watch_cache.go:GetAllEventsSinceThreadUnsafe: nothing older than the list it began with. */
describe('an API server that has been away for 5 s', () => {
  test('and has started anew makes a controller list again: it hears of nothing in the first 0.8 s', () => {
    const runs = stage({ faults: [down('kube-apiserver', 60, 5)], operations: [scale(67.5)], horizon: '3m' }, 20)
    for (const run of runs) {
      expect(run.times(/^component kube-controller-manager.* stopped/)).toEqual([])
      expect(run.first(/^pod .* created/, 60) - back(run)).toBeGreaterThan(0.8)
    }
  })
})

/** pkg/kubelet/kuberuntime/kuberuntime_manager.go:doBackOff: its own exits are those of a container. */
test('a leader that exits again and again is restarted with the back-off of its container', () => {
  const outages = [60, 120, 180].map((at) => down('kube-apiserver', at, 20, { name: `outage-${at}` }))
  for (const run of stage({ faults: outages, horizon: '6m' }, 3)) {
    const exits = run.times(/^component kube-controller-manager.* stopped/)
    const starts = run.times(/^component kube-controller-manager.* started/)
    expect(exits).toHaveLength(3)
    // 2 s of restart, after none, 10 s and 20 s of back-off.
    for (const [i, pause] of [2, 12, 22].entries()) expect((starts[i] as number) - (exits[i] as number)).toBeCloseTo(pause, 3)
  }
})
