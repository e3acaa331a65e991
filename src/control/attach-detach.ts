import type { Change } from '../cluster/change-log.ts'
import { hasClaims } from '../cluster/claims.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import { isAttachable, type Node, type PersistentVolumeClaim, type Pod, type PodId, type VolumeAttachment } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import { firstFiring, type Run, setState, stateOf, type World } from '../cluster/world.ts'
import { Ticker } from '../kernel/loop.ts'
import { booleanFlag, type Flags, resolveFlags } from '../scenario/flags.ts'
import { podsOn } from './attach-detach/operations.ts'
import { Reconcile } from './attach-detach/reconcile.ts'
import { wantsVolumes } from './attach-detach/rules.ts'
import { attachDetachState, type State, type Volume } from './attach-detach/state.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'

export { convergeVolumes } from './attach-detach/converge.ts'

const CLIENT = 'attachdetach-controller'
const RANK = 4
/** ReconcilerLoopPeriod [µs] (attach_detach_controller.go:DefaultTimerConfig, 1.20 … 1.36). */
const PERIOD_US = 100_000

const attachDetachFlags = {
  ...controllerManagerFlags,
  'disable-force-detach-on-timeout': booleanFlag(
    false,
    'Volumes are not detached by force after six minutes (≥ 1.30).',
    'PR #120344; cmd/kube-controller-manager/app/options/attachdetachcontroller.go',
  ),
} satisfies Flags

const stateIn = (run: Run): State => stateOf(run.world, attachDetachState)

function volumeOf({ volumes }: State, { id, key }: PersistentVolumeClaim): Volume {
  let volume = volumes.get(id)
  if (volume === undefined) {
    const idle = { operation: null, failures: 0, retryAt: Number.NEGATIVE_INFINITY }
    volume = { claim: id, key, pods: new Set(), attached: [], ...idle, refused: new Set() }
    volumes.set(id, volume)
  }
  return volume
}

/** The desired state follows the Pods: each that wants volumes is kept with its claims, as far as these are known. */
function follow(state: State, id: PodId, pod: Pod | undefined): void {
  for (const claim of state.claims.get(id) ?? []) state.volumes.get(claim)?.pods.delete(id)
  state.claims.delete(id)
  state.unresolved.delete(id)
  if (pod === undefined || !wantsVolumes(pod)) return
  const claims: number[] = []
  const { cache } = state.process
  for (const { claimName } of pod.spec.volumes) {
    if (claimName === undefined) continue
    const claim = cache.get('PersistentVolumeClaim', state.names.get(`${pod.namespace}/${claimName}`) ?? -1)
    if (claim === undefined) state.unresolved.add(id)
    else if (isAttachable(claim)) {
      volumeOf(state, claim).pods.add(id)
      claims.push(claim.id)
    }
  }
  if (claims.length > 0) state.claims.set(id, claims)
}

function podChanged(run: Run, _process: Process, { before, after }: Change<Pod>): void {
  const pod = after ?? before
  if (pod === undefined || !hasClaims(pod)) return
  const state = stateIn(run)
  follow(state, pod.id as PodId, after)
  state.loop.want(run, 0)
}

/** A claim was created or bound: Pods that waited for it may want its volume. */
function claimChanged(run: Run, process: Process, { before, after }: Change<PersistentVolumeClaim>): void {
  const state = stateIn(run)
  const { id, namespace, name } = after ?? (before as PersistentVolumeClaim)
  if (before === undefined) state.names.set(`${namespace}/${name}`, id)
  if (before === undefined) for (const id of [...state.unresolved]) follow(state, id, process.cache.get('Pod', id))
  if (state.volumes.has(id)) state.loop.want(run, 0)
}

/** processVolumesInUse: what a Node reports says which of its volumes are mounted. Health and taints decide what may be detached. */
function nodeChanged(run: Run, _process: Process, { before, after }: Change<Node>): void {
  const state = stateIn(run)
  const { id, volumesInUse = [] } = after ?? (before as Node)
  let concerned = false
  for (const { claim, attached } of state.volumes.values()) {
    for (const entry of attached) {
      if (entry.node !== id) continue
      concerned = true
      entry.mounted = volumesInUse.includes(claim)
    }
  }
  if (concerned) state.loop.want(run, 0)
}

/**
 * What the objects say is attached: populateActualStateOfWorld. An attachment that was not completed is begun again where it is wanted, and undone where it is
 * not (AttachStateUncertain).
 */
function adoptAttachments(state: State, attachments: Iterable<VolumeAttachment>): void {
  const { cache } = state.process
  for (const { id, claim, node, attached } of attachments) {
    const known = cache.get('PersistentVolumeClaim', claim)
    if (known === undefined) continue
    const volume = volumeOf(state, known)
    if (!attached && podsOn(state, volume, node).length > 0) continue
    const { volumesInUse = [], volumesAttached = [] } = cache.get('Node', node) ?? {}
    const mounted = volumesInUse.includes(claim)
    const entry = { node, attachment: id, mounted, reported: volumesAttached.includes(claim), requested: null, watched: false }
    volume.attached.push(entry)
  }
}

/** Attaches volumes to the Nodes whose Pods want them, and detaches them again: pkg/controller/volume/attachdetach (1.20 … 1.36). */
export const attachDetach: Component = {
  name: 'attach-detach',
  doc: 'Attaches volumes where Pods want them; detaches them once unmounted, from a dead Node after six minutes or when it is out of service.',
  process: 'kube-controller-manager',
  flags: attachDetachFlags,
  watches: { Pod: podChanged, Node: nodeChanged, PersistentVolumeClaim: claimChanged, VolumeAttachment: () => undefined },
  start(run, process) {
    const { profile, scenario, api, elision, states } = run.world
    const flags = resolveFlags(attachDetachFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const before = states.has(attachDetachState.name) ? stateIn(run) : undefined
    const state: State = {
      process,
      client: new Client(api.clients, process, CLIENT, flags['kube-api-qps'], flags['kube-api-burst']),
      loop: new Ticker<World>(Reconcile, RANK, PERIOD_US, elision),
      forceDisabled: flags['disable-force-detach-on-timeout'] && profile.minor >= 30,
      minor: profile.minor,
      volumes: new Map(),
      names: new Map(),
      claims: new Map(),
      unresolved: new Set(),
      dirty: new Set(),
      operations: before?.operations ?? new Map(),
    }
    setState(run.world, attachDetachState, state)
    for (const { id, namespace, name } of process.cache.all('PersistentVolumeClaim')) state.names.set(`${namespace}/${name}`, id)
    for (const pod of process.cache.all('Pod')) if (hasClaims(pod)) follow(state, pod.id as PodId, pod)
    adoptAttachments(state, process.cache.all('VolumeAttachment'))
    state.loop.start(run, 0, run.now === 0 ? firstFiring(run, 'attach-detach.reconciler', '', PERIOD_US) : run.now)
    if (state.volumes.size > 0) state.loop.want(run, 0)
  },
  stop: (run) => stateIn(run).loop.stop(run, 0),
}
