import { describe, expect, test } from 'vitest'
import type { Node } from '../../../src/cluster/objects.ts'
import { bind, convergedRun, only, podOf, runFor, STEADY, timeline } from './support.ts'

const N = 0 as never

type Profile = '1.20.2' | '1.27'

/** When the Node is said to be ready, or not, from now on [s]. */
function readiness(run: ReturnType<typeof convergedRun>): readonly [number, Node['ready']][] {
  const seen: [number, Node['ready']][] = []
  run.world.observers.add({
    changed(at, { before, after }) {
      if (after?.kind !== 'Node' || (before as Node | undefined)?.ready === (after as Node).ready) return
      seen.push([at.now / 1e6, (after as Node).ready])
    },
  })
  return seen
}

/** kubelet.go:fastStatusUpdateOnce, kubelet_node_status.go:syncNodeStatus (1.20 … 1.36); PR #112618, 1.26. */
describe('a Node whose network comes after its kubelet', () => {
  const replaced = (profile: Profile) => {
    const run = convergedRun([], { ...STEADY, profile, plugin: 'none', latency: { ...STEADY.latency, 'network-setup': 13e6 } })
    run.world.truth.terminate(run, N)
    const seen = readiness(run)
    run.world.truth.replace(run, N)
    return { run, seen }
  }

  test('up to 1.25 says so when it is linked again, if it was cut off when its network came', () => {
    const { run, seen } = replaced('1.20.2')
    runFor(run, 2)
    run.world.truth.cutOff(run, N)
    runFor(run, 28)
    run.world.truth.link(run, N)
    runFor(run, 120)
    expect(seen.map(([, ready]) => ready).slice(0, 2)).toEqual(['False', 'True'])
    expect(seen[1]?.[0]).toBeGreaterThan(30)
  })

  test('is ready at once from 1.26, with the next status of its period up to 1.25', () => {
    const newer = replaced('1.27')
    runFor(newer.run, 60)
    const older = replaced('1.20.2')
    runFor(older.run, 60)
    expect([newer.seen, older.seen]).toEqual([
      [
        [0.301, 'False'],
        [13.201, 'True'],
      ],
      [
        [0.201, 'False'],
        [20.203, 'True'],
      ],
    ])
  })
})

/** kubelet.go:syncPod, pod_workers.go:backOffOnTransientErrorPeriod (1.20 … 1.36). */
test('a Pod on a machine without network waits for it, looking every 1 … 1.5 s; one in the network of its host does not', () => {
  const run = convergedRun([], { ...STEADY, latency: { ...STEADY.latency, 'network-setup': 13e6 } })
  const lines = timeline(run)
  run.world.truth.terminate(run, N)
  run.world.truth.replace(run, N)
  runFor(run, 1)
  bind(run, { name: 'a' })
  bind(run, { name: 'b', spec: { hostNetwork: true } })
  runFor(run, 60)
  const [host, other] = only(lines, 'app starts').map(([at]) => at)
  expect(host).toBeLessThan(2)
  expect(other).toBeGreaterThan(13.2)
  expect(other).toBeLessThan(13.2 + 2.5 + 0.3)
  expect(podOf(run, 0).ready).toBe(true)
})
