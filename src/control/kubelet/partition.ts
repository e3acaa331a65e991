import type { MachineId } from '../../cluster/objects.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { kubeletProcess } from './memory.ts'
import { reportNode } from './node.ts'
import { kubeletOn } from './state.ts'
import { reportLater } from './volumes.ts'

/** Back-off of a reflector that cannot list or watch [µs], jitter 1 (client-go tools/cache/reflector.go:NewNamedReflector, 1.20 … 1.36). */
const FIRST_WAIT_US = 800_000
const LONGEST_WAIT_US = 30_000_000
/** Timeout of the heartbeat client [µs]: a renewal sent into the cut network is given up after that (cmd/kubelet/app/server.go, 1.20 … 1.36). */
const HEARTBEAT_TIMEOUT_US = 10_000_000

/**
 * How long after the end of an outage [µs] a reflector tries again that has backed off since its begin; `jitter(n)` in 0 … 1 stretches the n-th
 * wait to between one and two times its length.
 */
export function reconnectDelay(outage: number, jitter: (n: number) => number): number {
  let time = 0
  let wait = FIRST_WAIT_US
  for (let n = 0; ; n++) {
    time += wait * (1 + jitter(n))
    if (time > outage) return Math.max(1, Math.round(time - outage))
    wait = Math.min(2 * wait, LONGEST_WAIT_US)
  }
}

/** The kubelet of a machine is cut off: heartbeats stop, watches fall silent, calls wait. */
export function cutOff(run: Run, id: MachineId): void {
  const process = kubeletProcess(run.world, id)
  process.connected = false
  for (const watch of process.watches) watch.pause()
  run.world.heartbeats.stop(run, id)
}

/** The network is whole again: the kubelet's next renewal gets through, and later its reflector lists and watches again. */
export function linked(run: Run, id: MachineId): void {
  const { spec, links, cutAt } = run.world.truth.machine(id)
  const renewal = Math.floor(run.random.draw('reconnect-heartbeat', spec.name, links) * HEARTBEAT_TIMEOUT_US)
  run.after(Math.max(1, renewal), KubeletConnects, id, links)
  const jitter = (n: number): number => run.random.draw('reconnect-watch', `${spec.name}|${links}`, n)
  run.after(reconnectDelay(run.now - cutAt, jitter), WatchesResume, id, links)
}

/** A kubelet that was cut off reaches the API server again: what it had to say is sent, its Node is reported ready. Detail: which link. */
export const KubeletConnects: Kind<MachineId> = {
  name: 'kubelet/connects',
  on(run, id, link) {
    const kubelet = kubeletOn(run.world, id)
    if (kubelet === undefined || run.world.truth.machine(id).links !== link) return
    kubelet.process.connected = true
    reportNode(run, kubelet)
    reportLater(run, kubelet)
    run.world.api.reconnected(run, kubelet.process)
  },
}

/** The watches of a kubelet that was cut off deliver what they have missed. Detail: which link. */
export const WatchesResume: Kind<MachineId> = {
  name: 'kubelet/watches-resume',
  on(run, id, link) {
    const kubelet = kubeletOn(run.world, id)
    if (kubelet === undefined || run.world.truth.machine(id).links !== link) return
    for (const watch of kubelet.process.watches) watch.resume(run)
  },
}
