import { referenceOf } from './manifests.ts'
import {
  nothingSelected,
  type Report,
  tooManyTargets,
  unknownContainer,
  unknownDomain,
  unknownNode,
  unknownPod,
  unknownService,
  unknownValue,
  unknownWorkload,
  unknownZone,
} from './problems.ts'
import type { BehaviourRow, MachineSpec, Who } from './scenario.ts'
import { selects } from './selectors.ts'
import type { LabelSelector, Labels, PodSpec, WorkloadManifest } from './specs.ts'
import type { Victim } from './vocabulary.ts'

/** Pods that manifests lead to: of a controller, or one by itself. */
export interface PodSource {
  readonly reference: string
  readonly namespace: string
  /** Full names begin with `<name>-` when a controller makes them. */
  readonly name: string
  readonly generated: boolean
  readonly labels: Labels
  readonly spec: PodSpec
  readonly replicas: number
}

/** Everything that faults, operations, behaviour and expectations may refer to. */
export interface Referable {
  readonly machines: readonly MachineSpec[]
  readonly pods: readonly PodSource[]
  /** Every object, as `kind/namespace/name`, and `node/name`. */
  readonly objects: readonly string[]
  /** Whether Pods may become more or fewer than the manifests say. */
  readonly scales: boolean
}

/** What can be referred to in a scenario of these machines and objects. */
export function referable(machines: readonly MachineSpec[], workloads: readonly WorkloadManifest[], scales: boolean): Referable {
  const statics = machines.flatMap((machine) => machine.staticPods.map((pod) => ({ ...pod, name: `${pod.name}-${machine.name}` })))
  const pods = [...workloads, ...statics].flatMap((manifest) => podsOf(manifest, machines.length))
  const objects = [...machines.map(({ name }) => `node/${name}`), ...workloads.map(referenceOf), ...statics.map(referenceOf)]
  return { machines, pods, objects, scales }
}

function podsOf(manifest: WorkloadManifest, nodes: number): PodSource[] {
  const { namespace, name } = manifest
  const reference = referenceOf(manifest)
  if (manifest.kind === 'Pod')
    return [{ reference, namespace, name, generated: false, labels: manifest.labels, spec: manifest.spec, replicas: 1 }]
  if (manifest.kind === 'CronJob') {
    const { template, parallelism } = manifest.jobTemplate.spec
    return [{ reference, namespace, name, generated: true, ...template, replicas: parallelism }]
  }
  if (!('template' in manifest)) return []
  const replicas = manifest.kind === 'DaemonSet' ? nodes : manifest.kind === 'Job' ? manifest.parallelism : manifest.replicas
  return [{ reference, namespace, name, generated: true, ...manifest.template, replicas }]
}

const isControlPlane = ({ controlPlane }: MachineSpec): boolean => controlPlane

/** Reports every way in which `who` can never hit anything; paths are from the `who`. */
export function checkWho(who: Who, victim: Victim, everything: Referable, report: Report): undefined {
  const { target } = who
  const among = victim === 'component' ? { ...everything, machines: everything.machines.filter(isControlPlane) } : everything
  if ('nodes' in target) return checkNodes(target.nodes, who, victim, among, report)
  if ('zone' in target) return checkZone(target.zone, who, victim, among, report)
  if ('domain' in target) return checkDomain(target.domain, who, victim, among, report)
  if ('workload' in target) return checkWorkload(target.workload, who, victim, among, report)
  if ('pod' in target) return checkPod(target.pod, who, among, report)
  if ('selector' in target) return checkSelector(target.selector, target.namespace, who, victim, among, report)
  checkCount(
    who,
    victim,
    among.machines.filter(({ controlPlane }) => !controlPlane),
    among.pods,
    among,
    report,
  )
}

function checkNodes(nodes: readonly string[], who: Who, victim: Victim, among: Referable, report: Report): undefined {
  const names = among.machines.map(({ name }) => name)
  for (const [i, name] of nodes.entries()) {
    if (!names.includes(name)) report(['nodes', i], unknownNode(name, names))
  }
  checkCount(
    who,
    victim,
    among.machines.filter(({ name }) => nodes.includes(name)),
    undefined,
    among,
    report,
  )
}

function checkZone(zone: string, who: Who, victim: Victim, among: Referable, report: Report): undefined {
  const matching = among.machines.filter((machine) => machine.zone === zone)
  const zones = [...new Set(among.machines.map((machine) => machine.zone))].filter((one) => one !== '')
  if (matching.length === 0) return report(['zone'], unknownZone(zone, zones))
  checkCount(who, victim, matching, undefined, among, report)
}

function checkDomain(domain: Labels, who: Who, victim: Victim, among: Referable, report: Report): undefined {
  const matching = among.machines.filter(({ domains }) => Object.entries(domain).every(([name, value]) => domains[name] === value))
  if (matching.length > 0) return checkCount(who, victim, matching, undefined, among, report)
  for (const [name, value] of Object.entries(domain)) {
    const names = [...new Set(among.machines.flatMap(({ domains }) => Object.keys(domains)))]
    if (!names.includes(name)) return report(['domain', name], { ...unknownDomain('fault domain', name, names), at: 'key' })
    const values = [...new Set(among.machines.flatMap(({ domains }) => domains[name] ?? []))]
    if (!values.includes(value)) return report(['domain', name], unknownDomain(name, value, values))
  }
  report(['domain'], nothingSelected('Node'))
}

function checkWorkload(reference: string, who: Who, victim: Victim, among: Referable, report: Report): undefined {
  const matching = among.pods.filter((pod) => pod.reference === reference)
  if (matching.length === 0) {
    const known = among.pods.map((pod) => pod.reference)
    return report(['workload'], unknownWorkload(reference, known))
  }
  checkPods(who, victim, matching, among, report)
}

/** Whether a Pod of this full name can exist. */
export const mayBeCalled = (pod: PodSource, fullName: string): boolean => {
  const name = `${pod.namespace}/${pod.name}`
  return pod.generated ? fullName.startsWith(`${name}-`) : fullName === name
}

function checkPod(name: string, who: Who, among: Referable, report: Report): undefined {
  const matching = among.pods.filter((pod) => mayBeCalled(pod, name))
  if (matching.length === 0) {
    const known = among.pods.filter(({ generated }) => !generated).map((pod) => `${pod.namespace}/${pod.name}`)
    return report(['pod'], unknownPod(name, known))
  }
  checkContainer(who, matching, report)
}

function checkSelector(
  selector: LabelSelector,
  namespace: string | undefined,
  who: Who,
  victim: Victim,
  among: Referable,
  report: Report,
): undefined {
  if (victim === 'machine' || victim === 'component') {
    const machines = among.machines.filter(({ labels }) => selects(selector, labels))
    if (machines.length > 0) return checkCount(who, victim, machines, undefined, among, report)
    return report(['selector'], nothingSelected('Node'))
  }
  const pods = among.pods.filter((pod) => selects(selector, pod.labels) && (namespace === undefined || namespace === pod.namespace))
  if (pods.length > 0) return checkPods(who, victim, pods, among, report)
  report(['selector'], nothingSelected('Pod'))
}

function checkPods(who: Who, victim: Victim, pods: readonly PodSource[], among: Referable, report: Report): undefined {
  checkContainer(who, pods, report)
  checkCount(who, victim, undefined, pods, among, report)
}

function checkContainer({ container }: Pick<Who, 'container'>, pods: readonly PodSource[], report: Report): undefined {
  if (container === undefined) return
  const names = [...new Set(pods.flatMap(({ spec }) => [...spec.containers, ...spec.initContainers].map(({ name }) => name)))]
  if (!names.includes(container)) report(['container'], unknownContainer(container, names))
}

/** More targets wanted than there can be. Pods are counted only where their number is fixed. */
function checkCount(
  { count }: Who,
  victim: Victim,
  machines: readonly MachineSpec[] | undefined,
  pods: readonly PodSource[] | undefined,
  { scales }: Referable,
  report: Report,
): undefined {
  if (count === undefined) return
  const available =
    victim === 'machine'
      ? machines?.length
      : scales || victim !== 'pod'
        ? undefined
        : pods?.reduce((sum, { replicas }) => sum + replicas, 0)
  if (available === undefined || count <= available) return
  report(['count'], tooManyTargets(available, count))
}

/** Reports a behaviour row that can never apply. */
export function checkBehaviour({ select, container, needs = [] }: BehaviourRow, among: Referable, report: Report): undefined {
  const services = among.objects.filter((name) => name.startsWith('service/'))
  needs.forEach((name, i) => {
    if (!services.includes(name)) report(['needs', i], unknownService(name, services))
  })
  const own: Report = (path, diagnosis) => report(path[0] === 'container' ? path : ['select', ...path], diagnosis)
  if ('workload' in select) {
    const pods = among.pods.filter(({ reference }) => reference === select.workload)
    if (pods.length > 0) return checkContainer(container === undefined ? {} : { container }, pods, own)
    const known = among.pods.map(({ reference }) => reference)
    return own([], unknownWorkload(select.workload, known))
  }
  const who = { target: select, ...(container === undefined ? {} : { container }) } as Who
  if ('selector' in select) return checkSelector(select.selector, select.namespace, who, 'pod', among, own)
  checkContainer(who, among.pods, own)
}

/** Reports an operation's `of` that names nothing; the kinds it may be of come from the operation. */
export function checkObject(of: string, kinds: readonly string[], among: Referable, report: Report): undefined {
  const [kind = '', ...rest] = of.split('/')
  if (!kinds.includes(kind))
    return report(
      ['of'],
      unknownValue(
        kinds.map((one) => `${one}/…`),
        of,
      ),
    )
  if (among.objects.includes(of)) return
  if (kind === 'pod' && among.pods.some((pod) => mayBeCalled(pod, rest.join('/')))) return
  const known = among.objects.filter((one) => one.startsWith(`${kind}/`))
  report(['of'], kind === 'node' ? unknownNode(of, known) : unknownWorkload(of, known))
}
