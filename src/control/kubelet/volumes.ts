import { attachableOf } from '../../cluster/claims.ts'
import { slowed } from '../../cluster/machine-health.ts'
import type { MachineId, Pod, PodId } from '../../cluster/objects.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { type Instant, seconds } from '../../kernel/time.ts'
import { operationBackoff } from '../attach-detach/rules.ts'
import { type Kubelet, kubeletOn, kubeletsOf, type NodeVolume, type Worker, workerAt } from './state.ts'
import { endSync } from './worker.ts'

/** reconcilerLoopSleepPeriod, podAttachAndMountRetryInterval, podAttachAndMountTimeout [µs] (volumemanager/volume_manager.go, 1.20 … 1.36). */
export const RECONCILE_US = 100_000
const POLL_US = 300_000
const TIMEOUT = seconds(123)
/** Waiting to be reported in use costs no back-off any more (reconciler.go:waitForVolumeAttach; seen here from 1.27). */
const REPORT_FIRST_SINCE = 27
/** A Pod that is deleted ends the wait of its sync (seen here from 1.27). */
const INTERRUPTED_SINCE = 27

/** The Pod's attachable volumes belong to what the kubelet wants, and are reported in use with the next Node status: desired state of the world. */
export function wantVolumes(run: Run, kubelet: Kubelet, pod: Pod): void {
  for (const { id, key } of attachableOf(run, pod)) {
    const known = kubelet.volumes.get(id)
    if (known !== undefined) {
      known.pods.add(pod.id as PodId)
      continue
    }
    const pods = new Set([pod.id as PodId])
    const fresh = { reported: false, attached: false, verifying: false, failures: 0, retryAt: Number.NEGATIVE_INFINITY }
    kubelet.volumes.set(id, { claim: id, key, pods, mounting: new Set(), mounted: new Set(), ...fresh })
    reportLater(run, kubelet)
  }
  if (kubelet.volumes.size > 0) kubeletsOf(run.world).volumeLoop.want(run, kubelet.machine)
}

/** What runs at t = 0 has its volumes. */
export function holdVolumes(run: Run, kubelet: Kubelet, pod: Pod): void {
  for (const { id, key } of attachableOf(run, pod)) {
    const pods = kubelet.volumes.get(id)?.pods ?? new Set<PodId>()
    pods.add(pod.id as PodId)
    const held = { reported: true, attached: true, verifying: false, failures: 0, retryAt: Number.NEGATIVE_INFINITY }
    kubelet.volumes.set(id, { claim: id, key, pods, mounting: new Set(), mounted: new Set(pods), ...held })
  }
}

/** Nothing of the Pod runs any more and its volumes are unmounted; those no other Pod uses are no longer in use. */
export function releaseVolumes(run: Run, kubelet: Kubelet, pod: PodId): void {
  for (const volume of kubelet.volumes.values()) {
    if (!volume.pods.delete(pod)) continue
    volume.mounted.delete(pod)
    volume.mounting.delete(pod)
    if (volume.pods.size > 0) continue
    kubelet.volumes.delete(volume.claim)
    reportLater(run, kubelet)
  }
}

/** The sync of a Pod waits until its volumes are mounted: WaitForAttachAndMount. `others` is how long its other volumes take [µs]; `mounted` is what follows. */
export function awaitVolumes(run: Run, worker: Worker, others: number, mounted: Kind<PodId>): void {
  wantVolumes(run, worker.kubelet, worker.pod)
  worker.wait = { since: run.now, ready: (run.now + others) as Instant, mounted }
  run.after(TIMEOUT, VolumesTimedOut, worker.id, worker.token)
  goOn(run, worker)
}

/** The sync goes on with the first poll that finds every volume mounted. */
function goOn(run: Run, worker: Worker): void {
  const { wait, kubelet, pod } = worker
  if (wait === null) return
  const mounted = attachableOf(run, pod).every(({ id }) => kubelet.volumes.get(id)?.mounted.has(worker.id) === true)
  if (!mounted) return
  const ready = Math.max(run.now, wait.ready) - wait.since
  const at = wait.since + Math.ceil(ready / POLL_US) * POLL_US
  worker.wait = null
  if (at >= wait.since + TIMEOUT) giveUp(run, worker)
  else run.at(Math.max(at, run.now) as Instant, wait.mounted, worker.id, worker.token)
}

function giveUp(run: Run, worker: Worker): void {
  worker.wait = null
  const message = 'Unable to attach or mount volumes: timed out waiting for the condition'
  run.world.observers.notice(run, worker.kubelet.process.name, worker.pod.key, 'FailedMount', message)
  endSync(run, worker, { failed: true, acted: false, backoffEnd: Number.POSITIVE_INFINITY })
}

/** The wait for volumes has taken too long: the sync fails and is made again 10 … 15 s later. */
export const VolumesTimedOut: Kind<PodId> = {
  name: 'kubelet/volumes-timed-out',
  on(run, pod, token) {
    const worker = workerAt(run, pod, token)
    if (worker !== undefined && worker.wait !== null) giveUp(run, worker)
  },
}

/** A Pod that is to end waits for its volumes no longer; before 1.27 its sync does, and ends it afterwards. */
export function interruptWait(run: Run, worker: Worker): void {
  if (worker.wait !== null && run.world.profile.minor >= INTERRUPTED_SINCE) giveUp(run, worker)
}

/**
 * A pass of the volume manager's reconciler, every 100 ms: volumes reported in use are looked up among those attached, attached ones are mounted. Triggers: a Pod
 * wants volumes; they were reported; a look or its back-off has ended. volumemanager/reconciler (1.20 … 1.36).
 */
export const ReconcileVolumes: Kind<MachineId> = {
  name: 'kubelet/reconcile-volumes',
  on(run, machine) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet === undefined) return
    for (const volume of [...kubelet.volumes.values()].sort((a, b) => a.claim - b.claim)) {
      if (volume.attached) mountAll(run, kubelet, volume)
      else if (!volume.verifying && run.now > volume.retryAt) lookUp(run, kubelet, volume)
    }
  },
}

/** VerifyControllerAttachedVolume: the Node says whether the volume is attached, once the volume has been reported in use. */
function lookUp(run: Run, kubelet: Kubelet, volume: NodeVolume): void {
  const node = run.world.store.tables.Node.get(kubelet.machine)
  if (!volume.reported || node === undefined) {
    if (run.world.profile.minor < REPORT_FIRST_SINCE) fail(run, kubelet, volume)
    return
  }
  volume.verifying = true
  run.world.api.get(run, kubelet.client, node, NodeLookedUp, kubeletsOf(run.world).lookUps.add({ kubelet, volume }))
}

const NodeLookedUp: Kind = {
  name: 'kubelet/node-looked-up',
  on(run, slot, answer) {
    const { lookUps, volumeLoop } = kubeletsOf(run.world)
    const { kubelet, volume } = lookUps.take(slot)
    volume.verifying = false
    const node = run.world.store.tables.Node.get(kubelet.machine)
    if (answer >= 0 && node?.volumesAttached?.includes(volume.claim) === true) {
      volume.attached = true
      volume.failures = 0
      volumeLoop.want(run, kubelet.machine)
    } else fail(run, kubelet, volume)
  },
}

function fail(run: Run, { machine, incarnation }: Kubelet, volume: NodeVolume): void {
  volume.failures++
  const wait = operationBackoff(volume.failures)
  volume.retryAt = run.now + wait
  run.after(wait, LookUpDue, machine, incarnation)
}

/** The back-off of a look is over: the next pass matters. Detail: the kubelet's incarnation. */
export const LookUpDue: Kind<MachineId> = {
  name: 'kubelet/volume-look-up-due',
  on(run, machine, incarnation) {
    if (kubeletOn(run.world, machine)?.incarnation === incarnation) kubeletsOf(run.world).volumeLoop.want(run, machine)
  },
}

function mountAll(run: Run, kubelet: Kubelet, volume: NodeVolume): void {
  const { key, pods, mounting, mounted } = volume
  for (const id of [...pods].sort((a, b) => a - b)) {
    const pod = kubelet.process.cache.get('Pod', id)
    if (mounted.has(id) || mounting.has(id) || pod === undefined || pod.deletionTimestamp !== null) continue
    mounting.add(id)
    const time = run.random.duration(run.world.latency['volume-mount'], 'volume-mount', `${pod.key}|${key}`, kubelet.incarnation)
    run.after(
      slowed(run, kubelet.machine, Math.max(1, time)),
      VolumeMounted,
      kubeletsOf(run.world).mounts.add({ kubelet, volume, pod: id }),
    )
  }
}

/** A volume is mounted for a Pod, if its kubelet still runs and the Pod still wants it. */
const VolumeMounted: Kind = {
  name: 'kubelet/volume-mounted',
  on(run, slot) {
    const { mounts, workers } = kubeletsOf(run.world)
    const { kubelet, volume, pod } = mounts.take(slot)
    if (!volume.mounting.delete(pod) || !kubelet.up) return
    volume.mounted.add(pod)
    const worker = workers.get(pod)
    if (worker?.kubelet === kubelet) goOn(run, worker)
  },
}

/** What is in use is reported with the Node status that is computed next. */
function reportLater(run: Run, kubelet: Kubelet): void {
  const { machine } = kubelet
  if (kubelet.reportDue || !run.world.heartbeats.running(machine)) return
  kubelet.reportDue = true
  run.at(run.world.heartbeats.nextStatus(machine, run.now), ReportVolumes, machine, kubelet.incarnation)
}

/** The kubelet's statuses reach the API from now on: volumes in use, or thought to be, are reported with the next. */
export function resumeReports(run: Run, kubelet: Kubelet): void {
  const { volumesInUse = [] } = run.world.store.tables.Node.get(kubelet.machine) ?? {}
  if (kubelet.volumes.size > 0 || volumesInUse.length > 0) reportLater(run, kubelet)
}

/** A Node status is computed: it is posted when the volumes in use are others than the API has. setters.go:VolumesInUse, MarkVolumesAsReportedInUse. */
const ReportVolumes: Kind<MachineId> = {
  name: 'kubelet/report-volumes',
  on(run, machine, incarnation) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet?.incarnation !== incarnation) return
    kubelet.reportDue = false
    const node = run.world.store.tables.Node.get(machine)
    if (node === undefined || !kubelet.process.connected) return
    const volumesInUse = [...kubelet.volumes.keys()].sort((a, b) => a - b)
    kubelet.reporting = volumesInUse
    if (String(node.volumesInUse ?? []) === String(volumesInUse)) reported(run, kubelet)
    else run.world.api.update(run, kubelet.heartbeats, node, { volumesInUse }, 0, VolumesReported, machine)
  },
}

const VolumesReported: Kind<MachineId> = {
  name: 'kubelet/volumes-reported',
  on(run, machine, answer) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet === undefined) return
    if (answer >= 0) reported(run, kubelet)
    else reportLater(run, kubelet)
  },
}

function reported(run: Run, kubelet: Kubelet): void {
  for (const claim of kubelet.reporting) {
    const volume = kubelet.volumes.get(claim)
    if (volume !== undefined) volume.reported = true
  }
  kubeletsOf(run.world).volumeLoop.want(run, kubelet.machine)
}
