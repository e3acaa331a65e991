import { draftOf, podDraft } from '../../../src/cluster/drafts.ts'
import type { EndpointSlice, MachineId, Pod, PodId, ServiceId, SliceEndpoint } from '../../../src/cluster/objects.ts'
import type { World } from '../../../src/cluster/world.ts'
import { sliceDraft } from '../../../src/control/endpointslice/steps.ts'
import type { Simulation } from '../../../src/kernel/simulation.ts'
import { type Instant, seconds } from '../../../src/kernel/time.ts'
import { Traffic } from '../../../src/measure/traffic/traffic.ts'
import type { ServiceManifest } from '../../../src/scenario/specs.ts'
import { service } from '../../support/converged.ts'
import { podTemplate, type TestScenario, testRun } from '../../support/world.ts'

/** A world whose only actor is the test: one Service `web`, whose slice and Pods it writes by hand. */
export class Stage {
  readonly run: Simulation<World>
  readonly traffic: Traffic
  slice: EndpointSlice
  private readonly seen: { at: number; endpoints: readonly SliceEndpoint[] }[] = []
  private readonly truth: { at: number; pod: PodId; address: string }[] = []

  /** Pods 0 … `pods` − 1 serve and are published, one after the other on the machines. */
  constructor(pods: number, options: TestScenario = {}, fields: Partial<ServiceManifest> = {}, windowFrom = 0) {
    this.run = testRun(options)
    const { store, observers } = this.run.world
    this.traffic = new Traffic(seconds(windowFrom), seconds(30))
    observers.add(this.traffic)
    observers.add({
      serving: (run, pod, serves) => this.truth.push({ at: run.now, pod, address: serves ? addressOf(run.world, pod) : '' }),
    })
    const web = store.create(this.run, 'Service', draftOf(service('web', fields)) as never) as { id: number }
    const endpoints = Array.from({ length: pods }, () => this.endpoint(this.pod()))
    const draft = sliceDraft(store.tables.Service.get(web.id) as never, 1, endpoints)
    this.slice = store.create(this.run, 'EndpointSlice', draft)
    this.traffic.begin(this.run)
    this.seen.push({ at: Number.NEGATIVE_INFINITY, endpoints })
  }

  get service(): ServiceId {
    return this.slice.service
  }

  /** Lets time pass up to `s` seconds after the start. */
  at(s: number): this {
    this.run.runUntil(Math.round(s * 1e6) as Instant, 1e6)
    return this
  }

  /** A Pod that serves. */
  pod(): PodId {
    const { store } = this.run.world
    const id = store.pods.end
    const node = (id % this.run.world.truth.machines.length) as MachineId
    const owner = null
    const pod = store.create(this.run, 'Pod', {
      ...podDraft(`web-${id}`, 'default', `pod/default/web-${id}`, podTemplate(), owner),
      node,
    }) as Pod
    this.start(pod.id as PodId, `10.0.0.${id}`)
    return pod.id as PodId
  }

  /** The Pod's sandbox and container run, at this address. */
  start(id: PodId, ip = `10.0.0.${id}`): void {
    const { store, truth } = this.run.world
    const pod = store.pods.get(id) as Pod
    const sandbox = truth.createSandbox(pod, pod.node, ip)
    truth.startContainer(this.run, sandbox, 'containers', 0, 'app', 0)
  }

  kill(id: PodId): void {
    const { truth } = this.run.world
    const sandbox = truth.sandbox(id)
    if (sandbox !== undefined) truth.stopSandbox(this.run, sandbox, 137)
  }

  endpoint(pod: PodId, conditions: Partial<SliceEndpoint> = {}): SliceEndpoint {
    return { pod, ip: `10.0.0.${pod}`, ready: true, serving: true, terminating: false, ...conditions }
  }

  publish(endpoints: readonly SliceEndpoint[]): void {
    this.slice = this.run.world.store.update<'EndpointSlice'>(this.run, this.slice, { endpoints })
    this.seen.push({ at: this.run.now, endpoints })
  }

  /** What was published when, and which Pod answered where from when on: for simulations beside the model. */
  get record(): {
    readonly seen: readonly { at: number; endpoints: readonly SliceEndpoint[] }[]
    readonly truth: readonly { at: number; pod: PodId; address: string }[]
  } {
    return { seen: this.seen, truth: this.truth }
  }

  /** Seconds of errors and without endpoint that a client has suffered. */
  suffered(): { error: number; noEndpoint: number } {
    this.traffic.finish(this.run.now)
    const { error, noEndpoint } = this.traffic.window()[0] as { error: number; noEndpoint: number }
    return { error: error / 1e6, noEndpoint: noEndpoint / 1e6 }
  }
}

const addressOf = (world: World, pod: PodId): string => world.truth.sandbox(pod)?.ip ?? ''
