import type { Component } from '../cluster/component.ts'
import { isTerminal, type MachineId, type Pod, type PodId } from '../cluster/objects.ts'
import type { Kind, Run } from '../cluster/world.ts'
import { byCreation, refusal } from './kubelet/admission.ts'
import { watchDeadline } from './kubelet/deadline.ts'
import { feelPressure, refusedForPressure } from './kubelet/eviction-manager.ts'
import { kubeletFlags } from './kubelet/flags.ts'
import { findOrphans, reap } from './kubelet/housekeeping.ts'
import { endKubelet, newKubelet, prepareKubelets } from './kubelet/memory.ts'
import { staticPodsOf } from './kubelet/mirror.ts'
import { announceNode, postNodeStatus } from './kubelet/node.ts'
import { findContainers } from './kubelet/pleg.ts'
import { endedStatus, sameStatus, statusOf } from './kubelet/pod-status.ts'
import { type Kubelet, kubeletOn, kubeletsOf } from './kubelet/state.ts'
import { isPosting, reconcileLater, setStatus } from './kubelet/status-manager.ts'
import { graceOf } from './kubelet/termination.ts'
import { holdVolumes, wantVolumes } from './kubelet/volumes.ts'
import { dropWorker, updatePod, workerOf } from './kubelet/worker.ts'

export { convergePods } from './kubelet/converge.ts'

/**
 * The kubelet: one process per machine, the bridge between truth and belief. It runs the Pods bound to its Node and its static Pods,
 * restarts what ends, reports what it sees. Kubernetes pkg/kubelet (1.20 … 1.36; kubernetes-semantics §2).
 */
export const kubelet: Component = {
  name: 'kubelet',
  doc: 'Runs the Pods bound to its Node, restarts their containers, probes them and reports their status; heartbeats for its Node.',
  process: 'kubelet',
  flags: kubeletFlags,
  watches: {
    Pod(run, process, change) {
      const kubelet = kubeletOn(run.world, process.machine)
      if (kubelet?.looping !== true) return
      const { before, after } = change
      const id = (after ?? (before as Pod)).id as PodId
      if (kubeletsOf(run.world).staticPods.has(id)) mirrorChanged(run, kubelet, id, before, after)
      else if (after === undefined) podRemoved(run, kubelet, before)
      else if (before === undefined) podAdded(run, kubelet, after, known(run, kubelet))
      else podUpdated(run, kubelet, before, after)
    },
  },
  start(run, process) {
    prepareKubelets(run)
    const kubelet = newKubelet(run, process)
    announceNode(run, kubelet)
    if (kubelet.looping) takeUp(run, kubelet)
    else {
      findContainers(run, kubelet)
      run.after(LOOP_PAUSE_US, LoopStarts, kubelet.machine, kubelet.incarnation)
    }
    feelPressure(run, kubelet, true)
  },
  stop(run, process) {
    const kubelet = kubeletOn(run.world, process.machine)
    if (kubelet === undefined) return
    endKubelet(run, kubelet)
    run.world.heartbeats.stop(run, process.machine)
  },
}

/**
 * The sync loop of a kubelet that starts finds its runtime not yet looked at and pauses before it takes up its Pods; its Node status comes
 * then too (fastStatusUpdateOnce). syncLoop (pkg/kubelet/kubelet.go, 1.20 … 1.36); in the observations a restarted kubelet reports its
 * first Pod and its Node 0.09 … 0.22 s after its lease.
 */
const LOOP_PAUSE_US = 100_000

/** A kubelet takes up its Pods and reports its Node. Detail: its incarnation. */
export const LoopStarts: Kind<MachineId> = {
  name: 'kubelet/loop-starts',
  on(run, machine, incarnation) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet?.incarnation !== incarnation) return
    kubelet.looping = true
    if (kubelet.settled) postNodeStatus(run, kubelet)
    takeUp(run, kubelet)
  },
}

/** Every Pod that the kubelet knows of is added; at the start of a run those that run already need nothing. */
function takeUp(run: Run, kubelet: Kubelet): void {
  const added: Pod[] = []
  for (const pod of known(run, kubelet).toSorted(staticFirst(run))) {
    const runs = kubelet.born === Number.NEGATIVE_INFINITY && run.world.truth.sandbox(pod.id as PodId) !== undefined
    if (runs) holdVolumes(run, kubelet, pod)
    if (!runs) podAdded(run, kubelet, pod, added)
    else if (pod.spec.activeDeadlineSeconds !== undefined) watchDeadline(run, workerOf(run, kubelet, pod))
    added.push(pod)
  }
  findOrphans(run, kubelet)
}

/** Static Pods are there before the API has been read; then the oldest first. */
const staticFirst =
  (run: Run) =>
  (a: Pod, b: Pod): number => {
    const { staticPods } = kubeletsOf(run.world)
    return Number(staticPods.has(b.id as PodId)) - Number(staticPods.has(a.id as PodId)) || byCreation(a, b)
  }

/** Every Pod that the kubelet runs or should run. */
function known(run: Run, { machine, process }: Kubelet): readonly Pod[] {
  const { staticPods } = kubeletsOf(run.world)
  const pods = [...process.cache.all('Pod')].filter(({ id }) => !staticPods.has(id as PodId))
  return [...staticPodsOf(run, machine), ...pods]
}

/** HandlePodAdditions: a Pod that has ended is cleaned up after, one that is to end ends, any other is admitted or refused. */
function podAdded(run: Run, kubelet: Kubelet, pod: Pod, others: readonly Pod[]): void {
  const grace = graceOf(null, pod.spec.terminationGracePeriodSeconds, false, run.world.profile.minor)
  if (isTerminal(pod)) {
    reap(run, kubelet, pod.id as PodId, pod, grace)
    return
  }
  wantVolumes(run, kubelet, pod)
  const worker = workerOf(run, kubelet, pod)
  const reason = pod.deletionTimestamp === null ? refusalOf(run, kubelet, pod, others) : ''
  if (reason === '') {
    updatePod(run, worker, pod)
    return
  }
  worker.stage = 'finished'
  worker.reclaimed = true
  run.world.observers.notice(run, kubelet.process.name, pod.key, reason, 'Pod was rejected')
  setStatus(run, worker, endedStatus(worker.status, reason, run.now))
  reap(run, kubelet, worker.id, pod, grace)
}

function refusalOf(run: Run, kubelet: Kubelet, pod: Pod, others: readonly Pod[]): string {
  const { store, profile } = run.world
  const node = store.tables.Node.get(kubelet.machine)
  if (node === undefined) return ''
  if (refusedForPressure(run, kubelet, pod)) return 'Evicted'
  const { workers, staticPods } = kubeletsOf(run.world)
  const counts = ({ id }: Pod): boolean => workers.get(id as PodId)?.stage !== 'killed' && workers.get(id as PodId)?.stage !== 'finished'
  const running = others.filter((other) => other.id !== pod.id && !isTerminal(other) && counts(other))
  const reason = refusal(pod.spec, {
    node,
    others: running.map(({ spec }) => spec),
    maxPods: kubelet.flags.maxPods,
    isStatic: staticPods.has(pod.id as PodId),
    minor: profile.minor,
  })
  return reason === '' && kubelet.shutdown !== null ? 'NodeShutdown' : reason
}

/**
 * HandlePodUpdates and HandlePodReconcile: a change of what is wanted is a sync; a status that is not the kubelet's own is put right by the
 * next batch.
 */
function podUpdated(run: Run, kubelet: Kubelet, before: Pod, after: Pod): void {
  const wanted = before.generation !== after.generation || before.deletionTimestamp !== after.deletionTimestamp
  const ended = isTerminal(after) && !isTerminal(before)
  const foreign = !sameStatus(statusOf(before), statusOf(after))
  if (!wanted && !foreign) return
  const worker = workerOf(run, kubelet, before)
  worker.pod = after
  if (wanted || (ended && worker.stage === 'running')) updatePod(run, worker, after)
  else if (!isPosting(worker) && !sameStatus(worker.status, statusOf(after))) reconcileLater(run, worker)
}

/** HandlePodRemoves: what still runs of a Pod that is in the API no more (force-deleted, or ended before) is ended. */
function podRemoved(run: Run, kubelet: Kubelet, pod: Pod | undefined): void {
  if (pod === undefined) return
  const worker = kubeletsOf(run.world).workers.get(pod.id as PodId)
  if (worker !== undefined) dropWorker(run, worker)
  const grace = graceOf(pod.deletionGracePeriodSeconds, pod.spec.terminationGracePeriodSeconds, true, run.world.profile.minor)
  reap(run, kubelet, pod.id as PodId, pod, grace)
}

/**
 * The mirror of a static Pod: one that is gone or going is made anew, the status of a new one is posted by the next batch. Nothing else
 * moves the Pod.
 */
function mirrorChanged(run: Run, kubelet: Kubelet, id: PodId, before: Pod | undefined, after: Pod | undefined): void {
  const worker = workerOf(run, kubelet, kubeletsOf(run.world).staticPods.get(id) as Pod, before)
  if (after === undefined || (after.deletionTimestamp !== null && before?.deletionTimestamp === null)) updatePod(run, worker, null)
  else if (!isPosting(worker) && !sameStatus(worker.status, statusOf(after))) reconcileLater(run, worker)
}
