import type { ApiObject, Job, Pod, PodId } from '../cluster/objects.ts'
import { objectName } from '../cluster/workloads.ts'
import type { Run } from '../cluster/world.ts'
import { wantActive } from '../control/job/plan.ts'

interface Row {
  job: Job
  readonly workload: string
  /** Pods of it that have done their work, in truth. */
  done: number
}

/** How many Pods a Job wants to run now: none once it has done its work, still some when it has failed without. `done`: successes in truth. */
export function wantedBy(job: Job, done: number): number {
  const { status } = job
  if (job.deletionTimestamp !== null || status.end?.type === 'Complete' || status.target?.type === 'Complete') return 0
  const counted = status.succeeded + status.uncountedSucceeded.length
  const succeeded = Math.max(counted, done)
  const wanted = wantActive(job, succeeded, Math.max(0, status.active - (succeeded - counted)))
  // An index that has failed for good is not tried again.
  return status.failedIndexes.length === 0
    ? wanted
    : Math.min(wanted, Math.max(0, (job.completions ?? 0) - succeeded - status.failedIndexes.length))
}

/** Whether every container of a Pod has ended well, for good: the Pod has done its work, whatever the API says yet. */
export function hasDoneItsWork(run: Run, pod: Pod): boolean {
  if (pod.spec.restartPolicy === 'Always' || pod.deletionTimestamp !== null) return false
  if (pod.phase === 'Succeeded') return true
  const containers = run.world.truth.sandbox(pod.id as PodId)?.containers ?? []
  return containers.length > 0 && containers.every((container) => container?.state === 'exited' && container.exitCode === 0)
}

/** What the Jobs of each workload want: a Job by itself, or all of a CronJob. Truth counts before belief: a success needs no status to be one. */
export class JobDesires {
  private readonly rows = new Map<number, Row>()

  /** A Job was written, or is gone; answers its workload and what that wants. */
  see(run: Run, job: Job, gone: boolean): { readonly workload: string; readonly desired: number; readonly available: number } {
    const known = this.rows.get(job.id)
    const workload = known?.workload ?? topOf(run, job)
    if (gone) this.rows.delete(job.id)
    else if (known === undefined) this.rows.set(job.id, { job, workload, done: job.status.succeeded })
    else known.job = job
    return { workload, ...this.total(workload) }
  }

  /** A Pod of a Job has done its work; answers what the workload wants then. */
  completed(job: number): { readonly desired: number; readonly available: number } {
    const row = this.rows.get(job)
    if (row === undefined) return { desired: 0, available: 0 }
    row.done++
    return this.total(row.workload)
  }

  private total(workload: string): { desired: number; available: number } {
    let desired = 0
    let available = 0
    for (const { job, workload: of, done } of this.rows.values()) {
      if (of !== workload) continue
      // A CronJob goes on with its next Job; a Job by itself that has failed will never be whole.
      if (job.status.end === null || job.owner === null) desired += wantedBy(job, done)
      available += job.status.ready
    }
    return { desired, available }
  }
}

function topOf(run: Run, job: Job): string {
  const { owner } = job
  const parent =
    owner === null || owner.kind === 'Node' ? undefined : (run.world.store.tables[owner.kind].get(owner.id) as ApiObject | undefined)
  return objectName(parent ?? job)
}
