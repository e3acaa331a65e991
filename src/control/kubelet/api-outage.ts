import type { ControlPlaneListener, ServerState } from '../../cluster/control-plane.ts'
import type { MachineId } from '../../cluster/objects.ts'
import { startProcess } from '../../cluster/processes.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { type Instant, NEVER } from '../../kernel/time.ts'
import { failingAt, hasRestarted, reconnectDelay, relistDelay } from '../reconnect.ts'
import { HEARTBEAT_TIMEOUT_US, renewedAt, tryTime } from './lease.ts'
import { kubeletProcess } from './memory.ts'
import { NodeStatusDue, STATUS_PERIOD_US } from './node.ts'
import { type Kubelet, kubeletOn, kubeletsOf } from './state.ts'
import { resumeReports } from './volumes.ts'

/** How kubelets meet the API servers' going and coming. What they run runs on. */
export const controlPlaneListener: ControlPlaneListener = {
  server(run, member, before) {
    const { controlPlane } = run.world
    const { outage } = kubeletsOf(run.world)
    if (controlPlane.away) {
      if (outage.since === NEVER) loseApi(run)
      if (outage.awaySince === NEVER && controlPlane.unreachable) pauseWatches(run)
      outage.state = controlPlane.state(member)
    } else if (outage.since !== NEVER) findApi(run)
    else if (before === 'serving') moveOn(run, member)
  },
}

/** No API server serves any more: renewals fail from each kubelet's next one on. */
function loseApi(run: Run): void {
  const { outage, byMachine } = kubeletsOf(run.world)
  outage.since = run.now
  outage.number++
  for (const kubelet of byMachine) {
    if (kubelet?.up !== true) continue
    const { machine } = kubelet
    outage.renewals[machine] = run.world.heartbeats.nextRenewal(run, machine)
    run.world.heartbeats.stop(run, machine)
  }
}

/** Every API server is gone: reflectors begin to back off. */
function pauseWatches(run: Run): void {
  const { outage, byMachine } = kubeletsOf(run.world)
  outage.awaySince = run.now
  for (const kubelet of byMachine) if (kubelet?.up === true) for (const watch of kubelet.process.watches) watch.pause()
}

/** An API server serves again. */
function findApi(run: Run): void {
  const { outage } = kubeletsOf(run.world)
  const { state, renewals, awaySince, number } = outage
  outage.since = NEVER
  outage.awaySince = NEVER
  outage.renewals = []
  for (const { id, spec, up, reachable, stops } of run.world.truth.machines) {
    if (!reachable || kubeletsOf(run.world).byMachine[id] === undefined) continue
    const jitter = (n: number): number => run.random.draw('reconnect-watch', `${spec.name}|api#${number}`, n)
    const listed = awaySince === NEVER ? 1 : reconnectDelay(run.now - awaySince, jitter, failingAt(state))
    const kubelet = kubeletOn(run.world, id)
    if (kubelet === undefined) {
      if (up && stops === 0) run.after(listed, KubeletLists, id)
      continue
    }
    if (awaySince !== NEVER) {
      const relists = hasRestarted(run, kubelet.process, awaySince)
      run.after(listed + (relists ? relistDelay(run.random.draw('relist', `${spec.name}|api#${number}`)) : 0), WatchesReturn, id)
    }
    if (kubelet.process.connected) renewAgain(run, kubelet, renewals[id] ?? run.now, state)
  }
}

function renewAgain(run: Run, kubelet: Kubelet, first: Instant, state: ServerState): void {
  const { machine, name } = kubelet
  const { heartbeats, store, truth } = run.world
  const renewal = first === NEVER ? run.now : renewedAt(first, run.now, tryTime(state))
  heartbeats.start(run, machine, Math.max(run.now + 1, renewal) as Instant)
  resumeReports(run, kubelet)
  const node = store.tables.Node.get(machine)
  if (node?.ready === 'True' && node.bootID === truth.machine(machine).bootID) return
  const wait = run.random.draw('node-status', name, kubeletsOf(run.world).outage.number) * STATUS_PERIOD_US
  run.after(Math.max(1, Math.round(wait)), NodeStatusDue, machine)
}

/** One of several API servers is gone: kubelets connected to it find the others, at once where it refuses them, else when they notice that nobody answers. */
function moveOn(run: Run, member: number): void {
  const { outage, byMachine } = kubeletsOf(run.world)
  const state = run.world.controlPlane.state(member)
  outage.number++
  for (const kubelet of byMachine) {
    if (kubelet?.up !== true || !kubelet.process.connected || !run.world.controlPlane.wasConnected(run, kubelet.process, member)) continue
    const { machine, name, process } = kubelet
    for (const watch of process.watches) watch.pause()
    const failing = failingAt(state)
    const jitter = (n: number): number => run.random.draw('reconnect-watch', `${name}|api#${outage.number}`, n)
    run.after(reconnectDelay(failing.notices, jitter, failing) + failing.notices, WatchesReturn, machine)
    if (state !== 'silent') continue
    const renewal = run.world.heartbeats.nextRenewal(run, machine)
    run.world.heartbeats.stop(run, machine)
    if (renewal === NEVER) continue
    run.world.heartbeats.start(run, machine, (renewal + HEARTBEAT_TIMEOUT_US) as Instant)
    resumeReports(run, kubelet)
  }
}

/** A kubelet's reflector watches again. */
export const WatchesReturn: Kind<MachineId> = {
  name: 'kubelet/watches-return',
  on(run, id) {
    const kubelet = kubeletOn(run.world, id)
    if (kubelet === undefined || !kubelet.process.connected || kubeletsOf(run.world).outage.awaySince !== NEVER) return
    for (const watch of kubelet.process.watches) watch.resume(run)
  },
}

/** A kubelet that was waiting for the API server reads its Pods, and runs. */
export const KubeletLists: Kind<MachineId> = {
  name: 'kubelet/lists',
  on(run, id) {
    const { up, reachable, stops } = run.world.truth.machine(id)
    const process = kubeletProcess(run.world, id)
    if (process === undefined || process.up || !up || !reachable || stops > 0 || run.world.controlPlane.away) return
    startProcess(run, process)
  },
}
