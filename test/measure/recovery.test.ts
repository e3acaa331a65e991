import { describe, expect, test } from 'vitest'
import { draftOf, podDraft } from '../../src/cluster/drafts.ts'
import type { MachineId, PodId } from '../../src/cluster/objects.ts'
import type { Occurrence } from '../../src/cluster/observers.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import type { OccurrenceRow } from '../../src/measure/record.ts'
import { Recovery } from '../../src/measure/recovery.ts'
import { occurrenceRows } from '../../src/measure/rows.ts'
import { stateful } from '../support/converged.ts'
import { deployment, podTemplate, testRun } from '../support/world.ts'

/** A world whose only actor is the test: a Deployment `web` of Pods that the test creates, kills and repairs by hand. */
function stage(replicas: number): { run: Simulation<World>; recovery: Recovery; pods: PodId[] } {
  const run = testRun()
  const recovery = new Recovery()
  run.world.observers.add(recovery)
  run.world.store.create(run, 'Deployment', draftOf(deployment('web', replicas)) as never)
  const pods = Array.from({ length: replicas }, (_, i) => create(run, `web-${i}`, (i % 3) as MachineId))
  for (const pod of pods) start(run, pod)
  recovery.begin()
  return { run, recovery, pods }
}

function create(run: Simulation<World>, name: string, node: MachineId): PodId {
  const owner = { kind: 'Deployment', id: 0 } as const
  return run.world.store.create(run, 'Pod', { ...podDraft(name, 'default', `pod/default/${name}`, podTemplate(), owner), node }).id as PodId
}

function start(run: Simulation<World>, id: PodId): void {
  const { store, truth } = run.world
  const pod = store.pods.get(id)
  if (pod === undefined) throw new Error('no such Pod')
  const sandbox = truth.sandbox(id) ?? truth.createSandbox(pod, pod.node, '10.0.0.1')
  sandbox.up = true
  truth.startContainer(run, sandbox, 'containers', 0, 'app', 0)
  store.update(run, pod, { ready: true, phase: 'Running' })
}

function at(run: Simulation<World>, s: number): void {
  run.runUntil(seconds(s) as number as Instant, 1e6)
}

function crash(run: Simulation<World>, machine: number, fields: Partial<Occurrence> = {}): Occurrence {
  const name = run.world.truth.machine(machine as MachineId).spec.name
  const occurrence: Occurrence = {
    id: 0,
    fault: 'power-loss',
    faultKind: 'node-crash',
    number: 1,
    time: run.now,
    targets: [name],
    machines: [machine as MachineId],
    pods: [],
    everywhere: false,
    lasting: true,
    ...fields,
  }
  run.world.observers.fault(run, occurrence, 'begin')
  run.world.truth.powerOff(run, machine as MachineId)
  return occurrence
}

function remove(run: Simulation<World>, id: PodId): void {
  const pod = run.world.store.pods.get(id)
  if (pod !== undefined) run.world.store.update(run, pod, { deletionTimestamp: run.now, deletionGracePeriodSeconds: 30 })
}

function rows(run: Simulation<World>, recovery: Recovery, horizon: number): OccurrenceRow[] {
  at(run, horizon)
  recovery.finish(run, run.now)
  return occurrenceRows(recovery.occurrences)
}

describe('an episode', () => {
  test('opens when a machine dies and closes when the replacement serves and is Ready', () => {
    const { run, recovery, pods } = stage(3)
    at(run, 60)
    crash(run, 0)
    at(run, 100)
    const node = run.world.store.tables.Node.get(0)
    if (node !== undefined) run.world.store.update(run, node, { ready: 'Unknown' })
    at(run, 400)
    remove(run, pods[0] as PodId)
    at(run, 401)
    const replacement = create(run, 'web-3', 1 as MachineId)
    at(run, 403)
    start(run, replacement)
    const [web, all] = rows(run, recovery, 600)
    expect(web).toMatchObject({
      workload: 'deployment/default/web',
      primary: true,
      episode: 1,
      desired: 3,
      lost: 1,
      detected: seconds(40),
      evictedFirst: seconds(340),
      createdFirst: seconds(341),
      converged: seconds(343),
      minServing: 2,
      unservedPodTime: seconds(343),
      outcome: 'converged',
    })
    expect(web?.stages).toMatchObject({ detect: seconds(40), taint: seconds(300), create: seconds(1), start: seconds(2) })
    expect(all).toMatchObject({ workload: '*', lost: 1, converged: seconds(343), outcome: 'converged' })
  })

  test('of a StatefulSet matches Pods by name, in whatever order they are lost and created', () => {
    const run = testRun()
    const recovery = new Recovery()
    run.world.observers.add(recovery)
    run.world.store.create(run, 'StatefulSet', draftOf(stateful('db', 2)) as never)
    const member = (name: string): PodId => {
      const owner = { kind: 'StatefulSet', id: 0 } as const
      const draft = podDraft(name, 'default', `pod/default/${name}`, podTemplate(), owner)
      const id = run.world.store.create(run, 'Pod', { ...draft, node: 1 as MachineId }).id as PodId
      start(run, id)
      return id
    }
    const [first, second] = [member('db-0'), member('db-1')]
    recovery.begin()
    at(run, 60)
    crash(run, 1)
    const gone = (id: PodId): void => run.world.store.remove(run, run.world.store.pods.get(id) as never)
    remove(run, first)
    at(run, 70)
    remove(run, second)
    run.world.truth.powerOn(run, 1 as MachineId)
    at(run, 200)
    gone(second)
    at(run, 210)
    member('db-1')
    at(run, 220)
    gone(first)
    at(run, 225)
    member('db-0')
    const [db] = rows(run, recovery, 400)
    expect(db).toMatchObject({
      lost: 2,
      createdFirst: seconds(150),
      createdLast: seconds(165),
      converged: seconds(165),
      outcome: 'converged',
    })
    // The slowest lineage is that of db-0: its object went at 220 s and came again at 225 s.
    expect(db?.stages).toMatchObject({ terminate: seconds(160), create: seconds(5) })
  })

  test('is not closed by a convergence that does not hold for stableFor', () => {
    const { run, recovery, pods } = stage(2)
    at(run, 60)
    crash(run, 0)
    remove(run, pods[0] as PodId)
    at(run, 70)
    const replacement = create(run, 'web-2', 2 as MachineId)
    start(run, replacement)
    at(run, 80)
    run.world.truth.stopSandbox(run, run.world.truth.sandbox(replacement) as never, 1)
    at(run, 90)
    start(run, replacement)
    const [web] = rows(run, recovery, 200)
    expect(web).toMatchObject({ converged: seconds(30), episode: 1 })
  })

  test('that the horizon cuts is censored and says how long it was observed', () => {
    const { run, recovery } = stage(2)
    at(run, 60)
    crash(run, 0)
    const [web, all] = rows(run, recovery, 100)
    expect(web).toMatchObject({ converged: null, observed: seconds(40), outcome: 'censored', stages: null })
    expect(all).toMatchObject({ outcome: 'censored', converged: null })
  })

  test('whose convergence came too late to be held for stableFor is censored too', () => {
    const { run, recovery, pods } = stage(2)
    at(run, 60)
    crash(run, 0)
    remove(run, pods[0] as PodId)
    at(run, 90)
    start(run, create(run, 'web-2', 1 as MachineId))
    const [web] = rows(run, recovery, 110)
    expect(web?.outcome).toBe('censored')
  })

  test('of a bare Pod that was evicted ends as lost', () => {
    const run = testRun()
    const recovery = new Recovery()
    run.world.observers.add(recovery)
    const pod = run.world.store.create(run, 'Pod', {
      ...podDraft('solo', 'default', 'pod/default/solo', podTemplate(), null),
      node: 0 as MachineId,
    })
    start(run, pod.id as PodId)
    recovery.begin()
    at(run, 60)
    crash(run, 0)
    at(run, 400)
    remove(run, pod.id as PodId)
    const [solo] = rows(run, recovery, 600)
    expect(solo).toMatchObject({ workload: 'pod/default/solo', desired: 1, outcome: 'lost', converged: null })
  })

  test('that a rollout had opened belongs to the first fault that hits it', () => {
    const { run, recovery, pods } = stage(2)
    at(run, 60)
    const rolling = run.world.store.tables.Deployment.get(0)
    if (rolling !== undefined) run.world.store.update(run, rolling, { replicas: 3 }, true)
    at(run, 70)
    crash(run, 0)
    remove(run, pods[0] as PodId)
    at(run, 80)
    start(run, create(run, 'web-2', 1 as MachineId))
    start(run, create(run, 'web-3', 2 as MachineId))
    const [web] = rows(run, recovery, 300)
    expect(web).toMatchObject({ fault: 'power-loss', primary: true, converged: seconds(10), desired: 3 })
  })

  test('that ended long ago is over, though nothing has happened since: a new fault opens its own', () => {
    const { run, recovery, pods } = stage(2)
    at(run, 60)
    crash(run, 0)
    remove(run, pods[0] as PodId)
    at(run, 70)
    start(run, create(run, 'web-2', 2 as MachineId))
    at(run, 500)
    crash(run, 1, { id: 1, fault: 'second', time: run.now })
    remove(run, pods[1] as PodId)
    at(run, 520)
    start(run, create(run, 'web-3', 2 as MachineId))
    const web = rows(run, recovery, 900).filter(({ workload }) => workload !== '*')
    expect(web.map(({ fault, primary, episode, converged }) => [fault, primary, episode, converged])).toEqual([
      ['power-loss', true, 1, seconds(10)],
      ['second', true, 2, seconds(20)],
    ])
  })

  test('that is over takes in nothing that happens to its Pods later, and still learns when its fault ended', () => {
    const { run, recovery, pods } = stage(2)
    at(run, 60)
    const fault = crash(run, 0)
    at(run, 65)
    run.world.truth.powerOn(run, 0 as MachineId)
    at(run, 70)
    start(run, pods[0] as PodId)
    at(run, 400)
    remove(run, pods[0] as PodId)
    start(run, create(run, 'web-2', 2 as MachineId))
    at(run, 500)
    run.world.observers.fault(run, fault, 'end')
    const [web] = rows(run, recovery, 900)
    expect(web).toMatchObject({ converged: seconds(10), end: seconds(500), evictedFirst: null, evictedLast: null, createdLast: null })
  })

  test('belongs to the first fault; a second one that hits the same workload joins it', () => {
    const { run, recovery, pods } = stage(3)
    at(run, 60)
    crash(run, 0)
    at(run, 90)
    crash(run, 1, { id: 1, fault: 'second', time: run.now })
    for (const pod of pods.slice(0, 2)) remove(run, pod)
    at(run, 100)
    start(run, create(run, 'web-3', 2 as MachineId))
    at(run, 130)
    start(run, create(run, 'web-4', 2 as MachineId))
    const web = rows(run, recovery, 300).filter(({ workload }) => workload !== '*')
    expect(web.map(({ fault, primary, lost, converged }) => [fault, primary, lost, converged])).toEqual([
      ['power-loss', true, 1, seconds(70)],
      ['second', false, 1, seconds(40)],
    ])
  })
})

test('a second power loss of a machine that is still down hits the Pods that wait there: it joins their episode', () => {
  const { run, recovery, pods } = stage(2)
  at(run, 60)
  crash(run, 0)
  at(run, 90)
  crash(run, 0, { id: 1, fault: 'again', time: run.now })
  at(run, 400)
  remove(run, pods[0] as PodId)
  start(run, create(run, 'web-2', 1 as MachineId))
  at(run, 500)
  crash(run, 0, { id: 2, fault: 'when nobody is left', time: run.now })
  const web = rows(run, recovery, 900)
  expect(
    web.map(({ fault, workload, primary, lost, converged, outcome }) => [fault, workload.split('/')[0], primary, lost, converged, outcome]),
  ).toEqual([
    ['power-loss', 'deployment', true, 1, seconds(340), 'converged'],
    ['power-loss', '*', true, 1, seconds(340), 'converged'],
    ['again', 'deployment', false, 0, seconds(310), 'converged'],
    ['again', '*', false, 0, seconds(310), 'converged'],
    ['when nobody is left', '*', false, 0, null, 'unaffected'],
  ])
})

test('a fault that touches no workload is reported as unaffected', () => {
  const { run, recovery } = stage(1)
  at(run, 60)
  crash(run, 2)
  expect(rows(run, recovery, 100)).toMatchObject([{ workload: '*', outcome: 'unaffected', lost: 0 }])
})

test('a Pod restarted in place before its eviction spent the outage waiting for repair', () => {
  const { run, recovery, pods } = stage(1)
  at(run, 60)
  const occurrence = crash(run, 0)
  at(run, 90)
  run.world.observers.fault(run, occurrence, 'end')
  run.world.truth.powerOn(run, 0 as MachineId)
  at(run, 95)
  start(run, pods[0] as PodId)
  const [web] = rows(run, recovery, 200)
  expect(web).toMatchObject({ converged: seconds(35), restarts: 1, lost: 1 })
  expect(web?.stages).toMatchObject({ repair: seconds(30), start: seconds(5) })
})
