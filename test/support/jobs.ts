import { createWorkloads } from '../../src/cluster/build.ts'
import type { ContainerStatus, Job, Pod } from '../../src/cluster/objects.ts'
import type { World } from '../../src/cluster/world.ts'
import { garbageCollector } from '../../src/control/garbage-collector.ts'
import { convergeJobStatus, convergeJobs, job } from '../../src/control/job.ts'
import { ttlAfterFinished } from '../../src/control/ttl-after-finished.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import type { JobManifest } from '../../src/scenario/specs.ts'
import type { ConvergedOptions } from './converged.ts'
import { fakeKubelet } from './fake-kubelet.ts'
import { podTemplate, startAll, testRun } from './world.ts'

/** A Job with the API server's defaults, whose Pods never restart. */
export function jobOf(name: string, fields: Partial<JobManifest> = {}): JobManifest {
  return {
    kind: 'Job',
    name,
    namespace: 'default',
    labels: {},
    annotations: {},
    parallelism: 1,
    completions: 1,
    completionMode: 'NonIndexed',
    backoffLimit: 6,
    activeDeadlineSeconds: null,
    ttlSecondsAfterFinished: null,
    suspend: false,
    podFailurePolicy: null,
    podReplacementPolicy: 'TerminatingOrFailed',
    backoffLimitPerIndex: null,
    maxFailedIndexes: null,
    successPolicy: null,
    template: podTemplate({ app: name }, { restartPolicy: 'Never' }),
    succeeded: 0,
    failed: 0,
    end: null,
    ...fields,
  }
}

/** The Job controller with stand-ins for scheduler and kubelets; its Pods run at t = 0, calls and watches take 1 ms. */
export function jobRun(options: ConvergedOptions = {}): Simulation<World> {
  const components = [job, ttlAfterFinished, garbageCollector, fakeKubelet(options.startup, options.shutdown)]
  const run = testRun({ ...options, components })
  createWorkloads(run)
  convergeJobs(run)
  const { store, truth } = run.world
  for (const pod of store.pods) {
    const node = truth.machines[pod.id % truth.machines.length]?.id ?? (0 as never)
    store.update(run, pod, { node, phase: 'Running', ready: true, containersReady: true, initialized: true, containerStatuses: [running] })
  }
  convergeJobStatus(run)
  startAll(run)
  return run
}

const running: ContainerStatus = {
  state: 'running',
  reason: '',
  exitCode: 0,
  startedAt: 0 as never,
  finishedAt: null,
  lastExitCode: null,
  ready: true,
  started: true,
  restartCount: 0,
}

/** The container of a Pod has ended with this exit code, as its kubelet reports. */
export function endPod(run: Simulation<World>, pod: Pod, exitCode: number, fields: Partial<Pod> = {}): void {
  const status: ContainerStatus = { ...running, state: 'terminated', exitCode, finishedAt: run.now, ready: false }
  const phase = exitCode === 0 ? 'Succeeded' : 'Failed'
  run.world.store.update(run, pod, { phase, ready: false, containersReady: false, containerStatuses: [status], ...fields })
}

export const theJob = (run: Simulation<World>): Job => [...run.world.store.tables.Job][0] as Job

/** `active/succeeded/failed end` when a status changes. */
export const jobLine = (after: Job | undefined, before: Job | undefined): string | null => {
  if (after === undefined) return 'gone'
  if (before === undefined || after.status === before.status) return null
  const { active, succeeded, failed, end } = after.status
  return `${active}/${succeeded}/${failed}${end === null ? '' : ` ${end.type} ${end.reason}`}`.trimEnd()
}
