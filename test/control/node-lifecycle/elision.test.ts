import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Node } from '../../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../../src/cluster/processes.ts'
import { garbageCollector } from '../../../src/control/garbage-collector.ts'
import { nodeLifecycle } from '../../../src/control/node-lifecycle.ts'
import { podGC } from '../../../src/control/pod-gc.ts'
import { taintEviction } from '../../../src/control/taint-eviction.ts'
import { lognormal } from '../../../src/kernel/distributions/lognormal.ts'
import type { Elision } from '../../../src/kernel/loop.ts'
import type { FlagSettings } from '../../../src/scenario/flags.ts'
import type { ProfileName } from '../../../src/scenario/profile.ts'
import { at, comeBack, crash, nodeOf, outage, until } from '../../support/outage.ts'
import { processOf } from '../../support/world.ts'

const RUNS = process.env.RECONVERGE_FULL === '1' ? 400 : 20
const NODES = ['a0', 'a1', 'a2', 'a3', 'b0', 'b1', 'b2', 'x0']

/** One thing done to one Node, or to the controller manager, at a time [s]. */
interface Act {
  readonly time: number
  readonly what: 'crash' | 'come back' | 'not ready' | 'cordon' | 'delete' | 'restart'
  readonly node: string
}

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    time: fc.double({ min: 0, max: 300, noNaN: true }),
    what: fc.constantFrom(...(['crash', 'crash', 'crash', 'come back', 'come back', 'not ready', 'cordon', 'delete', 'restart'] as const)),
    node: fc.constantFrom(...NODES),
  }),
  { minLength: 1, maxLength: 14 },
)

interface Mode {
  readonly by: string
  readonly profile: ProfileName
  readonly flags: FlagSettings
}

const evictsByTimeout = { 'enable-taint-manager': false, 'pod-eviction-timeout': 60e6 }
const MODES: readonly Mode[] = [
  ...(['1.20.2', '1.20', '1.28', '1.34'] as const).map((profile) => ({ profile, by: 'taint', flags: {} })),
  { profile: '1.20', by: 'timeout', flags: evictsByTimeout },
]

/** Everything that was written and noticed, and how many events it took. */
function play(
  program: readonly Act[],
  { profile, flags }: Mode,
  elision: Elision,
  constant: boolean,
): { lines: string[]; handled: number } {
  const calls = lognormal.create({ median: 8_000, p99: 50_000 } as never)
  const { run, story } = outage({
    zones: { a: 4, b: 3, x: 1 },
    pods: 3,
    podSpec: {
      tolerations: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', value: '', effect: 'NoExecute', tolerationSeconds: 30 }],
    },
    profile,
    flags: { 'kube-controller-manager': flags },
    elision,
    components: [nodeLifecycle, taintEviction, podGC, garbageCollector],
    latency: constant ? {} : { 'api-request': calls, 'api-get': calls, watch: calls, heartbeat: calls, 'controller-sync': calls },
  })
  const kcm = processOf(run, 'kube-controller-manager')
  for (const { time, what, node } of program) {
    if (what === 'crash') crash(run, time, [node])
    else if (what === 'come back') comeBack(run, time, [node])
    else
      at(run, time, (now) => {
        const held = nodeOf(now, node) as Node | undefined
        if (what === 'restart') {
          stopProcess(now, kcm)
          startProcess(now, kcm)
        } else if (held === undefined) return
        else if (what === 'not ready') now.world.store.update(now, held, { ready: 'False', readyTransition: now.now })
        else if (what === 'cordon') now.world.store.update(now, held, { unschedulable: !held.unschedulable })
        else now.world.store.remove(now, held)
      })
  }
  until(run, 500)
  return { lines: story.lines, handled: run.handled }
}

describe('elision', () => {
  test.each(MODES)('a cluster of Kubernetes $profile that evicts by $by writes the same whether its loops are events or not', (mode) => {
    fc.assert(
      fc.property(acts, fc.boolean(), (program, constant) => {
        const elided = play(program, mode, 'elided', constant)
        const unelided = play(program, mode, 'unelided', constant)
        expect(elided.lines).toEqual(unelided.lines)
        expect(elided.handled).toBeLessThan(unelided.handled)
      }),
      { seed: 1, numRuns: RUNS },
    )
  })
})
