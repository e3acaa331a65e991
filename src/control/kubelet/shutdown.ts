import { isTerminal, type MachineId, type Pod, type PodId } from '../../cluster/objects.ts'
import { proceed } from '../../cluster/shutdown.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import type { PriorityPeriod } from '../../scenario/flags.ts'
import { HELD_SINCE, orderEnd, overriddenGrace } from './end-order.ts'
import type { KubeletFlags } from './flags.ts'
import { staticPodsOf } from './mirror.ts'
import { postNodeStatus } from './node.ts'
import { type Kubelet, kubeletOn, kubeletsOf, type NodeShutdown, type Worker } from './state.ts'
import { workerOf } from './worker.ts'

/** `scheduling.SystemCriticalPriority` (pkg/apis/scheduling/types.go, 1.20 … 1.36). */
const SYSTEM_CRITICAL = 2_000_000_000
/** From 1.31 on a group is done only when the volumes of its Pods are unmounted (PR #125070). */
const UNMOUNTS_SINCE = 31

type Settings = Pick<KubeletFlags, 'shutdownGracePeriod' | 'shutdownGracePeriodCriticalPods' | 'shutdownGracePeriodByPodPriority'>

/**
 * The periods of an orderly shutdown, lowest priority first; none: the kubelet does not delay it. Off in 1.20, whose kubelet refuses the
 * fields. migrateConfig (pkg/kubelet/nodeshutdown/nodeshutdown_manager.go, 1.24 … 1.36).
 */
export function shutdownPeriods(settings: Settings, minor: number): readonly PriorityPeriod[] {
  if (minor < HELD_SINCE) return []
  const { shutdownGracePeriod: all, shutdownGracePeriodCriticalPods: critical, shutdownGracePeriodByPodPriority: rows } = settings
  if (rows.length > 0) return rows.toSorted((a, b) => a.priority - b.priority)
  if (all === 0 || critical > all) return []
  const period = (priority: number, time: number): PriorityPeriod => ({ priority, shutdownGracePeriodSeconds: Math.floor(time / 1e6) })
  return [period(0, all - critical), period(SYSTEM_CRITICAL, critical)]
}

/** In which group a Pod of this priority is: the last one that it reaches, else the first. groupByPriority. */
export function groupOf(priority: number, periods: readonly PriorityPeriod[]): number {
  return Math.max(
    0,
    periods.findLastIndex((period) => period.priority <= priority),
  )
}

/**
 * The machine is to shut down. A kubelet that delays it says that its Node is not ready, admits no Pod any more, and ends its Pods group by
 * group. Answers whether it does. processShutdownEvent (pkg/kubelet/nodeshutdown/nodeshutdown_manager_linux.go, 1.24 … 1.36).
 */
export function beginShutdown(run: Run, kubelet: Kubelet): boolean {
  const periods = shutdownPeriods(kubelet.flags, run.world.profile.minor)
  if (periods.length === 0) return false
  const pods = activePods(run, kubelet)
  const groups = periods.map(({ shutdownGracePeriodSeconds: seconds }, index) => ({
    seconds,
    pods: pods.filter(({ spec }) => groupOf(spec.priority, periods) === index).map(({ id }) => id as PodId),
  }))
  kubelet.shutdown = { groups, group: -1, token: -1 }
  run.world.observers.notice(run, kubelet.process.name, `node/${kubelet.name}`, 'NodeShutdown', 'Shutdown manager detected shutdown event')
  postNodeStatus(run, kubelet)
  nextGroup(run, kubelet, kubelet.shutdown)
  return true
}

/** Kubelet.GetActivePods: those that have not ended, with those that are being ended. */
function activePods(run: Run, kubelet: Kubelet): readonly Pod[] {
  const { staticPods, workers } = kubeletsOf(run.world)
  const others = [...kubelet.process.cache.all('Pod')].filter(({ id }) => !staticPods.has(id as PodId))
  return [...staticPodsOf(run, kubelet.machine), ...others].filter((pod) => {
    const stage = workers.get(pod.id as PodId)?.stage ?? 'running'
    return !isTerminal(pod) && (stage === 'running' || stage === 'killing')
  })
}

function nextGroup(run: Run, kubelet: Kubelet, shutdown: NodeShutdown): void {
  shutdown.group++
  const group = shutdown.groups[shutdown.group]
  if (group === undefined) {
    proceed(run, kubelet.machine)
    return
  }
  shutdown.token = ++kubeletsOf(run.world).tokens
  if (group.pods.length === 0) {
    nextGroup(run, kubelet, shutdown)
    return
  }
  run.after(Math.max(1, group.seconds * 1e6), GroupTimedOut, kubelet.machine, shutdown.token)
  for (const id of group.pods) terminate(run, kubelet, id, group.seconds)
}

/** Ends a Pod of the group whose turn it is, unless it is being ended already. */
function terminate(run: Run, kubelet: Kubelet, id: PodId, seconds: number): void {
  const { staticPods } = kubeletsOf(run.world)
  const reported = kubelet.process.cache.get('Pod', id)
  const pod = staticPods.get(id) ?? reported
  if (pod === undefined || isTerminal(pod)) return
  const worker = workerOf(run, kubelet, pod, reported)
  if (worker.stage !== 'running' || pod.deletionTimestamp !== null) return
  const own = pod.spec.terminationGracePeriodSeconds
  const graceSeconds = overriddenGrace(Math.min(seconds, own), own, run.world.profile.minor)
  orderEnd(run, worker, { reason: 'Terminated', graceSeconds, fails: worker.isStatic, disrupts: true })
}

/** The time of a group is up: the next one follows, whatever is left of it. Detail: whose turn it was. */
export const GroupTimedOut: Kind<MachineId> = {
  name: 'kubelet/shutdown-group-timed-out',
  on(run, machine, token) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet?.shutdown?.token === token) nextGroup(run, kubelet, kubelet.shutdown)
  },
}

/** A Pod has ended: the next group follows when it was the last of its own. */
export function shutdownGoesOn(run: Run, { kubelet }: Worker): void {
  const { shutdown } = kubelet
  const pods = shutdown?.groups[shutdown.group]?.pods
  if (shutdown !== null && pods?.every((id) => isOver(run, id)) === true) nextGroup(run, kubelet, shutdown)
}

function isOver(run: Run, id: PodId): boolean {
  const worker = kubeletsOf(run.world).workers.get(id)
  if (worker === undefined || worker.stage === 'finished') return true
  return worker.stage === 'killed' && (worker.cleaned || run.world.profile.minor < UNMOUNTS_SINCE)
}
