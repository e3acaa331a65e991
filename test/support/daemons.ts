import { createWorkloads } from '../../src/cluster/build.ts'
import type { DaemonSet, Node, Pod, Taint } from '../../src/cluster/objects.ts'
import type { World } from '../../src/cluster/world.ts'
import { targetOf } from '../../src/control/daemonset/template.ts'
import { convergeDaemonSetStatus, convergeDaemonSets, daemonSet } from '../../src/control/daemonset.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import type { DaemonSetManifest } from '../../src/scenario/specs.ts'
import type { ConvergedOptions } from './converged.ts'
import { operator } from './converged.ts'
import { fakeKubelet } from './fake-kubelet.ts'
import { machineOf, podTemplate, startAll, testRun } from './world.ts'

/** A DaemonSet of Pods labelled `app: <name>`. */
export function daemons(name: string, fields: Partial<DaemonSetManifest> = {}): DaemonSetManifest {
  return {
    kind: 'DaemonSet',
    name,
    namespace: 'default',
    labels: {},
    annotations: {},
    minReadySeconds: 0,
    selector: { matchLabels: { app: name }, matchExpressions: [] },
    template: podTemplate({ app: name }),
    updateStrategy: 'RollingUpdate',
    maxSurge: { count: 0 },
    maxUnavailable: { count: 1 },
    ...fields,
  }
}

/** The DaemonSet controller with stand-ins for scheduler and kubelets, converged at t = 0: calls and watches take 1 ms. */
export function daemonRun(options: ConvergedOptions = {}): Simulation<World> {
  const run = testRun({ ...options, components: [daemonSet, fakeKubelet(options.startup, options.shutdown)] })
  createWorkloads(run)
  convergeDaemonSets(run)
  const { store, network } = run.world
  for (const pod of store.pods) {
    const node = machineOf(run, targetOf(pod) ?? '')
    const podIP = network.allocatePodIP(node)
    store.update(run, pod, { node, phase: 'Running', ready: true, containersReady: true, initialized: true, podIP })
  }
  convergeDaemonSetStatus(run)
  startAll(run)
  return run
}

export const theDaemonSet = (run: Simulation<World>): DaemonSet => [...run.world.store.tables.DaemonSet][0] as DaemonSet

/** Writes the taints of a Node, as node lifecycle or an operator would. */
export function taintNode(run: Simulation<World>, name: string, ...taints: Omit<Taint, 'value' | 'timeAdded'>[]): void {
  const node = run.world.store.tables.Node.find('', name) as Node
  run.world.store.update(run, node, { taints: taints.map((taint) => ({ ...taint, value: '', timeAdded: null })) })
}

/** Writes the image of the template as `kubectl set image` would. */
export function setImage(run: Simulation<World>, image: string): void {
  const { template } = theDaemonSet(run)
  const containers = template.spec.containers.map((each) => ({ ...each, image }))
  const fields = { template: { ...template, spec: { ...template.spec, containers } } }
  run.world.api.update(run, operator(run), theDaemonSet(run), fields, 0, null, 0, true)
}

/** `desired/current/misscheduled/ready` when a status changes. */
export const daemonLine = (after: DaemonSet | undefined, before: DaemonSet | undefined): string | null => {
  if (after === undefined || before === undefined || after.status === before.status) return null
  const { desiredNumberScheduled, currentNumberScheduled, numberMisscheduled, numberReady } = after.status
  return `${desiredNumberScheduled}/${currentNumberScheduled}/${numberMisscheduled}/${numberReady}`
}

export const failed = (run: Simulation<World>, pod: Pod): void =>
  void run.world.store.update(run, pod, { phase: 'Failed', ready: false, containersReady: false })
