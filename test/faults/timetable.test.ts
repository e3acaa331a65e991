import { describe, expect, test } from 'vitest'
import { podDraft } from '../../src/cluster/drafts.ts'
import type { MachineId, PodId } from '../../src/cluster/objects.ts'
import type { Occurrence } from '../../src/cluster/observers.ts'
import type { World } from '../../src/cluster/world.ts'
import { faults } from '../../src/faults/index.ts'
import { scheduleFaults } from '../../src/faults/timetable.ts'
import type { Distribution } from '../../src/kernel/distribution.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import type { FaultSpec } from '../../src/scenario/scenario.ts'
import { constant, machineSpec, podTemplate, testRun } from '../support/world.ts'

const at = (s: number): Instant => seconds(s) as number as Instant
const exponential = (mean: number): Distribution => ({ mean, sample: (uniform) => -mean * Math.log(1 - uniform()) })

function spec(fields: Partial<FaultSpec> = {}): FaultSpec {
  return { name: 'f', fault: 'node-crash', when: { at: at(60) }, who: { target: { all: true } }, parameters: {}, ...fields }
}

interface Seen {
  readonly s: number
  readonly event: string
  readonly targets: readonly string[]
}

/** Runs a world of idle machines under `specs`; answers what fired and ended, and what was remarked. */
function play(specs: readonly FaultSpec[], horizon: number, options: { machines?: number; replication?: number } = {}) {
  const machines = Array.from({ length: options.machines ?? 4 }, (_, i) =>
    machineSpec(`worker-${i + 1}`, { zone: i % 2 === 0 ? 'a' : 'b' }),
  )
  const run = testRun({ machines, replication: options.replication ?? 1, fields: { faults: specs, horizon: at(horizon) } })
  const seen: Seen[] = []
  const remarks: string[] = []
  run.world.observers.add({
    fault: (now, occurrence: Occurrence, event) => seen.push({ s: now.now / 1e6, event, targets: occurrence.targets }),
    remark: (_run, text) => remarks.push(text),
  })
  scheduleFaults(run, faults)
  run.runUntil(at(horizon), 1e7)
  return { run, seen, remarks }
}

describe('when', () => {
  test('a fault at an instant begins then and ends after its duration', () => {
    const { seen } = play([spec({ who: { target: { nodes: ['worker-2'] } }, for: constant(seconds(30)) })], 200)
    expect(seen).toEqual([
      { s: 60, event: 'begin', targets: ['worker-2'] },
      { s: 90, event: 'end', targets: ['worker-2'] },
    ])
  })

  test.each(['target', undefined] as const)('a repeated fault does not fire at the horizon itself (per: %s)', (per) => {
    const when = { every: constant(seconds(60)), from: at(0), ...(per === undefined ? {} : { per }) }
    const { seen } = play([spec({ when, who: { target: { nodes: ['worker-2'] } }, for: constant(seconds(1)) })], 180)
    expect(seen.filter(({ event }) => event === 'begin').map(({ s }) => s)).toEqual([60, 120])
  })

  test('a repeated fault goes on firing to the horizon: in 1000 mean gaps about 1000 times', () => {
    const when = { every: exponential(seconds(100)), from: at(0) }
    const { seen } = play([spec({ when, who: { target: { all: true }, count: 1 }, for: constant(seconds(1)) })], 100_000)
    const begins = seen.filter(({ event }) => event === 'begin').length
    expect(begins).toBeGreaterThan(1000 - 4 * Math.sqrt(1000))
    expect(begins).toBeLessThan(1000 + 4 * Math.sqrt(1000))
  })

  test('a hazard per target fires twice as often when there are twice as many of them', () => {
    const when = { every: exponential(seconds(1000)), from: at(0), per: 'target' } as const
    const fired = (machines: number): number =>
      play([spec({ when, for: constant(seconds(1)) })], 200_000, { machines }).seen.filter(({ event }) => event === 'begin').length
    expect(fired(8) / fired(4)).toBeCloseTo(2, 0)
    expect(fired(4)).toBeGreaterThan(800 - 4 * Math.sqrt(800))
  })

  test('a trace fires at its instants, at its targets', () => {
    const trace = [
      { at: at(10), target: 'worker-3' },
      { at: at(20), target: 'worker-1' },
    ]
    const { seen } = play([spec({ when: { trace }, for: constant(seconds(1)) })], 100)
    expect(seen.filter(({ event }) => event === 'begin').map(({ s, targets }) => [s, targets])).toEqual([
      [10, ['worker-3']],
      [20, ['worker-1']],
    ])
  })
})

describe('who', () => {
  test('a zone is one occurrence with all its machines', () => {
    expect(play([spec({ who: { target: { zone: 'a' } } })], 100).seen[0]?.targets).toEqual(['worker-1', 'worker-3'])
  })

  test('a random pick depends on seed and replication, and not on a machine that was added', () => {
    const who = { target: { all: true }, count: 1 } as const
    const picks = (machines: number): string[] =>
      Array.from({ length: 40 }, (_, replication) => play([spec({ who })], 100, { machines, replication }).seen[0]?.targets[0] ?? '')
    const four = picks(4)
    expect(new Set(four).size).toBe(4)
    expect(picks(4)).toEqual(four)
    for (const [i, name] of picks(5).entries()) expect([four[i], 'worker-5']).toContain(name)
  })

  test('a share rounds to the nearest number', () => {
    expect(play([spec({ who: { target: { all: true }, share: 0.6 } })], 100).seen[0]?.targets).toHaveLength(2)
  })
})

describe('overlaps', () => {
  test('a machine hit twice has power again only after the last end', () => {
    const who = { target: { nodes: ['worker-1'] } } as const
    const first = spec({ name: 'first', when: { at: at(10) }, who, for: constant(seconds(50)) })
    const second = spec({ name: 'second', when: { at: at(30) }, who, for: constant(seconds(100)) })
    const { run, seen } = play([first, second], 100)
    expect(seen).toHaveLength(3)
    expect(run.world.truth.machine(0 as MachineId)).toMatchObject({ up: false, outages: 1 })
    run.runUntil(at(140), 1e6)
    expect(run.world.truth.machine(0 as MachineId)).toMatchObject({ up: true, outages: 0 })
  })

  test('the same machine can be hit again and again', () => {
    const when = { every: constant(seconds(100)), from: at(0), count: 3 }
    const { seen } = play([spec({ when, who: { target: { nodes: ['worker-1'] } }, for: constant(seconds(10)) })], 1000)
    expect(seen.filter(({ event }) => event === 'begin').map(({ s }) => s)).toEqual([100, 200, 300])
  })
})

test('a target that is gone when its fault fires is remarked on, and the run goes on', () => {
  const { seen, remarks } = play([spec({ fault: 'pause-kill', who: { target: { pod: 'default/web-0' } } })], 100)
  expect(seen).toMatchObject([{ event: 'begin', targets: [] }])
  expect(remarks).toEqual(['f fired at 60 s and found nothing to hit'])
})

/** A Pod that runs on worker-1 without any kubelet. */
function runningPod(run: Simulation<World>): PodId {
  const draft = { ...podDraft('web-0', 'default', 'pod/default/web-0', podTemplate(), null), node: 0 as MachineId }
  const pod = run.world.store.create(run, 'Pod', draft)
  const sandbox = run.world.truth.createSandbox(pod, pod.node, '10.0.0.1')
  run.world.truth.startContainer(run, sandbox, 'containers', 0, 'app', 0)
  return pod.id as PodId
}

function withPod(fault: FaultSpec): { run: Simulation<World>; pod: PodId } {
  const run = testRun({ fields: { faults: [fault] } })
  const pod = runningPod(run)
  scheduleFaults(run, faults)
  return { run, pod }
}

describe('container-crash', () => {
  test('ends the process of one container with the exit code it was given', () => {
    const { run, pod } = withPod(spec({ fault: 'container-crash', who: { target: { all: true } }, parameters: { 'exit-code': 3 } }))
    run.runUntil(at(100), 1e6)
    expect(run.world.truth.sandbox(pod)?.containers[0]).toMatchObject({
      state: 'exited',
      exitCode: 3,
      reason: 'Error',
      finishedAt: seconds(60),
    })
  })

  test('with `after` crashes again that long after every start, until the fault ends', () => {
    const parameters = { 'exit-code': 1, after: constant(seconds(5)) }
    const { run, pod } = withPod(spec({ fault: 'container-crash', parameters, for: constant(seconds(100)) }))
    const restartAt = (s: number): void => {
      run.runUntil(at(s), 1e6)
      const sandbox = run.world.truth.sandbox(pod)
      if (sandbox !== undefined) run.world.truth.startContainer(run, sandbox, 'containers', 0, 'app', 0)
    }
    restartAt(70)
    run.runUntil(at(75), 1e6)
    expect(run.world.truth.sandbox(pod)?.containers[0]).toMatchObject({ state: 'exited', finishedAt: seconds(75) })
    restartAt(170)
    run.runUntil(at(300), 1e6)
    expect(run.world.truth.sandbox(pod)?.containers[0]?.state).toBe('running')
  })
})

test('pause-kill ends the sandbox, and nothing else: the containers run on until their kubelet ends them', () => {
  const { run, pod } = withPod(spec({ fault: 'pause-kill' }))
  run.runUntil(at(100), 1e6)
  expect(run.world.truth.sandbox(pod)).toMatchObject({ up: false, serves: false })
  expect(run.world.truth.sandbox(pod)?.containers[0]?.state).toBe('running')
  expect(run.world.truth.machine(0 as MachineId).up).toBe(true)
})
