import { type MachineId, type Pod, type PodId, UNBOUND } from '../cluster/objects.ts'
import type { Run } from '../cluster/world.ts'
import type { MachineSpec, Who } from '../scenario/scenario.ts'
import { selects } from '../scenario/selectors.ts'
import type { Victim } from '../scenario/vocabulary.ts'
import type { Target } from './fault.ts'

const NO_POD = -1 as PodId

/** Everything `who` names that exists now, in order of machine and Pod: machines, Pods with a running sandbox, running containers, or the cluster. */
export function candidates(run: Run, who: Who, victim: Victim): Target[] {
  if (victim === 'cluster') return [{ name: 'cluster', key: 'cluster', machine: UNBOUND, pod: NO_POD, container: '' }]
  return victim === 'machine' ? machineTargets(run, who) : podTargets(run, who).flatMap((target) => expand(run, target, who, victim))
}

/** The `count` or `share` of the candidates with the smallest addressed numbers; all of them when neither is given. */
export function pick(run: Run, among: readonly Target[], who: Who, entity: string): readonly Target[] {
  const size = who.count ?? (who.share === undefined ? among.length : Math.round(who.share * among.length))
  if (size >= among.length) return among
  const drawn = among.map((target, order) => ({ target, order, draw: run.random.draw('who', `${entity}|${target.key}`) }))
  drawn.sort((a, b) => a.draw - b.draw || a.order - b.order)
  const chosen = drawn.slice(0, size).sort((a, b) => a.order - b.order)
  return chosen.map(({ target }) => target)
}

function machineTargets(run: Run, who: Who): Target[] {
  const { truth } = run.world
  return machinesOf(run, who).map((machine) => {
    const { name } = truth.machine(machine).spec
    return { name, key: `machine/${name}`, machine, pod: NO_POD, container: '' }
  })
}

/** The machines that `who` names, or that its Pods are bound to, in order. */
export function machinesOf(run: Run, who: Who): MachineId[] {
  const { truth } = run.world
  const { target } = who
  if ('pod' in target || 'workload' in target) {
    const machines = new Set(podsOf(run, who).map((pod) => pod.node))
    return [...machines].filter((machine) => machine >= 0).sort((a, b) => a - b)
  }
  return truth.machines.filter(({ spec }) => onMachine(target, spec)).map(({ id }) => id)
}

function podTargets(run: Run, who: Who): Target[] {
  return podsOf(run, who).flatMap((pod) => podTarget(run, pod) ?? [])
}

/** The Pod as a victim, when its sandbox runs. */
function podTarget(run: Run, pod: Pod): Target | undefined {
  if (run.world.truth.sandbox(pod.id as PodId)?.up !== true) return undefined
  return { name: `${pod.namespace}/${pod.name}`, key: pod.key, machine: pod.node, pod: pod.id as PodId, container: '' }
}

function podsOf(run: Run, who: Who): Pod[] {
  const { store, workloads } = run.world
  const { target } = who
  if ('workload' in target) return [...workloads.podsOf(target.workload)].sort((a, b) => a - b).map((id) => store.pods.get(id) as Pod)
  if ('pod' in target) {
    const [namespace, name] = target.pod.split('/') as [string, string]
    const pod = store.pods.find(namespace, name)
    return pod === undefined ? [] : [pod]
  }
  return [...store.pods].filter((pod) => names(run, who, pod))
}

/** Whether `who` names this Pod. */
function names(run: Run, { target }: Who, pod: Pod): boolean {
  if ('workload' in target) return run.world.workloads.of(pod.id as PodId) === target.workload
  if ('pod' in target) return target.pod === `${pod.namespace}/${pod.name}`
  if ('all' in target) return true
  if ('selector' in target) {
    return (target.namespace === undefined || target.namespace === pod.namespace) && selects(target.selector, pod.labels)
  }
  const machine = run.world.truth.machines[pod.node]
  return machine !== undefined && onMachine(target, machine.spec)
}

/** Whether a machine is one of those `who` names. */
function onMachine(target: Exclude<Who['target'], { pod: string } | { workload: string }>, spec: MachineSpec): boolean {
  if ('nodes' in target) return target.nodes.includes(spec.name)
  if ('zone' in target) return spec.zone === target.zone
  if ('domain' in target) return Object.entries(target.domain).every(([domain, value]) => spec.domains[domain] === value)
  if ('selector' in target) return selects(target.selector, spec.labels)
  return !spec.controlPlane
}

/** The victims among one Pod: itself, or its running containers, when `who` names it. */
export function targetsOfPod(run: Run, who: Who, victim: Victim, id: PodId): Target[] {
  const pod = run.world.store.pods.get(id)
  if (pod === undefined || !names(run, who, pod)) return []
  const target = podTarget(run, pod)
  return target === undefined ? [] : expand(run, target, who, victim)
}

function expand(run: Run, target: Target, who: Who, victim: Victim): Target[] {
  if (victim !== 'container') return [target]
  const sandbox = run.world.truth.sandbox(target.pod)
  const pod = run.world.store.pods.get(target.pod)
  if (sandbox === undefined || pod === undefined) return []
  const apps = pod.spec.containers.filter(
    ({ name }, index) => (who.container === undefined || name === who.container) && sandbox.containers[index]?.state === 'running',
  )
  // A sidecar is hit where it is named.
  const sidecars = pod.spec.initContainers.filter(
    ({ name, restartPolicy }, index) =>
      name === who.container && restartPolicy === 'Always' && sandbox.initContainers[index]?.state === 'running',
  )
  return [...apps, ...sidecars].map(({ name }) => ({
    ...target,
    name: `${target.name}/${name}`,
    key: `${target.key}/${name}`,
    container: name,
  }))
}
