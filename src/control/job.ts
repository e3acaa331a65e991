import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { JobId } from '../cluster/objects.ts'
import { Rows } from '../cluster/rows.ts'
import { type ItemBackoff, WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState } from '../cluster/world.ts'
import { type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'
import { syncLegacy } from './job/legacy-sync.ts'
import { deadlineIn } from './job/plan.ts'
import { JobTemplates, TRACKED_SINCE } from './job/pods.ts'
import { at, jobState } from './job/state.ts'
import { finish, stopBatches, syncTracked } from './job/sync.ts'
import { jobChanged, podChanged, releaseOrphans } from './job/watches.ts'
import { newBatches } from './pod-batch.ts'
import { Expectations } from './replicaset/expectations.ts'

export { convergeJobStatus, convergeJobs, takeRecordedJobPods } from './job/converge.ts'

const jobFlags = {
  'concurrent-job-syncs': integerFlag(5, 'Jobs synced at once.', 'pkg/controller/job/config/v1alpha1/defaults.go, 1.20 … 1.36'),
  ...controllerManagerFlags,
} satisfies Flags

/** The queue's back-off: 10 s … 6 min up to 1.27; after failed calls 1 s … 1 min since (pkg/controller/job/job_controller.go:NewController). */
export const queueBackoff = (minor: number): ItemBackoff => (minor <= 27 ? { base: 10e6, max: 360e6 } : { base: 1e6, max: 60e6 })

const SyncJob: Kind<JobId> = { name: 'job/sync', on: sync }
const Due: Kind<JobId> = { name: 'job/due', on: (run, id) => at(run).queue.arrive(run, id) }

function sync(run: Run, id: JobId): void {
  const { client, expectations, records, released } = at(run)
  const job = client.process.cache.get('Job', id)
  if (job === undefined || job.status.end !== null) {
    if (job === undefined) expectations.forget(id)
    records.delete(id)
    released.delete(id)
    finish(run, id, false)
  } else if (run.world.profile.minor < TRACKED_SINCE) syncLegacy(run, job)
  else syncTracked(run, job)
}

/** Runs Pods to their end: pkg/controller/job (1.20 … 1.36); kubernetes-semantics §6.3. */
export const job: Component = {
  name: 'job',
  doc: 'Creates Pods until as many as a Job wants have succeeded, later after each failure, and ends the Job.',
  process: 'kube-controller-manager',
  flags: jobFlags,
  watches: { Pod: podChanged, Job: jobChanged },
  start(run, process) {
    const { api, profile, scenario } = run.world
    const flags = resolveFlags(jobFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const client = new Client(api.clients, process, 'job-controller', flags['kube-api-qps'], flags['kube-api-burst'])
    const keyOf = (_run: Run, id: JobId): string => process.cache.get('Job', id)?.key ?? ''
    const expectations = new Expectations()
    const queue = new WorkQueue('job', flags['concurrent-job-syncs'], SyncJob, Due, keyOf, queueBackoff(profile.minor))
    setState(run.world, jobState, {
      client,
      queue,
      expectations,
      batches: newBatches(client, expectations),
      templates: new JobTemplates(),
      syncs: new Map(),
      records: new Map(),
      released: new Map(),
      releases: new Rows(),
    })
    for (const each of process.cache.all('Job')) {
      queue.add(run, each.id as JobId)
      // In 1.20 the deadline's timer is set when a Job starts and lost with the process; that of the first process was set before the run.
      const left = process.incarnation === 1 && each.status.startTime !== null ? deadlineIn(each, null, run.now) : null
      if (left !== null) queue.addAfter(run, each.id as JobId, left)
    }
    releaseOrphans(run, process)
  },
  stop(run) {
    at(run).queue.stop(run)
    stopBatches(run)
  },
}
