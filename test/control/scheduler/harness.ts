import { createWorkloads } from '../../../src/cluster/build.ts'
import { podDraft } from '../../../src/cluster/drafts.ts'
import type { Node, Pod } from '../../../src/cluster/objects.ts'
import { startProcess } from '../../../src/cluster/processes.ts'
import type { World } from '../../../src/cluster/world.ts'
import { scheduler } from '../../../src/control/scheduler.ts'
import type { Simulation } from '../../../src/kernel/simulation.ts'
import type { Instant } from '../../../src/kernel/time.ts'
import type { PodSpec } from '../../../src/scenario/specs.ts'
import { containerSpec, machineSpec, podSpec, processOf, type TestScenario, testRun } from '../../support/world.ts'

export const GI = 2 ** 30

/** A machine with so many CPUs [cores], and room for everything else. */
export const machine = (name: string, cores: number, fields: Parameters<typeof machineSpec>[1] = {}) => {
  const resources = { cpu: cores * 1000, memory: 64 * GI, pods: 110 }
  return machineSpec(name, { capacity: resources, allocatable: resources, ...fields })
}

/** A Pod spec that requests so many CPUs [millicores]. */
export const asks = (cpu: number, fields: Partial<PodSpec> = {}): PodSpec =>
  podSpec({ containers: [containerSpec({ requests: { cpu, memory: GI } })], ...fields })

/** A cluster that runs kube-scheduler and nothing else: nobody starts or ends Pods unless the test does. */
export class Cluster {
  readonly run: Simulation<World>
  readonly log: [number, string][] = []

  constructor(options: TestScenario & { elision?: 'elided' | 'unelided' } = {}) {
    this.run = testRun({
      phases: { 'scheduler.backoff-flush': 0, 'scheduler.unschedulable-flush': 0 },
      ...options,
      components: [scheduler],
    })
    createWorkloads(this.run)
    this.run.world.observers.add({
      notice: (run, _source, object, reason) => {
        this.log.push([run.now, `${reason} ${object.split('/').at(-1)}`])
      },
    })
  }

  start(): this {
    startProcess(this.run, processOf(this.run, 'kube-scheduler'))
    return this
  }

  /** Creates a Pod in the store, now. */
  create(name: string, spec: PodSpec, labels: Record<string, string> = {}, fields: Partial<Pod> = {}): Pod {
    const draft = podDraft(name, 'default', `pod/default/${name}`, { labels, annotations: {}, spec }, null)
    return this.run.world.store.create(this.run, 'Pod', { ...draft, ...fields })
  }

  pod(name: string): Pod {
    const pod = this.run.world.store.pods.find('default', name)
    if (pod === undefined) throw new Error(`no Pod ${name}`)
    return pod
  }

  node(name: string): Node {
    return this.run.world.store.tables.Node.find('', name) as Node
  }

  /** The name of the Node a Pod is bound to; empty when it is not. */
  where(name: string): string {
    return this.run.world.truth.machines[this.pod(name).node]?.spec.name ?? ''
  }

  remove(name: string): void {
    this.run.world.store.remove(this.run, this.pod(name))
  }

  update(name: string, fields: Partial<Pod>): void {
    this.run.world.store.update(this.run, this.pod(name), fields)
  }

  updateNode(name: string, fields: Partial<Node>): void {
    this.run.world.store.update(this.run, this.node(name), fields)
  }

  /** Runs until that many milliseconds have passed since the beginning. */
  until(milliseconds: number): this {
    this.run.runUntil((milliseconds * 1000) as Instant, 1_000_000)
    return this
  }

  /** When something was said about a Pod [ms]. */
  times(what: string): number[] {
    return this.log.filter(([, said]) => said === what).map(([time]) => time / 1000)
  }
}
