import type { Change } from '../cluster/change-log.ts'
import type {
  ContainerStatus,
  DaemonSet,
  Deployment,
  EndpointSlice,
  Endpoints,
  Job,
  MachineId,
  Node,
  Pod,
  PodDisruptionBudget,
  PodId,
  ReplicaSet,
  StatefulSet,
  VolumeAttachment,
} from '../cluster/objects.ts'
import type { ControlPlaneEvent, MachineEvent, Observer, Occurrence } from '../cluster/observers.ts'
import type { Run } from '../cluster/world.ts'
import type { EventRow } from './record.ts'

type Controller = ReplicaSet | Deployment | StatefulSet

/** Kinds that keep a number of Pods and say how many they have. */
const CONTROLLERS: ReadonlySet<string> = new Set(['Deployment', 'ReplicaSet', 'ReplicationController', 'StatefulSet'])

/** Writes what happens in the vocabulary of the recorded observations: kind, object, event, detail. */
export class EventRows implements Observer {
  private readonly rows: EventRow[] = []
  /** Names of Pods whose objects are gone: Endpoints lose them later, and containers may live on. */
  private readonly gone = new Map<PodId, string>()
  /** `Kind/name` of objects by key, for notices about them: those that went before the first notice, and from then on every object there ever was. */
  private readonly involved = new Map<string, string>()
  private noticed = false

  result(): readonly EventRow[] {
    return this.rows
  }

  changed(run: Run, { before, after }: Change): void {
    const object = after ?? before
    if (object === undefined) return
    if (this.noticed ? before === undefined : after === undefined) this.involved.set(object.key, `${object.kind}/${object.name}`)
    if (object.kind === 'Pod') this.pod(run, before as Pod | undefined, after as Pod | undefined)
    else if (object.kind === 'Node') this.node(run, before as Node | undefined, after as Node | undefined)
    else if (object.kind === 'Endpoints') this.endpoints(run, before as Endpoints | undefined, after as Endpoints | undefined)
    else if (object.kind === 'EndpointSlice') this.slice(run, before as EndpointSlice | undefined, after as EndpointSlice | undefined)
    else if (object.kind === 'VolumeAttachment')
      this.volume(run, before as VolumeAttachment | undefined, after as VolumeAttachment | undefined)
    else if (CONTROLLERS.has(object.kind)) {
      this.controller(run, before as Controller | undefined, after as Controller | undefined)
    } else if (object.kind === 'Job') this.job(run, before as Job | undefined, after as Job | undefined)
    else if (object.kind === 'DaemonSet') this.daemonSet(run, before as DaemonSet | undefined, after as DaemonSet | undefined)
    else if (object.kind === 'PodDisruptionBudget')
      this.budget(run, before as PodDisruptionBudget | undefined, after as PodDisruptionBudget | undefined)
  }

  container(run: Run, id: PodId, name: string, event: 'started' | 'exited', exitCode: number): void {
    const detail = event === 'started' ? name : `${name} exitCode=${exitCode}`.trim()
    this.add(run, 'cri', this.podName(run, id), event === 'started' ? 'containerStarted' : 'containerStopped', detail)
  }

  machine(run: Run, machine: MachineId, event: MachineEvent): void {
    this.add(run, 'machine', run.world.truth.machine(machine).spec.name, event, '')
  }

  controlPlane(run: Run, instance: string, event: ControlPlaneEvent): void {
    this.add(run, 'component', instance, event, '')
  }

  fault(run: Run, occurrence: Occurrence, event: 'begin' | 'end'): void {
    for (const target of occurrence.targets) this.add(run, 'fault', target, `${occurrence.faultKind}-${event}`, occurrence.fault)
  }

  operation(run: Run, name: string, of: string): void {
    this.add(run, 'operation', of, name, '')
  }

  kubectl(run: Run, command: string, event: 'output' | 'exit', text: string): void {
    this.add(run, 'kubectl', command, event, text)
  }

  notice(run: Run, source: string, object: string, reason: string, message: string): void {
    if (!this.noticed) {
      this.noticed = true
      for (const table of Object.values(run.world.store.tables)) {
        for (const { key, kind, name } of table) this.involved.set(key, `${kind}/${name}`)
      }
    }
    this.add(run, 'event', this.involved.get(object) ?? object, reason, message === '' ? source : message)
  }

  /** A Pod goes in two writes: the first says that it has no grace left (apiserver pkg/registry/generic/registry/store.go:Delete, 1.20 … 1.36). */
  private pod(run: Run, before: Pod | undefined, after: Pod | undefined): void {
    const name = (after ?? (before as Pod)).name
    const add = (event: string, detail: string): void => this.add(run, 'pod', name, event, detail)
    if (after === undefined) {
      if ((before as Pod).deletionTimestamp === null) add('terminating', 'grace=0')
      else if ((before as Pod).deletionGracePeriodSeconds !== 0) add('graceChanged', 'grace=0')
      add('deleted', '')
      this.gone.set((before as Pod).id as PodId, name)
      return
    }
    if (before === undefined) add('created', `owner=${after.owner === null ? 'none' : after.owner.kind}`)
    if ((before?.node ?? -1) < 0 && after.node >= 0) add('scheduled', `node=${run.world.truth.machine(after.node).spec.name}`)
    if (after.nominatedNode >= 0 && before?.nominatedNode !== after.nominatedNode)
      add('nominated', run.world.truth.machine(after.nominatedNode).spec.name)
    if (before !== undefined && before.phase !== after.phase) add('phase', after.phase)
    if (before !== undefined && before.podIP !== after.podIP && after.podIP !== '') add('ip', after.podIP)
    if (before !== undefined && before.ready !== after.ready) add('ready', String(after.ready))
    if (before?.deletionTimestamp == null && after.deletionTimestamp !== null)
      add('terminating', `grace=${after.deletionGracePeriodSeconds}`)
    else if (before !== undefined && before.deletionGracePeriodSeconds !== after.deletionGracePeriodSeconds)
      add('graceChanged', `grace=${after.deletionGracePeriodSeconds}`)
    for (const [index, status] of after.containerStatuses.entries()) {
      containerEvents(before?.containerStatuses[index], status, after.spec.containers[index]?.name ?? '', add)
    }
  }

  private node(run: Run, before: Node | undefined, after: Node | undefined): void {
    const name = (after ?? (before as Node)).name
    const add = (event: string, detail: string): void => this.add(run, 'node', name, event, detail)
    if (after === undefined) {
      add('deleted', '')
      return
    }
    if (before === undefined) {
      add(run.now === 0 ? 'initial' : 'created', `zone=${after.zone}`)
      return
    }
    if (before.ready !== after.ready) add('ready', `status=${after.ready}`)
    if (before.unschedulable !== after.unschedulable) add(after.unschedulable ? 'cordoned' : 'uncordoned', '')
    if (before.taints === after.taints) return
    const had = new Set(before.taints.map(({ key, effect }) => `${key}:${effect}`))
    const has = new Set(after.taints.map(({ key, effect }) => `${key}:${effect}`))
    for (const taint of has) if (!had.has(taint)) add('taint+', taint)
    for (const taint of had) if (!has.has(taint)) add('taint-', taint)
  }

  private endpoints(run: Run, before: Endpoints | undefined, after: Endpoints | undefined): void {
    const name = (after ?? (before as Endpoints)).name
    this.moved(run, name, 'ready', before?.ready ?? [], after?.ready ?? [])
    this.moved(run, name, 'notReady', before?.notReady ?? [], after?.notReady ?? [])
  }

  private moved(run: Run, service: string, set: string, before: readonly PodId[], after: readonly PodId[]): void {
    const had = new Set(before)
    const has = new Set(after)
    for (const pod of before) if (!has.has(pod)) this.add(run, 'endpoints', service, `${set}-`, this.podName(run, pod))
    for (const pod of after) if (!had.has(pod)) this.add(run, 'endpoints', service, `${set}+`, this.podName(run, pod))
  }

  private slice(run: Run, before: EndpointSlice | undefined, after: EndpointSlice | undefined): void {
    const service = (after ?? (before as EndpointSlice)).labels['kubernetes.io/service-name'] ?? ''
    const add = (event: string, pod: PodId): void => this.add(run, 'slice', service, event, this.podName(run, pod))
    const has = new Set(after?.endpoints.map(({ pod }) => pod))
    const had = new Map(before?.endpoints.map(({ pod, ready }) => [pod, ready]))
    for (const pod of had.keys()) if (!has.has(pod)) add('remove', pod)
    for (const { pod, ready } of after?.endpoints ?? []) {
      const event = ready ? 'ready' : 'notReady'
      if (!had.has(pod)) add(`add(${event})`, pod)
      else if (had.get(pod) !== ready) add(event, pod)
    }
  }

  private podName(run: Run, id: PodId): string {
    return run.world.store.pods.get(id)?.name ?? this.gone.get(id) ?? `#${id}`
  }

  private volume(run: Run, before: VolumeAttachment | undefined, after: VolumeAttachment | undefined): void {
    const { claim, node } = after ?? (before as VolumeAttachment)
    const add = (event: string): void => {
      const name = run.world.store.tables.PersistentVolumeClaim.get(claim)?.name ?? `#${claim}`
      this.add(run, 'volume', name, event, `node=${run.world.truth.machine(node).spec.name}`)
    }
    if (after === undefined) add('detached')
    else if (before === undefined) add('attaching')
    else if (after.attached && !before.attached) add('attached')
  }

  private controller(run: Run, before: Controller | undefined, after: Controller | undefined): void {
    const { kind, name } = after ?? (before as Controller)
    const add = (event: string, detail: string): void => this.add(run, kind.toLowerCase(), name, event, detail)
    if (after === undefined) {
      add('deleted', '')
      return
    }
    if (before === undefined) add('created', `replicas=${after.replicas}`)
    else if (before.replicas !== after.replicas) add('scale', `replicas=${after.replicas}`)
    const status = statusText(after)
    if (before === undefined || status !== statusText(before)) add('status', status)
  }

  private job(run: Run, before: Job | undefined, after: Job | undefined): void {
    const { name } = after ?? (before as Job)
    if (after === undefined) this.add(run, 'job', name, 'deleted', '')
    else if (before === undefined) this.add(run, 'job', name, 'created', '')
    else if (before.status !== after.status) {
      const { active, succeeded, failed, end } = after.status
      this.add(run, 'job', name, 'status', `active=${active} succeeded=${succeeded} failed=${failed}${end === null ? '' : ` ${end.type}`}`)
    }
  }

  private daemonSet(run: Run, before: DaemonSet | undefined, after: DaemonSet | undefined): void {
    const { name } = after ?? (before as DaemonSet)
    if (after === undefined) this.add(run, 'daemonset', name, 'deleted', '')
    else {
      if (before === undefined) this.add(run, 'daemonset', name, 'created', '')
      const status = daemonText(after)
      if (before === undefined || status !== daemonText(before)) this.add(run, 'daemonset', name, 'status', status)
    }
  }

  private budget(run: Run, before: PodDisruptionBudget | undefined, after: PodDisruptionBudget | undefined): void {
    if (before === undefined || after === undefined) return
    const status = budgetText(after)
    if (status !== budgetText(before)) this.add(run, 'pdb', after.name, 'status', status)
  }

  private add(run: Run, kind: string, object: string, event: string, detail: string): void {
    this.rows.push({ time: run.now, kind, object, event, detail })
  }
}

/** The counters of a status: what a recorder tells versions apart by. */
function statusText({ kind, status }: Controller): string {
  const { replicas, readyReplicas: ready, availableReplicas: available } = status
  if (kind === 'Deployment') return `replicas=${replicas} updated=${status.updatedReplicas} ready=${ready} available=${available}`
  if (kind === 'StatefulSet')
    return `replicas=${replicas} ready=${ready} current=${status.currentReplicas} updated=${status.updatedReplicas}`
  return `replicas=${replicas} ready=${ready} available=${available}`
}

function daemonText({ status }: DaemonSet): string {
  const { desiredNumberScheduled: desired, currentNumberScheduled: current, numberReady: ready } = status
  return `desired=${desired} current=${current} ready=${ready} updated=${status.updatedNumberScheduled} available=${status.numberAvailable}`
}

const budgetText = ({ status }: PodDisruptionBudget): string =>
  `allowed=${status.disruptionsAllowed} healthy=${status.currentHealthy} desired=${status.desiredHealthy} expected=${status.expectedPods}`

type Add = (event: string, detail: string) => void

function containerEvents(before: ContainerStatus | undefined, after: ContainerStatus, name: string, add: Add): void {
  if (before !== undefined && before.restartCount !== after.restartCount) add('restartCount', `${name} ${after.restartCount}`)
  if (before?.state === after.state && before.reason === after.reason && before.startedAt === after.startedAt) return
  if (after.state === 'running') add('containerRunning', name)
  else if (after.state === 'waiting') add('containerWaiting', `${name} reason=${after.reason}`)
  else add('containerTerminated', `${name} exitCode=${after.exitCode} reason=${after.reason}`)
}
