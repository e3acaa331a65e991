import { joinMachine } from '../../cluster/build.ts'
import { isTerminal, type KindName, type Node, type Pod, UNBOUND } from '../../cluster/objects.ts'
import { type Kind, type Run, stateOf } from '../../cluster/world.ts'
import { seconds } from '../../kernel/time.ts'
import { machineOfGroup } from '../../scenario/node-group.ts'
import type { ClusterState } from '../scheduler/cluster-state.ts'
import { fillCluster } from '../scheduler/setup.ts'
import { chooseOption, type Expander, isHealthy, nextBackoff, type Option } from './rules.ts'
import { estimate, futureNode } from './simulation.ts'
import { type Autoscaler, autoscalerState, hurry, mark, nameOf, sizeOf, upcoming, wakeAt } from './state.ts'

/** unschedulablePodTimeBuffer (core/static_autoscaler.go). */
const NEW_US = seconds(2)

/** Pods that the scheduler has called unschedulable, old enough to be looked at. */
export function pendingPods(run: Run, state: Autoscaler): Pod[] {
  const { 'new-pod-scale-up-delay': delay, 'expendable-pods-priority-cutoff': cutoff } = state.flags
  const waits = (pod: Pod): boolean =>
    pod.node === UNBOUND &&
    pod.unschedulable !== '' &&
    pod.deletionTimestamp === null &&
    !isTerminal(pod) &&
    pod.nominatedNode < 0 &&
    pod.spec.priority >= cutoff
  return [...state.process.cache.all('Pod')].filter(waits).filter((pod) => {
    const old = pod.created + delay <= run.now
    if (!old) wakeAt(run, state, pod.created + delay)
    return old
  })
}

/** Whether more Pods are likely to come: all that wait are younger than 2 s. core/static_autoscaler.go:allPodsAreNew. */
export const areNew = (pods: readonly Pick<Pod, 'created'>[], now: number): boolean =>
  Math.min(...pods.map(({ created }) => created)) + NEW_US > now

/** The cluster as it will be when every machine asked for is there: their Nodes as they will be when ready. */
export function futureCluster(run: Run, state: Autoscaler): { cluster: ClusterState; nextId: number } {
  const { cache } = state.process
  const waiting = upcoming(state)
  const counts = (pod: Pod): boolean => pod.spec.priority >= state.flags['expendable-pods-priority-cutoff']
  const all = (kind: KindName): Iterable<never> => {
    const objects: Iterable<unknown> =
      kind === 'Node'
        ? [...cache.all('Node')].filter(({ id }) => !waiting.has(id))
        : kind === 'Pod'
          ? [...cache.all('Pod')].filter(counts)
          : cache.all(kind)
    return objects as Iterable<never>
  }
  const cluster = fillCluster({ all }, run.world.profile)
  for (const pod of cache.all('Pod')) {
    if (pod.node === UNBOUND && pod.nominatedNode >= 0 && cluster.nodes.objects[pod.nominatedNode] !== undefined && !isTerminal(pod))
      cluster.place(pod, pod.nominatedNode)
  }
  let nextId = run.world.truth.machines.length
  for (const { group, place, machine } of state.requests.values()) {
    const spec = machineOfGroup((state.groups[group] as Autoscaler['groups'][number]).spec.template, place)
    cluster.putNode(futureNode(machine ?? nextId++, spec))
  }
  return { cluster, nextId }
}

/**
 * Whether few enough Nodes are unready: new ones do not count yet, those whose machine the provider no longer has do not count any more.
 */
export function healthy(run: Run, state: Autoscaler): boolean {
  const waiting = upcoming(state)
  const nodes = [...state.process.cache.all('Node')].filter(({ id }) => !waiting.has(id))
  const isUnready = ({ id, ready }: Node): boolean => ready !== 'True' && run.world.truth.machine(id).terminations === 0
  const { 'ok-total-unready-count': ok, 'max-total-unready-percentage': share } = state.flags
  return isHealthy(nodes.filter(isUnready).length, nodes.length, ok, share)
}

/**
 * The group that helps best grows by as many machines as the Pods left need; answers whether one does. autoscaler
 * core/scaleup/orchestrator/orchestrator.go:ScaleUp.
 */
export function scaleUp(run: Run, state: Autoscaler, cluster: ClusterState, pods: readonly Pod[], nextId: number): boolean {
  const options: Option[] = state.groups.flatMap(({ spec, asked, backoff }, group) => {
    const most = spec.max - sizeOf(run, state, group)
    if (most <= 0 || (backoff !== null && run.now < backoff.until)) return []
    const found = estimate(cluster, pods, (k) => machineOfGroup(spec.template, asked + k), most, nextId)
    return found.count === 0 ? [] : [{ ...found, group }]
  })
  if (options.length === 0) return false
  const draw = run.random.draw('cluster-autoscaler.expander', `${state.process.incarnation}`, state.scans)
  const chosen = chooseOption(options, state.flags.expander as Expander, draw) as Option
  for (const pod of chosen.pods) {
    state.client.notice(run, pod.key, 'TriggeredScaleUp', `pod triggered scale-up of ${nameOf(state, chosen.group)} by ${chosen.count}`)
  }
  for (let i = 0; i < chosen.count; i++) ask(run, state, chosen.group)
  wakeAt(run, state, run.now + state.flags['max-node-provision-time'])
  // What the chosen group does not help is looked at again by the next scan.
  mark(run, state)
  hurry(run, state)
  return true
}

/** Asks the provider for one more machine of a group: its API call, then boot and kubelet. */
function ask(run: Run, state: Autoscaler, group: number): void {
  const of = state.groups[group] as Autoscaler['groups'][number]
  const place = of.asked++
  const number = ++state.numbers
  state.requests.set(number, { group, place, time: run.now, machine: null, given: 'waits' })
  const entity = `${of.spec.template.name}-${place + 1}`
  const call = Math.max(1, run.random.duration(run.world.latency['cloud-api'], 'cloud-api', entity))
  const comes = run.random.duration(of.spec.provisioning ?? run.world.latency['machine-provision'], 'machine-provision', entity)
  run.after(call + Math.max(1, comes), MachineComes, number, state.process.incarnation)
}

/** A machine that was asked for is there, unless it was given up; its kubelet starts. Detail: incarnation of the process that asked. */
const MachineComes: Kind = {
  name: 'cluster-autoscaler/machine-comes',
  on(run, number) {
    const state = stateOf(run.world, autoscalerState)
    const request = state.requests.get(number)
    if (request === undefined) return
    const { spec } = state.groups[request.group] as Autoscaler['groups'][number]
    request.machine = joinMachine(run, machineOfGroup(spec.template, request.place))
    request.given = 'up'
  },
}

/**
 * Machines that have not registered in time are deleted, and their group backs off. clusterstate.go:updateScaleRequests,
 * deleteCreatedNodesWithErrors.
 */
export function giveUpLate(run: Run, state: Autoscaler): void {
  const { flags, process, requests } = state
  const late = [...requests].filter(([, { time, machine }]) => {
    const registered = machine !== null && process.cache.get('Node', machine) !== undefined
    return !registered && run.now - time >= flags['max-node-provision-time']
  })
  for (const [number, { machine, group }] of late) {
    requests.delete(number)
    if (machine !== null) run.world.truth.terminate(run, machine)
    const of = state.groups[group] as Autoscaler['groups'][number]
    of.backoff = nextBackoff(of.backoff, run.now, {
      initial: flags['initial-node-group-backoff-duration'],
      max: flags['max-node-group-backoff-duration'],
      reset: flags['node-group-backoff-reset-timeout'],
    })
    run.world.observers.remark(
      run,
      `no machine of ${nameOf(state, group)} in ${flags['max-node-provision-time'] / 1e6} s: the group backs off`,
    )
    wakeAt(run, state, of.backoff.until)
  }
}
