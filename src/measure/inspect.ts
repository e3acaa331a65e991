import {
  type ApiObject,
  type ContainerStatus,
  type CronJob,
  type DaemonSet,
  isActive,
  type Job,
  type MachineId,
  type Node,
  type PersistentVolumeClaim,
  type Pod,
  type PodId,
  type StatefulSet,
} from '../cluster/objects.ts'
import type { Run } from '../cluster/world.ts'
import { clockOf, instantOf } from '../control/cronjob/plan.ts'
import { isSidecar } from '../control/kubelet/init-actions.ts'
import type { LabelSelector, Labels, PodTemplate } from '../scenario/specs.ts'
import type {
  ClaimView,
  CronJobView,
  DaemonSetView,
  DeploymentView,
  EndpointsView,
  Inspection,
  JobView,
  MachineView,
  NodeView,
  ObjectView,
  PodView,
  ReplicaSetView,
  ServiceView,
  StatefulSetView,
} from './inspection.ts'
import { manifestOf } from './manifest-of.ts'

/** The cluster as the API would show it now, with the truth beside it. */
export function inspectWorld(run: Run): Inspection {
  const { tables, pods } = run.world.store
  return {
    now: run.now,
    pods: [...pods].map((pod) => podView(run, pod)),
    nodes: [...tables.Node].map((node) => nodeView(run, node)),
    deployments: [...tables.Deployment].map(
      (object): DeploymentView => ({
        ...view(run, object),
        desired: object.replicas,
        ready: object.status.readyReplicas,
        updated: object.status.updatedReplicas,
        available: object.status.availableReplicas,
        images: imagesOf(object.template),
        selector: selectorText(object.selector),
        serving: serving(run, `deployment/${object.namespace}/${object.name}`),
      }),
    ),
    replicaSets: [...tables.ReplicaSet, ...tables.ReplicationController].map(
      (object): ReplicaSetView => ({
        ...view(run, object),
        kind: object.kind,
        desired: object.replicas,
        current: object.status.replicas,
        ready: object.status.readyReplicas,
        images: imagesOf(object.template),
        selector: selectorText(object.selector),
        serving: servingOfOwner(run, object.kind, object.id),
      }),
    ),
    statefulSets: [...tables.StatefulSet].map((object) => statefulSetView(run, object)),
    claims: [...tables.PersistentVolumeClaim].map((object) => claimView(run, object)),
    daemonSets: [...tables.DaemonSet].map((set) => daemonSetView(run, set)),
    jobs: [...tables.Job].map((job) => jobView(run, job)),
    cronJobs: [...tables.CronJob].map((cronJob) => cronJobView(run, cronJob)),
    services: [...tables.Service].map(
      (object): ServiceView => ({
        ...view(run, object),
        type: object.type,
        clusterIP: object.clusterIP,
        ports: object.ports.map(({ port, nodePort, protocol }) => `${port}${nodePort === undefined ? '' : `:${nodePort}`}/${protocol}`),
        selector: pairs(object.selector),
      }),
    ),
    endpoints: [...tables.Endpoints].map((object): EndpointsView => {
      const port = tables.Service.get(object.service)?.ports[0]?.targetPort ?? ''
      const address = (pod: PodId): string => `${pods.get(pod)?.podIP ?? ''}:${portNumber(pods.get(pod), port)}`
      const dead = object.ready.filter((pod) => run.world.truth.sandbox(pod)?.serves !== true)
      return { ...view(run, object), addresses: object.ready.map(address), dead: dead.map(address) }
    }),
    machines: run.world.truth.machines.map(({ id }) => machineView(run, id)),
  }
}

function daemonSetView(run: Run, set: DaemonSet): DaemonSetView {
  const { status, template, selector, namespace, name } = set
  return {
    ...view(run, set),
    desired: status.desiredNumberScheduled,
    current: status.currentNumberScheduled,
    ready: status.numberReady,
    updated: status.updatedNumberScheduled,
    available: status.numberAvailable,
    nodeSelector: pairs(template.spec.nodeSelector),
    images: imagesOf(template),
    selector: selectorText(selector),
    serving: serving(run, `daemonset/${namespace}/${name}`),
  }
}

/** kubectl's columns of a Job (printers/internalversion/printers.go:printJob, 1.31 … 1.36; before without STATUS). */
function jobView(run: Run, job: Job): JobView {
  const { status, completions, parallelism, template } = job
  const { succeeded, end, target, startTime, endTime } = status
  const will = target === null ? undefined : target.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget'
  const whole = parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`
  return {
    ...view(run, job),
    status: end?.type ?? will ?? (status.suspended ? 'Suspended' : 'Running'),
    completions: completions === null ? whole : `${succeeded}/${completions}`,
    started: startTime,
    ended: end === null ? null : endTime,
    images: imagesOf(template),
    serving: servingOfOwner(run, 'Job', job.id),
  }
}

function cronJobView(run: Run, cronJob: CronJob): CronJobView {
  const { schedule, suspend, status, jobTemplate, namespace, name } = cronJob
  return {
    ...view(run, cronJob),
    schedule,
    suspend,
    active: status.active.length,
    lastStart: status.lastScheduleTime === null ? null : instantOf(clockOf(run), status.lastScheduleTime),
    images: imagesOf(jobTemplate.spec.template),
    serving: serving(run, `cronjob/${namespace}/${name}`),
  }
}

function view(run: Run, object: ApiObject): ObjectView {
  const { namespace, name, labels, created } = object
  return { namespace, name, labels, created, object: manifestOf(object, (machine) => run.world.truth.machine(machine).spec.name) }
}

function statefulSetView(run: Run, object: StatefulSet): StatefulSetView {
  return {
    ...view(run, object),
    desired: object.replicas,
    ready: object.status.readyReplicas,
    containers: object.template.spec.containers.map(({ name }) => name),
    images: imagesOf(object.template),
    serving: serving(run, `statefulset/${object.namespace}/${object.name}`),
  }
}

function claimView(run: Run, object: PersistentVolumeClaim): ClaimView {
  const attachments = [...run.world.store.tables.VolumeAttachment].filter(({ claim, attached }) => attached && claim === object.id)
  const attached = attachments.map(({ node }) => run.world.truth.machine(node).spec.name)
  return { ...view(run, object), status: object.phase, accessModes: object.accessModes, attached }
}

/**
 * Column RESTARTS: while a Pod initializes, the restarts of its init containers up to the first that has not finished; then those of its containers and sidecars.
 * pkg/printers/internalversion/printers.go:printPod (1.20 … 1.36).
 */
export function restartsOf({ spec, initialized, initContainerStatuses, containerStatuses }: Pod, minor: number): number {
  const sum = (statuses: readonly ContainerStatus[]): number => statuses.reduce((total, { restartCount }) => total + restartCount, 0)
  const waits = initContainerStatuses.findIndex(({ state, exitCode, started }, index) =>
    isSidecar(spec.initContainers[index], minor) ? !started : state !== 'terminated' || exitCode !== 0,
  )
  if (waits >= 0 && !initialized) return sum(initContainerStatuses.slice(0, waits + 1))
  return sum(containerStatuses) + sum(initContainerStatuses.filter((_, index) => isSidecar(spec.initContainers[index], minor)))
}

function podView(run: Run, pod: Pod): PodView {
  const { truth } = run.world
  const sandbox = truth.sandbox(pod.id as PodId)
  const restarts = restartsOf(pod, run.world.profile.minor)
  const finished = pod.containerStatuses.flatMap(({ finishedAt }) => finishedAt ?? [])
  const nameOf = (machine: MachineId): string => (machine < 0 ? '' : truth.machine(machine).spec.name)
  return {
    ...view(run, pod),
    ready: pod.containerStatuses.filter(({ ready }) => ready).length,
    containers: pod.spec.containers.length,
    status: podStatus(pod),
    restarts,
    lastRestart: restarts === 0 || finished.length === 0 ? null : (Math.max(...finished) as Pod['created']),
    ip: pod.podIP,
    node: nameOf(pod.node),
    nominatedNode: nameOf(pod.nominatedNode),
    machine: sandbox?.up === true ? nameOf(sandbox.machine) : '',
    serves: sandbox?.serves ?? false,
    environment: sharedEnvironment(
      sandbox?.containers.map((container) => (container?.state === 'running' ? container.environment : [])) ?? [],
    ),
  }
}

/** A target port as a number: named ports are those of the Pod's containers. */
function portNumber(pod: Pod | undefined, port: number | string): number | string {
  if (typeof port === 'number') return port
  return pod?.spec.containers.flatMap(({ ports }) => ports).find(({ name }) => name === port)?.containerPort ?? port
}

/** The Services that all containers know. */
function sharedEnvironment(environments: readonly (readonly string[])[]): readonly string[] {
  const [first = [], ...others] = environments
  return first.filter((service) => others.every((environment) => environment.includes(service)))
}

/** kubectl's STATUS column (printers/internalversion/printers.go:printPod, 1.20 … 1.36). */
function podStatus(pod: Pod): string {
  if (pod.deletionTimestamp !== null) return 'Terminating'
  if (pod.reason !== '') return pod.reason
  const initializing = pod.initContainerStatuses.findIndex(({ state, exitCode }) => state !== 'terminated' || exitCode !== 0)
  if (!pod.initialized && initializing >= 0) {
    const status = pod.initContainerStatuses[initializing]
    if (status?.state === 'waiting' && status.reason !== '' && status.reason !== 'PodInitializing') return `Init:${status.reason}`
    return `Init:${initializing}/${pod.spec.initContainers.length}`
  }
  const spoken = pod.containerStatuses.findLast(({ state, reason }) => state !== 'running' && reason !== '')
  return spoken?.reason ?? pod.phase
}

function nodeView(run: Run, node: Node): NodeView {
  const machine = run.world.truth.machines[node.id]
  const prefix = 'node-role.kubernetes.io/'
  return {
    ...view(run, node),
    ready: node.ready ?? 'Unknown',
    unschedulable: node.unschedulable,
    roles: Object.keys(node.labels)
      .filter((label) => label.startsWith(prefix))
      .map((label) => label.slice(prefix.length)),
    version: `v${run.world.profile.name}${run.world.profile.patch === undefined ? '.0' : ''}`,
    ip: run.world.network.machineIP(node.id),
    taints: node.taints.map(({ key, value, effect }) => `${key}${value === '' ? '' : `=${value}`}:${effect}`),
    machine: machine === undefined ? '' : machineView(run, node.id).state,
  }
}

function machineView(run: Run, id: MachineId): MachineView {
  const machine = run.world.truth.machine(id)
  const kubelet = run.world.processes.find((process) => process.machine === id)
  return {
    name: machine.spec.name,
    zone: machine.spec.zone,
    state: machine.up ? 'up' : machine.outages > 0 ? 'off' : 'booting',
    kubelet: kubelet?.up === true ? 'running' : 'stopped',
    network: machine.reachable ? 'reachable' : 'partitioned',
    sandboxes: [...machine.pods].filter((pod) => run.world.truth.sandbox(pod)?.up === true).length,
  }
}

function serving(run: Run, workload: string): number {
  return [...run.world.workloads.podsOf(workload)].filter((pod) => run.world.truth.sandbox(pod)?.serves === true).length
}

function servingOfOwner(run: Run, kind: string, id: number): number {
  let count = 0
  for (const pod of run.world.store.pods) {
    if (pod.owner?.kind === kind && pod.owner.id === id && isActive(pod) && run.world.truth.sandbox(pod.id as PodId)?.serves === true)
      count++
  }
  return count
}

const pairs = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',')

const imagesOf = ({ spec }: PodTemplate): string[] => spec.containers.map(({ image }) => image)

function selectorText({ matchLabels, matchExpressions }: LabelSelector): string {
  const labels = Object.entries(matchLabels).map(([key, value]) => `${key}=${value}`)
  return [...labels, ...matchExpressions.map(({ key, operator, values }) => `${key} ${operator.toLowerCase()} (${values.join(',')})`)].join(
    ',',
  )
}
