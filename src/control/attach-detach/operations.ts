import { CONFLICT, NOT_FOUND } from '../../cluster/api-server.ts'
import type { Draft, MachineId, Node, PodId, VolumeAttachment } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { operationBackoff, wantsVolumes } from './rules.ts'
import { type Attached, attachDetachState, type Operation, type State, type Volume } from './state.ts'

const stateIn = (run: Run): State => stateOf(run.world, attachDetachState)

/** The Pods that want a volume on a Node, in order of id. */
export function podsOn({ process }: State, volume: Volume, node: MachineId): PodId[] {
  const wanting = [...volume.pods].filter((id) => {
    const pod = process.cache.get('Pod', id)
    return pod !== undefined && pod.node === node && wantsVolumes(pod)
  })
  return wanting.sort((a, b) => a - b)
}

/** Writes which volumes a Node has attached, so that its kubelet may mount them and no others; answers false where there is no Node. */
export function reportAttached(run: Run, state: State, machine: MachineId, reply: Kind, subject: number): boolean {
  const node = state.process.cache.get('Node', machine)
  if (node === undefined) return false
  const here = [...state.volumes.values()].filter(({ attached }) => attached.some((one) => one.node === machine && one.reported))
  const volumesAttached = here.map(({ claim }) => claim).sort((a, b) => a - b)
  run.world.api.update<'Node', number>(run, state.client, node, { volumesAttached }, 0, reply, subject)
  return true
}

const entryOf = ({ attached, operation }: Volume): Attached | undefined => attached.find(({ node }) => node === operation?.node)

/** The volume whose operation an event is about, if its controller still runs. */
function underWay(run: Run, claim: number, incarnation: number): Volume | undefined {
  const state = stateIn(run)
  const volume = state.volumes.get(claim)
  return state.process.incarnation === incarnation && volume?.operation != null ? volume : undefined
}

/** How long the machine behind an operation takes [µs]; addressed by volume, machine and how often anything was done with the volume. */
function duration(run: Run, { operations }: State, { key }: Volume, { verb, node }: Operation): number {
  const entity = `${key}@${run.world.truth.machine(node).spec.name}`
  const count = operations.get(key) ?? 0
  operations.set(key, count + 1)
  const latency = run.world.latency[verb === 'attach' ? 'volume-attach' : 'volume-detach']
  return Math.max(1, run.random.duration(latency, `volume-${verb}`, entity, count))
}

/** Attaches a volume: VolumeAttachment, the machine, `status.attached` (CSI attacher with external-attacher; in-tree plugins call the cloud, in the same order). */
export function beginAttach(run: Run, state: State, volume: Volume, node: MachineId): void {
  volume.operation = { verb: 'attach', node, force: false }
  for (const pod of podsOn(state, volume, node)) run.world.observers.podStage(run, pod, 'start')
  const name = `${volume.key.split('/').slice(1).join('-')}-${run.world.truth.machine(node).spec.name}`
  const draft: Draft<VolumeAttachment> = {
    kind: 'VolumeAttachment',
    namespace: '',
    name,
    key: `volumeattachment/${name}`,
    labels: {},
    annotations: {},
    owner: null,
    claim: volume.claim,
    node,
    attached: false,
  }
  run.world.api.create(run, state.client, 'VolumeAttachment', draft, AttachmentMade, volume.claim)
}

const AttachmentMade: Kind = {
  name: 'attach-detach/attachment-made',
  on(run, claim, answer) {
    const state = stateIn(run)
    const volume = state.volumes.get(claim) as Volume
    const operation = volume.operation as Operation
    if (answer < 0 && answer !== CONFLICT) fail(run, state, volume)
    else run.after(duration(run, state, volume, operation), VolumeAttached, claim, state.process.incarnation)
  },
}

const attachmentOf = (run: Run, claim: number, machine: MachineId): VolumeAttachment | undefined =>
  [...run.world.store.tables.VolumeAttachment].find((one) => one.claim === claim && one.node === machine)

/** The machine has the volume. */
const VolumeAttached: Kind = {
  name: 'attach-detach/volume-attached',
  on(run, claim, incarnation) {
    const volume = underWay(run, claim, incarnation)
    if (volume === undefined) return
    const { client } = stateIn(run)
    const attachment = attachmentOf(run, claim, (volume.operation as Operation).node) as VolumeAttachment
    run.world.api.update(run, client, attachment, { attached: true }, 0, AttachmentWritten, claim)
  },
}

const AttachmentWritten: Kind = {
  name: 'attach-detach/attachment-written',
  on(run, claim, answer) {
    const state = stateIn(run)
    const volume = state.volumes.get(claim) as Volume
    const { node } = volume.operation as Operation
    if (answer < 0) {
      fail(run, state, volume)
      return
    }
    volume.attached.push({ node, attachment: answer, mounted: true, reported: true, requested: null, watched: false })
    for (const pod of podsOn(state, volume, node)) {
      const { key } = state.process.cache.get('Pod', pod) as { key: string }
      state.client.notice(run, key, 'SuccessfulAttachVolume', `AttachVolume.Attach succeeded for volume "${volume.key}"`)
    }
    state.dirty.add(node)
    succeed(run, state, volume)
  },
}

/** Detaches a volume: first the Node is told that it is no longer safe to mount. */
export function beginDetach(run: Run, state: State, volume: Volume, entry: Attached, force: boolean): void {
  volume.operation = { verb: 'detach', node: entry.node, force }
  entry.reported = false
  if (!reportAttached(run, state, entry.node, DetachAnnounced, volume.claim)) detach(run, state, volume)
}

const DetachAnnounced: Kind = {
  name: 'attach-detach/detach-announced',
  on(run, claim, answer) {
    const state = stateIn(run)
    const volume = state.volumes.get(claim) as Volume
    const { node: machine, force } = volume.operation as Operation
    const node = state.process.cache.get('Node', machine)
    if (answer < 0 && answer !== NOT_FOUND) fail(run, state, volume)
    else if (force || node === undefined) detach(run, state, volume)
    else run.world.api.get(run, state.client, node, DetachVerified, claim)
  },
}

/** verifyVolumeIsSafeToDetach (operation_generator.go, 1.20 … 1.36): not while the Node has the volume in use. */
const DetachVerified: Kind = {
  name: 'attach-detach/detach-verified',
  on(run, claim, answer) {
    const state = stateIn(run)
    const volume = state.volumes.get(claim) as Volume
    const node: Node | undefined = run.world.store.tables.Node.get((volume.operation as Operation).node)
    const unread = answer < 0 && answer !== NOT_FOUND
    if (unread || node?.volumesInUse?.includes(claim) === true) fail(run, state, volume)
    else detach(run, state, volume)
  },
}

function detach(run: Run, state: State, volume: Volume): void {
  run.after(duration(run, state, volume, volume.operation as Operation), VolumeDetached, volume.claim, state.process.incarnation)
}

/** The machine has the volume no more. */
const VolumeDetached: Kind = {
  name: 'attach-detach/volume-detached',
  on(run, claim, incarnation) {
    const volume = underWay(run, claim, incarnation)
    if (volume === undefined) return
    const { client } = stateIn(run)
    const attachment = run.world.store.tables.VolumeAttachment.get((entryOf(volume) as Attached).attachment)
    if (attachment !== undefined) run.world.api.delete(run, client, attachment, AttachmentGone, claim)
  },
}

const AttachmentGone: Kind = {
  name: 'attach-detach/attachment-gone',
  on(run, claim, answer) {
    const state = stateIn(run)
    const volume = state.volumes.get(claim) as Volume
    if (answer < 0 && answer !== NOT_FOUND) {
      fail(run, state, volume)
      return
    }
    volume.attached.splice(volume.attached.indexOf(entryOf(volume) as Attached), 1)
    volume.refused.clear()
    succeed(run, state, volume)
  },
}

function succeed(run: Run, state: State, volume: Volume): void {
  volume.operation = null
  volume.failures = 0
  volume.retryAt = Number.NEGATIVE_INFINITY
  state.loop.want(run, 0)
}

function fail(run: Run, state: State, volume: Volume): void {
  const entry = entryOf(volume)
  if (entry !== undefined) {
    entry.reported = true
    state.dirty.add(entry.node)
  }
  volume.operation = null
  volume.failures++
  const wait = operationBackoff(volume.failures)
  volume.retryAt = run.now + wait
  run.after(wait, VolumeDue, volume.claim, state.process.incarnation)
  state.loop.want(run, 0)
}

/** A Node was told what it has attached; one that could not be is told by the next pass. */
export const NodeReported: Kind = {
  name: 'attach-detach/node-reported',
  on(run, machine, answer) {
    if (answer >= 0 || answer === NOT_FOUND) return
    const state = stateIn(run)
    state.dirty.add(machine as MachineId)
    state.loop.want(run, 0)
  },
}

/** A wait for one volume is over: the next pass of the reconciler matters. Detail: the incarnation of the process. */
export const VolumeDue: Kind = {
  name: 'attach-detach/volume-due',
  on(run, _claim, incarnation) {
    const state = stateIn(run)
    if (state.process.incarnation === incarnation) state.loop.want(run, 0)
  },
}
