import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { Job, JobId } from '../cluster/objects.ts'
import { NOT_FOUND } from '../cluster/status.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import { type Instant, seconds } from '../kernel/time.ts'
import { type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'

const ttlFlags = {
  'concurrent-ttl-after-finished-syncs': integerFlag(
    5,
    'Jobs that are past their ttlSecondsAfterFinished and deleted at once.',
    'pkg/controller/ttlafterfinished/config/v1alpha1/defaults.go, 1.21 … 1.36',
  ),
  ...controllerManagerFlags,
} satisfies Flags

interface State {
  readonly client: Client
  readonly queue: WorkQueue<JobId>
}

const state = stateKey<State>('ttl-after-finished')
const at = (run: Run): State => stateOf(run.world, state)

const Expire: Kind<JobId> = { name: 'ttl-after-finished/expire', on: expire }
const Due: Kind<JobId> = { name: 'ttl-after-finished/due', on: (run, id) => at(run).queue.arrive(run, id) }
const Read: Kind<JobId> = { name: 'ttl-after-finished/read', on: read }
const Deleted: Kind<JobId> = {
  name: 'ttl-after-finished/deleted',
  on: (run, id, answer) => end(run, id, answer < 0 && answer !== NOT_FOUND),
}

/** Time until a Job may be deleted [µs]; null: it has no such time, or has not ended. `timeLeft` (pkg/controller/ttlafterfinished, 1.21 … 1.36). */
export function timeLeft({ ttlSecondsAfterFinished, status }: Job, now: Instant): number | null {
  if (ttlSecondsAfterFinished === null || status.endTime === null) return null
  return status.endTime + seconds(ttlSecondsAfterFinished) - now
}

/** processJob: a Job that is due is read once more, in case its time was changed, and deleted with its Pods. */
function expire(run: Run, id: JobId): void {
  const { client, queue } = at(run)
  const job = client.process.cache.get('Job', id)
  const left = job === undefined ? null : timeLeft(job, run.now)
  if (job === undefined || left === null) end(run, id, false)
  else if (left > 0) {
    queue.addAfter(run, id, left)
    end(run, id, false)
  } else run.world.api.get(run, client, job, Read, id)
}

function read(run: Run, id: JobId, answer: number): void {
  const fresh = run.world.store.tables.Job.get(answer)
  const left = fresh === undefined ? null : timeLeft(fresh, run.now)
  if (fresh === undefined || left === null || left > 0) end(run, id, answer < 0 && answer !== NOT_FOUND)
  else run.world.api.delete(run, at(run).client, fresh, Deleted, id)
}

function end(run: Run, id: JobId, failed: boolean): void {
  const { queue } = at(run)
  if (failed) queue.addRateLimited(run, id)
  else queue.forget(id)
  queue.done(run, id)
}

function look(run: Run, job: Job): void {
  const left = timeLeft(job, run.now)
  if (left !== null) at(run).queue.addAfter(run, job.id as JobId, left)
}

/** Deletes Jobs some time after they have ended: pkg/controller/ttlafterfinished (1.21 … 1.36; off in 1.20). */
export const ttlAfterFinished: Component = {
  name: 'ttl-after-finished',
  doc: 'Deletes a Job, and with it its Pods, ttlSecondsAfterFinished after it has ended.',
  process: 'kube-controller-manager',
  flags: ttlFlags,
  watches: {
    Job(run, _process, { after }) {
      if (after !== undefined) look(run, after)
    },
  },
  start(run, process) {
    const { api, profile, scenario } = run.world
    const flags = resolveFlags(ttlFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    const keyOf = (_run: Run, id: JobId): string => process.cache.get('Job', id)?.key ?? ''
    setState(run.world, state, {
      client: new Client(api.clients, process, 'ttl-after-finished-controller', flags['kube-api-qps'], flags['kube-api-burst']),
      queue: new WorkQueue('ttl-after-finished', flags['concurrent-ttl-after-finished-syncs'], Expire, Due, keyOf),
    })
    for (const job of process.cache.all('Job')) look(run, job)
  },
  stop: (run) => at(run).queue.stop(run),
}
