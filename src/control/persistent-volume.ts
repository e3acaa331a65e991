import { NOT_FOUND } from '../cluster/api-server.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { PersistentVolumeClaim } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import { seconds } from '../kernel/time.ts'
import { resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'

/** PVClaimBinderSyncPeriod (pkg/controller/volume/persistentvolume/config/v1alpha1/defaults.go, 1.20 … 1.36). */
const SYNC_PERIOD = seconds(15)

interface State {
  readonly process: Process
  readonly client: Client
}

const binderState = stateKey<State>('persistent-volume')

/** A volume for a claim will be there after a while. Where the StorageClass waits for a first consumer, the Pod does not hold up the scheduler here. */
function provision(run: Run, process: Process, { id, key, phase }: PersistentVolumeClaim): void {
  if (phase === 'Bound') return
  const time = run.random.duration(run.world.latency['volume-provision'], 'volume-provision', key, process.incarnation)
  run.after(Math.max(1, time), VolumeProvisioned, id, process.incarnation)
}

/** The volume of a claim exists: the two are bound. Detail: the incarnation of the process. */
const VolumeProvisioned: Kind = {
  name: 'persistent-volume/provisioned',
  on(run, id, incarnation) {
    const { process, client } = stateOf(run.world, binderState)
    const claim = process.cache.get('PersistentVolumeClaim', id)
    if (process.incarnation !== incarnation || claim === undefined) return
    run.world.api.update(run, client, claim, { phase: 'Bound' }, 0, ClaimBound, id)
  },
}

/** The claim is bound; where that could not be written the binder tries again with its next look at all claims. */
const ClaimBound: Kind = {
  name: 'persistent-volume/bound',
  on(run, id, answer) {
    const { process } = stateOf(run.world, binderState)
    if (answer < 0 && answer !== NOT_FOUND) run.after(SYNC_PERIOD, VolumeProvisioned, id, process.incarnation)
  },
}

/** Provisions a volume for each claim and binds the two: pkg/controller/volume/persistentvolume with an external provisioner (1.20 … 1.36). */
export const persistentVolume: Component = {
  name: 'persistent-volume',
  doc: 'Binds each claim to a volume that is made for it.',
  process: 'kube-controller-manager',
  flags: controllerManagerFlags,
  watches: {
    PersistentVolumeClaim(run, process, { before, after }) {
      if (before === undefined && after !== undefined) provision(run, process, after)
    },
  },
  start(run, process) {
    const { profile, scenario, api } = run.world
    const flags = resolveFlags(controllerManagerFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const client = new Client(api.clients, process, 'persistent-volume-binder', flags['kube-api-qps'], flags['kube-api-burst'])
    setState(run.world, binderState, { process, client })
    for (const claim of process.cache.all('PersistentVolumeClaim')) provision(run, process, claim)
  },
}
