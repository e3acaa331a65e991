import type { MachineId } from '../../cluster/objects.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import type { Instant } from '../../kernel/time.ts'
import { reconnectDelay } from '../reconnect.ts'
import { HEARTBEAT_TIMEOUT_US } from './lease.ts'
import { kubeletProcess } from './memory.ts'
import { beat, postNodeStatus } from './node.ts'
import { type Kubelet, kubeletOn, kubeletsOf } from './state.ts'

/** The kubelet of a machine is cut off: heartbeats stop, watches fall silent, calls wait. */
export function cutOff(run: Run, id: MachineId): void {
  const process = kubeletProcess(run.world, id)
  if (process === undefined) return
  const kubelet = kubeletOn(run.world, id)
  if (kubelet !== undefined) kubelet.renewal = run.world.heartbeats.nextRenewal(run, id)
  process.connected = false
  for (const watch of process.watches) watch.pause()
  run.world.heartbeats.stop(run, id)
}

/**
 * The network is whole again: the kubelet's next renewal gets through, and later its reflector lists and watches again; at once where its
 * connections have lasted.
 */
export function linked(run: Run, id: MachineId): void {
  const { spec, links, cutAt } = run.world.truth.machine(id)
  const kubelet = kubeletOn(run.world, id)
  if (kubelet?.flags['keeps-connections-when-cut'] === true) {
    goOnRelisting(run, kubelet, cutAt)
    run.after(1, KubeletConnects, id, links)
    run.after(1, WatchesResume, id, links)
    return
  }
  const renewal = Math.floor(run.random.draw('reconnect-heartbeat', spec.name, links) * HEARTBEAT_TIMEOUT_US)
  run.after(Math.max(1, renewal), KubeletConnects, id, links)
  const jitter = (n: number): number => run.random.draw('reconnect-watch', `${spec.name}|${links}`, n)
  run.after(reconnectDelay(run.now - cutAt, jitter), WatchesResume, id, links)
}

/**
 * A process that was stopped goes on with its timers due: PLEG relists at once, and counts its next period from there (wait.Until: the timer is set again when a
 * relist has ended; pkg/kubelet/pleg/generic.go:Start, apimachinery pkg/util/wait/wait.go, 1.20 … 1.36). Tickers keep their beat.
 */
function goOnRelisting(run: Run, { machine, born, hungSince }: Kubelet, cutAt: Instant): void {
  const { relist, relistTime } = kubeletsOf(run.world)
  if (hungSince !== null || born >= cutAt) return
  relist.start(run, machine, Math.max(relist.next(machine, cutAt), run.now + relistTime) as Instant)
}

/** A kubelet that was cut off reaches the API server again: what it had to say is sent, its Node is reported ready. Detail: which link. */
export const KubeletConnects: Kind<MachineId> = {
  name: 'kubelet/connects',
  on(run, id, link) {
    const kubelet = kubeletOn(run.world, id)
    if (kubelet === undefined || run.world.truth.machine(id).links !== link) return
    kubelet.process.connected = true
    if (!run.world.controlPlane.away) beat(run, kubelet, dueAt(run, kubelet))
    postNodeStatus(run, kubelet)
    run.world.api.reconnected(run, kubelet.process)
  },
}

/** When the lease is renewed: when it is due where only time was lost, else now. */
const dueAt = (run: Run, { flags, renewal }: Kubelet): Instant =>
  flags['keeps-connections-when-cut'] ? (Math.max(run.now, renewal) as Instant) : run.now

/** The watches of a kubelet that was cut off deliver what they have missed. Detail: which link. */
export const WatchesResume: Kind<MachineId> = {
  name: 'kubelet/watches-resume',
  on(run, id, link) {
    const kubelet = kubeletOn(run.world, id)
    if (kubelet === undefined || run.world.truth.machine(id).links !== link) return
    if (!run.world.controlPlane.unreachable) for (const watch of kubelet.process.watches) watch.resume(run)
  },
}
