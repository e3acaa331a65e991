import { describe, expect, test } from 'vitest'
import { podDraft } from '../../src/cluster/drafts.ts'
import type { Deployment, PodId, ReplicaSet } from '../../src/cluster/objects.ts'
import type { Occurrence } from '../../src/cluster/observers.ts'
import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { CaughtUp } from '../../src/measure/caught-up.ts'
import { convergedRun } from '../support/converged.ts'
import { runUntil } from '../support/timeline.ts'
import { deployment, podTemplate } from '../support/world.ts'

/** A converged Deployment of four, watched from the start, in a cluster in which nobody hears of what is written by hand: watches have ended. */
function watched() {
  const run = convergedRun({ workloads: [deployment('web', 4)] })
  for (const process of run.world.processes) for (const watch of process.watches) watch.stop()
  const observer = new CaughtUp()
  run.world.observers.add(observer)
  const [set] = [...run.world.store.tables.ReplicaSet] as [ReplicaSet]
  const [owner] = [...run.world.store.tables.Deployment] as [Deployment]
  return { run, observer, set, owner, finish: () => observer.finish(run) }
}

function addPod(run: Simulation<World>, set: ReplicaSet, name: string): void {
  const owner = { kind: 'ReplicaSet' as const, id: set.id }
  run.world.store.create(run, 'Pod', podDraft(name, 'default', `pod/default/${name}`, podTemplate({ app: 'web' }), owner as never))
}

const outage: Occurrence = {
  id: 0,
  fault: 'away',
  faultKind: 'component-down',
  number: 1,
  time: 0 as never,
  targets: [],
  machines: [],
  pods: [],
  everywhere: true,
  lasting: true,
}

describe('At the end of a run, with controllers that had six minutes to catch up,', () => {
  test('a ReplicaSet has no more active Pods than it wants', () => {
    const { run, set, finish } = watched()
    addPod(run, set, 'extra')
    runUntil(run, 359)
    expect(finish).not.toThrow()
    runUntil(run, 361)
    expect(finish).toThrow(`${set.key} has 5 active Pods, 4 is the most it may have`)
  })

  test('a Deployment has no more active Pods than it wants and may have beside', () => {
    const { run, set, owner, finish } = watched()
    run.world.store.update(run, set, { replicas: 6 })
    addPod(run, set, 'surge')
    runUntil(run, 361)
    expect(finish).not.toThrow()
    addPod(run, set, 'extra')
    runUntil(run, 722)
    expect(finish).toThrow(`${owner.key} has 6 active Pods, 5 is the most it may have`)
  })

  test('Endpoints name no Pod that is gone', () => {
    const { run, finish } = watched()
    const [pod] = [...run.world.store.pods]
    if (pod === undefined) throw new Error('no Pod')
    run.world.store.create(run, 'Endpoints', {
      kind: 'Endpoints',
      namespace: 'default',
      name: 'web',
      key: 'endpoints/default/web',
      labels: {},
      annotations: {},
      owner: null,
      service: 0,
      ready: [pod.id as PodId],
      notReady: [],
      readyIPs: [pod.podIP],
      notReadyIPs: [],
    } as never)
    run.world.store.remove(run, pod)
    runUntil(run, 359)
    expect(finish).not.toThrow()
    runUntil(run, 361)
    expect(finish).toThrow(`endpoints/default/web still has Pod ${pod.id}, which is gone`)
  })

  test.each<[string, (watchedRun: ReturnType<typeof watched>) => void]>([
    ['a fault of the whole control plane lasts', ({ run, observer }) => observer.fault(run, outage, 'begin')],
    [
      'such a fault has ended a minute ago',
      ({ run, observer }) => {
        observer.fault(run, outage, 'begin')
        runUntil(run, 540)
        observer.fault(run, outage, 'end')
      },
    ],
    [
      'a process of it started a minute ago',
      ({ run, observer }) => {
        runUntil(run, 540)
        observer.controlPlane(run)
      },
    ],
    [
      'the controller manager does not run',
      ({ run }) => {
        for (const process of run.world.processes) if (process.program === 'kube-controller-manager') process.up = false
      },
    ],
  ])('nothing is asked while %s', (_name, disturb) => {
    const one = watched()
    addPod(one.run, one.set, 'extra')
    disturb(one)
    runUntil(one.run, 600)
    expect(one.finish).not.toThrow()
  })
})
