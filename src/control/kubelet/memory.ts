import { Client } from '../../cluster/client.ts'
import type { MachineId, PodId } from '../../cluster/objects.ts'
import type { Process } from '../../cluster/process.ts'
import { Rows } from '../../cluster/rows.ts'
import { TokenBucket } from '../../cluster/token-bucket.ts'
import { firstFiring, type Run, type World } from '../../cluster/world.ts'
import { Ticker } from '../../kernel/loop.ts'
import { type Instant, NEVER } from '../../kernel/time.ts'
import { type FlagSettings, resolveFlags } from '../../scenario/flags.ts'
import { controlPlaneListener } from './api-outage.ts'
import { evictionGoesOn } from './eviction-manager.ts'
import { type KubeletFlags, kubeletFlags } from './flags.ts'
import { startsHung } from './hang.ts'
import { HOUSEKEEPING_US, Housekeeping } from './housekeeping.ts'
import { spreadImages } from './image-placement.ts'
import { HEARTBEAT_TIMEOUT_US } from './lease.ts'
import { nodeStatusLoop } from './node.ts'
import { RELIST_PERIOD_US, Relist } from './pleg.ts'
import { shutdownGoesOn } from './shutdown.ts'
import { hasKubelets, type Kubelet, kubeletsOf, setKubelets } from './state.ts'
import { STATUS_PERIOD_US, StatusBatch } from './status-manager.ts'
import { truthListener } from './truth-listener.ts'
import { RECONCILE_US, ReconcileVolumes } from './volumes.ts'
import { dropWorker, SYNC_TICK_US, SyncTick } from './worker.ts'

const CLIENT = 'kubelet'
const HEARTBEAT_CLIENT = 'kubelet-heartbeat'

/** Makes the memory that kubelets share, once, and lets them hear of what happens on machines. */
export function prepareKubelets(run: Run): void {
  const { world } = run
  if (hasKubelets(world)) return
  const relistTime = Math.max(1, Math.round(world.latency['pleg-relist'].mean))
  const { elision } = world
  setKubelets(world, {
    common: resolveFlags(kubeletFlags, world.profile, world.scenario.cluster.flags.kubelet),
    byMachine: [],
    workers: new Map(),
    statics: [],
    staticPods: new Map(),
    relist: new Ticker<World, MachineId>(Relist, 20, RELIST_PERIOD_US + relistTime, elision),
    syncTick: new Ticker<World, MachineId>(SyncTick, 21, SYNC_TICK_US, elision),
    housekeeping: new Ticker<World, MachineId>(Housekeeping, 22, HOUSEKEEPING_US, elision),
    statusBatch: new Ticker<World, MachineId>(StatusBatch, 23, STATUS_PERIOD_US, elision),
    volumeLoop: new Ticker<World, MachineId>(ReconcileVolumes, 28, RECONCILE_US, elision),
    lookUps: new Rows(),
    mounts: new Rows(),
    relistTime,
    pulls: new Map(),
    pullCounts: new Map(),
    endings: [evictionGoesOn, shutdownGoesOn],
    registryOutages: 0,
    registrySlowness: [],
    outage: { since: NEVER, awaySince: NEVER, state: 'serving', renewals: [], number: 0 },
    tokens: 0,
  })
  world.truth.listeners.push(truthListener)
  world.controlPlane.listeners.push(controlPlaneListener)
  world.observers.add(nodeStatusLoop)
  spreadImages(run)
}

/** The kubelet process of a machine; undefined for a machine of the control plane that is no Node. */
export const kubeletProcess = (world: World, machine: MachineId): Process | undefined => world.kubelets[machine]

/** The memory of a kubelet that starts: at the start of the run it has run for long, its loops at any phase. */
export function newKubelet(run: Run, process: Process): Kubelet {
  const { world } = run
  const { machine } = process
  const { spec } = world.truth.machine(machine)
  const flags = flagsOf(world, spec.kubelet)
  const { registryPullQPS, registryBurst } = flags
  const long = process.incarnation === 1 && run.now === 0
  const kubelet: Kubelet = {
    machine,
    name: spec.name,
    process,
    client: new Client(world.api.clients, process, CLIENT, flags.kubeAPIQPS, flags.kubeAPIBurst),
    heartbeats: new Client(world.api.clients, process, HEARTBEAT_CLIENT, Number.POSITIVE_INFINITY, 1, HEARTBEAT_TIMEOUT_US),
    flags,
    hungSince: null,
    shutdown: null,
    podCIDR: kubeletsOf(world).byMachine[machine]?.podCIDR ?? world.network.subnetOf(machine),
    born: long ? Number.NEGATIVE_INFINITY : run.now,
    looping: long,
    registered: long,
    settled: true,
    renewal: run.now,
    incarnation: process.incarnation,
    workers: new Set(),
    unseen: [],
    blocked: new Set(),
    leaving: new Map(),
    dueWorkers: new Set(),
    postings: [],
    posting: null,
    reconcile: new Set<PodId>(),
    volumes: new Map(),
    reportDue: false,
    reporting: [],
    orphans: new Set<PodId>(),
    queue: [],
    pulling: 0,
    registryBucket: new TokenBucket(registryPullQPS > 0 ? registryPullQPS : Number.POSITIVE_INFINITY, registryBurst, run.now),
    up: true,
  }
  const { byMachine } = kubeletsOf(world)
  while (byMachine.length < machine) byMachine.push(undefined)
  byMachine[machine] = kubelet
  startLoops(run, kubelet)
  return kubelet
}

/** The configuration of one kubelet; those without settings of their own share one. */
function flagsOf(world: World, own: FlagSettings): KubeletFlags {
  const { common } = kubeletsOf(world)
  if (Object.keys(own).length === 0) return common
  return resolveFlags(kubeletFlags, world.profile, { ...world.scenario.cluster.flags.kubelet, ...own })
}

function startLoops(run: Run, kubelet: Kubelet): void {
  const { machine, name, born } = kubelet
  const { relist, syncTick, housekeeping, statusBatch, volumeLoop, relistTime } = kubeletsOf(run.world)
  const long = born === Number.NEGATIVE_INFINITY
  const first = (loop: string, period: number, otherwise: number): Instant =>
    long ? firstFiring(run, `kubelet.${loop}`, name, period) : ((run.now + otherwise) as Instant)
  if (!startsHung(run.world, kubelet)) relist.start(run, machine, first('pleg', RELIST_PERIOD_US + relistTime, relistTime))
  syncTick.start(run, machine, first('sync-tick', SYNC_TICK_US, SYNC_TICK_US))
  housekeeping.start(run, machine, first('housekeeping', HOUSEKEEPING_US, HOUSEKEEPING_US))
  statusBatch.start(run, machine, first('status-batch', STATUS_PERIOD_US, STATUS_PERIOD_US))
  volumeLoop.start(run, machine, first('volumes', RECONCILE_US, RECONCILE_US))
}

/** The process has died: its memory is lost, its loops stop. */
export function endKubelet(run: Run, kubelet: Kubelet): void {
  const { relist, syncTick, housekeeping, statusBatch, volumeLoop } = kubeletsOf(run.world)
  for (const worker of [...kubelet.workers]) dropWorker(run, worker)
  kubelet.up = false
  for (const loop of [relist, syncTick, housekeeping, statusBatch, volumeLoop]) loop.stop(run, kubelet.machine)
}
