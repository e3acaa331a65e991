import { Client } from '../../src/cluster/client.ts'
import type { Component } from '../../src/cluster/component.ts'
import { commitDelete } from '../../src/cluster/deletion.ts'
import { type Pod, type PodId, UNBOUND } from '../../src/cluster/objects.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../../src/cluster/world.ts'
import { targetOf } from '../../src/control/daemonset/template.ts'
import type { Instant } from '../../src/kernel/time.ts'

interface State {
  readonly client: Client
  /** Machines whose kubelet does nothing. */
  readonly dead: Set<number>
  bound: number
}

const state = stateKey<State>('fake-kubelet')

/**
 * Stands for scheduler and kubelets: binds Pods round-robin, those for one Node there, makes them Ready `startup` [µs] after it sees the binding, and removes them `shutdown`
 * [µs, Infinity: never] after it sees the deletionTimestamp.
 */
export function fakeKubelet(startup = 500_000, shutdown = 1_000_000): Component {
  const look = (run: Run, pod: Pod): void => {
    const { dead } = stateOf(run.world, state)
    if (pod.node === UNBOUND) {
      if (pod.deletionTimestamp === null) bindNext(run, pod)
    } else if (!dead.has(pod.node)) {
      if (pod.deletionTimestamp !== null) {
        if (shutdown !== Number.POSITIVE_INFINITY) run.after(shutdown, Gone, pod.id as PodId)
      } else if (pod.phase === 'Pending') run.after(startup, Running, pod.id as PodId)
    }
  }
  return {
    name: 'fake-kubelet',
    doc: 'Binds Pods round-robin and makes them Ready after a fixed time.',
    process: 'kube-scheduler',
    flags: {},
    watches: {
      Pod(run, _process, { before, after }) {
        if (after === undefined) return
        if (before === undefined || before.node !== after.node || before.deletionTimestamp !== after.deletionTimestamp) look(run, after)
      },
    },
    start(run, process) {
      const client = new Client(run.world.api.clients, process, 'fake-kubelet', Number.POSITIVE_INFINITY, 1)
      setState(run.world, state, { client, dead: new Set(), bound: 0 })
      for (const pod of process.cache.all('Pod')) look(run, pod)
    },
  }
}

function bindNext(run: Run, pod: Pod): void {
  const row = stateOf(run.world, state)
  const { machines } = run.world.truth
  const target = targetOf(pod)
  if (target !== undefined) {
    const machine = run.world.truth.machineNamed(target)
    if (machine !== undefined && !row.dead.has(machine)) run.world.api.bind(run, row.client, pod, machine, null, 0)
    return
  }
  for (let tried = 0; tried < machines.length; tried++) {
    const machine = machines[row.bound++ % machines.length]
    if (machine === undefined || row.dead.has(machine.id)) continue
    run.world.api.bind(run, row.client, pod, machine.id, null, 0)
    return
  }
}

/** The kubelet of `machine` does nothing from now on, and nothing is bound to it. */
export function killKubelet(run: Run, machine: number): void {
  stateOf(run.world, state).dead.add(machine)
}

/** Writes Ready of a Pod, as a kubelet or the node controller would. */
export function setReady(run: Run, pod: Pod, ready: boolean): void {
  run.world.store.update(run, pod, { ready, containersReady: ready, readyTransition: run.now as Instant })
}

const Running: Kind<PodId> = {
  name: 'fake-kubelet/running',
  on(run, id) {
    const pod = run.world.store.pods.get(id)
    if (pod === undefined || pod.deletionTimestamp !== null || stateOf(run.world, state).dead.has(pod.node)) return
    run.world.store.update(run, pod, {
      phase: 'Running',
      initialized: true,
      containersReady: true,
      ready: true,
      readyTransition: run.now,
      startTime: run.now,
      podIP: run.world.network.allocatePodIP(pod.node),
    })
  },
}

const Gone: Kind<PodId> = {
  name: 'fake-kubelet/gone',
  on(run, id) {
    const pod = run.world.store.pods.get(id)
    if (pod !== undefined) commitDelete(run, pod, 0)
  },
}
