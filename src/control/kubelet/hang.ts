import type { MachineId } from '../../cluster/objects.ts'
import { type Kind, type Run, setState, stateKey, stateOf, type World } from '../../cluster/world.ts'
import { lastRelist } from './pleg.ts'
import { type Kubelet, kubeletOn, kubeletsOf } from './state.ts'

/** `relistThreshold` [µs]: PLEG is unhealthy when its last relist began longer ago (pkg/kubelet/pleg/generic.go, pkg/kubelet/kubelet.go, 1.20 … 1.36). */
const RELIST_THRESHOLD_US = 180_000_000

/** An answer of the runtime that must wait. */
interface Parked {
  readonly kind: Kind<never>
  readonly subject: number
  readonly detail: number
}

interface Hang {
  /** Counts the hangs of the machine. */
  number: number
  /** PLEG is unhealthy, as the kubelet's next Node status says. */
  unhealthy: boolean
  readonly parked: Parked[]
}

const state = stateKey<Map<MachineId, Hang>>('kubelet-hang')

function hangOf(world: World, machine: MachineId): Hang {
  if (!world.states.has(state.name)) setState(world, state, new Map())
  const hangs = stateOf(world, state)
  const known = hangs.get(machine) ?? { number: 0, unhealthy: false, parked: [] }
  hangs.set(machine, known)
  return known
}

/** Whether the container runtime of a machine hangs. */
export const isHung = (world: World, machine: MachineId): boolean => world.truth.machine(machine).hangs > 0

/** Whether the kubelet says that its runtime is well: PLEG is healthy, or nobody knows better yet. */
export const isRuntimeHealthy = (world: World, machine: MachineId): boolean => !isHung(world, machine) || !hangOf(world, machine).unhealthy

/** Whether the answer of the runtime must wait, because that hangs: the event is repeated when it answers again. */
export function park<Subject extends number>(run: Run, machine: MachineId, kind: Kind<Subject>, subject: Subject, detail: number): boolean {
  if (!isHung(run.world, machine)) return false
  hangOf(run.world, machine).parked.push({ kind: kind as unknown as Kind<never>, subject, detail })
  return true
}

/** The next computation of the Node status comes at any time within its period; `what` tells the draws apart. */
function statusPhase(run: Run, { name, flags }: Kubelet, what: string, n: number): number {
  return 1 + Math.floor(run.random.draw('kubelet.status-phase', `${name}|${what}`, n) * flags.nodeStatusUpdateFrequency)
}

/** The runtime of a machine hangs: no relist ends from now on, and 3 min after the last one began the next Node status says so. */
export function runtimeHangs(run: Run, machine: MachineId): void {
  const hang = hangOf(run.world, machine)
  hang.number++
  hang.unhealthy = false
  const kubelet = kubeletOn(run.world, machine)
  if (kubelet === undefined) return
  kubelet.hungSince = lastRelist(run, kubelet)
  kubeletsOf(run.world).relist.stop(run, machine)
  const unhealthy = Math.max(run.now, kubelet.hungSince + RELIST_THRESHOLD_US) - run.now
  run.after(unhealthy + statusPhase(run, kubelet, 'hang', hang.number), RuntimeUnhealthy, machine, hang.number)
}

/** A kubelet starts while its runtime hangs: it has never listed its containers, and says so. */
export function startsHung(world: World, kubelet: Kubelet): boolean {
  if (!isHung(world, kubelet.machine)) return false
  kubelet.hungSince = Number.NEGATIVE_INFINITY
  hangOf(world, kubelet.machine).unhealthy = true
  return true
}

/** The Node status is computed for the first time since PLEG is unhealthy: Ready=False, KubeletNotReady. Detail: which hang. */
export const RuntimeUnhealthy: Kind<MachineId> = {
  name: 'kubelet/runtime-unhealthy',
  on(run, machine, number) {
    const hang = hangOf(run.world, machine)
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet === undefined || !isHung(run.world, machine) || hang.number !== number || hang.unhealthy) return
    hang.unhealthy = true
    postRuntime(run, kubelet, 'False')
  },
}

/** The runtime answers again: relists go on, whatever waited happens now, and the next Node status says so if it had said otherwise. */
export function runtimeAnswers(run: Run, machine: MachineId): void {
  const { relist, relistTime, housekeeping } = kubeletsOf(run.world)
  const hang = hangOf(run.world, machine)
  for (const { kind, subject, detail } of hang.parked.splice(0)) run.after(1, kind, subject as never, detail)
  const kubelet = kubeletOn(run.world, machine)
  if (kubelet === undefined) return
  kubelet.hungSince = null
  relist.start(run, machine, (run.now + relistTime) as typeof run.now)
  if (kubelet.orphans.size > 0) housekeeping.want(run, machine)
  if (!hang.unhealthy) return
  run.after(statusPhase(run, kubelet, 'answer', hang.number), RuntimeHealthy, machine, hang.number)
}

/** The Node status is computed for the first time since PLEG is healthy again. Detail: which hang. */
export const RuntimeHealthy: Kind<MachineId> = {
  name: 'kubelet/runtime-healthy',
  on(run, machine, number) {
    const kubelet = kubeletOn(run.world, machine)
    if (kubelet !== undefined && !isHung(run.world, machine) && hangOf(run.world, machine).number === number)
      postRuntime(run, kubelet, 'True')
  },
}

function postRuntime(run: Run, kubelet: Kubelet, ready: 'True' | 'False'): void {
  const node = run.world.store.tables.Node.get(kubelet.machine)
  if (node === undefined || node.ready === ready || (ready === 'True' && kubelet.shutdown !== null)) return
  run.world.api.update(run, kubelet.heartbeats, node, { ready, readyTransition: run.now }, 0, null, kubelet.machine)
}
