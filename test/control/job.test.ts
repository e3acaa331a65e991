import { describe, expect, test } from 'vitest'
import type { Job, Pod } from '../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../src/cluster/processes.ts'
import type { World } from '../../src/cluster/world.ts'
import { isTracked } from '../../src/control/job/pods.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import { deletePod, operator } from '../support/converged.ts'
import { killKubelet, setReady } from '../support/fake-kubelet.ts'
import { endPod, jobLine, jobOf, jobRun, theJob } from '../support/jobs.ts'
import { follow, podLine, podOf, runUntil } from '../support/timeline.ts'
import { podTemplate, processOf } from '../support/world.ts'

const pods = (run: Simulation<World>): string[] => follow<Pod>(run, 'Pod', podLine)
const statuses = (run: Simulation<World>): string[] => follow<Job>(run, 'Job', jobLine)
const made = (lines: readonly string[]): string[] => lines.filter((line) => line.endsWith('created'))

const VERSIONS = ['1.20', '1.27', '1.32', '1.34'] as const

/** pkg/controller/job/job_controller.go (1.20; with finalizers 1.26 … 1.36); kubernetes-semantics §6.3. Pods are ready 0.5 s after their binding. */
describe.each(VERSIONS)('A Job of %s', (profile) => {
  test('is left alone while its Pods run', () => {
    const run = jobRun({ profile, workloads: [jobOf('batch', { parallelism: 2, completions: 4 })] })
    const before = run.world.store.resourceVersion
    runUntil(run, 60)
    expect(run.world.store.pods.size).toBe(2)
    expect(run.world.store.resourceVersion).toBe(before)
  })

  test('ends when as many Pods have succeeded as it wants, and keeps their objects', () => {
    const run = jobRun({ profile, workloads: [jobOf('batch', { parallelism: 2, completions: 2 })] })
    const log = pods(run)
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/1.1'), 0)
    runUntil(run, 20)
    endPod(run, podOf(run, 'batch/2.1'), 0)
    runUntil(run, 60)
    expect(made(log)).toEqual([])
    expect(theJob(run).status).toMatchObject({ active: 0, succeeded: 2, failed: 0, end: { type: 'Complete' } })
    expect(run.world.store.pods.size).toBe(2)
    expect([...run.world.store.pods].some(isTracked)).toBe(false)
  })

  test('starts the next Pod when one has succeeded and more are wanted', () => {
    const run = jobRun({ profile, workloads: [jobOf('batch', { parallelism: 1, completions: 2 })] })
    const log = pods(run)
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/1.1'), 0)
    runUntil(run, 20)
    // Watch, sync, POST 1 ms each; from 1.27 what happens to Pods is gathered for a second.
    expect(made(log)).toEqual([profile === '1.20' ? '10.003 1.2 created' : '11.003 1.2 created'])
  })

  test('fails after more failures than backoffLimit, and deletes the Pods that still run', () => {
    const run = jobRun({ profile, workloads: [jobOf('batch', { parallelism: 2, completions: 2, backoffLimit: 0 })] })
    const [log, status] = [pods(run), statuses(run)]
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/1.1'), 1)
    runUntil(run, 60)
    expect(made(log)).toEqual([])
    expect(log.filter((line) => line.includes('2.1')).map((line) => line.split(' ').slice(1).join(' '))).toEqual([
      '2.1 terminating',
      '2.1 gone',
    ])
    expect(status.at(-1)).toMatch(/0\/0\/\d Failed BackoffLimitExceeded$/)
  })

  test('counts restarts of containers under OnFailure', () => {
    const template = podTemplate({ app: 'batch' }, { restartPolicy: 'OnFailure' })
    const run = jobRun({ profile, workloads: [jobOf('batch', { backoffLimit: 3, template })] })
    runUntil(run, 10)
    const pod = podOf(run, 'batch/1.1')
    const restarted = (restartCount: number) => pod.containerStatuses.map((each) => ({ ...each, restartCount }))
    run.world.store.update(run, pod, { containerStatuses: restarted(2) })
    runUntil(run, 20)
    expect(theJob(run).status.end).toBe(null)
    run.world.store.update(run, podOf(run, 'batch/1.1'), { containerStatuses: restarted(3) })
    runUntil(run, 30)
    expect(theJob(run).status.end).toEqual({ type: 'Failed', reason: 'BackoffLimitExceeded' })
  })

  test('fails when it is active for longer than activeDeadlineSeconds', () => {
    const run = jobRun({ profile, workloads: [jobOf('batch', { activeDeadlineSeconds: 30 })] })
    const status = statuses(run)
    runUntil(run, 100)
    expect(theJob(run).status.end).toEqual({ type: 'Failed', reason: 'DeadlineExceeded' })
    expect(Number(status[0]?.split(' ')[0])).toBeGreaterThan(30)
    expect(run.world.store.pods.size).toBe(0)
  })

  test('of a fixed number of Pods and no completions starts nothing after the first success, and ends with the last Pod', () => {
    const run = jobRun({ profile, workloads: [jobOf('batch', { parallelism: 2, completions: null })] })
    const log = pods(run)
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/1.1'), 0)
    runUntil(run, 20)
    expect(theJob(run).status.end).toBe(null)
    endPod(run, podOf(run, 'batch/2.1'), 1)
    runUntil(run, 30)
    expect(made(log)).toEqual([])
    expect(theJob(run).status.end?.type).toBe('Complete')
  })

  test('creates nothing twice after its controller has restarted', () => {
    const run = jobRun({ profile, workloads: [jobOf('batch', { parallelism: 2, completions: 9 })] })
    const log = pods(run)
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/1.1'), 0)
    runUntil(run, 11.0015)
    const process = processOf(run, 'kube-controller-manager')
    stopProcess(run, process)
    startProcess(run, process)
    runUntil(run, 60)
    expect(made(log)).toHaveLength(1)
    expect(theJob(run).status).toMatchObject({ active: 2, succeeded: 1 })
  })
})

describe('A Job replaces', () => {
  /** 1.20: the first failure is seen by a sync without delay, which also creates; later ones wait for the queue's back-off (updatePod, getBackoff). */
  test('in 1.20 its first failed Pod at once, the next 10 s, 20 s after their failure', () => {
    const run = jobRun({ profile: '1.20', workloads: [jobOf('batch')] })
    const log = pods(run)
    for (const [i, time] of [10, 30, 70].entries()) {
      runUntil(run, time)
      endPod(run, podOf(run, `batch/1.${i + 1}`), 1)
    }
    runUntil(run, 120)
    expect(made(log).map((line) => Math.floor(Number(line.split(' ')[0])))).toEqual([10, 40, 90])
  })

  test('in 1.20 that succeeds once forgets its back-off', () => {
    const run = jobRun({ profile: '1.20', workloads: [jobOf('batch', { completions: 3 })] })
    const log = pods(run)
    const ends: readonly (readonly [number, string, number])[] = [
      [10, '1.1', 1],
      [30, '1.2', 1],
      [70, '1.3', 0],
      [100, '1.4', 1],
      [130, '1.5', 1],
    ]
    for (const [time, pod, code] of ends) {
      runUntil(run, time)
      endPod(run, podOf(run, `batch/${pod}`), code)
    }
    runUntil(run, 150)
    // After the success a failure is again one without delay, the next one 10 s later.
    expect(made(log).map((line) => Math.floor(Number(line.split(' ')[0])))).toEqual([10, 40, 70, 100, 140])
  })

  test('in 1.20 writes its status over a change that its controller has not seen', () => {
    const run = jobRun({ profile: '1.20', workloads: [jobOf('batch', { completions: 2 })] })
    const log = pods(run)
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/1.1'), 0)
    // Its sync begins at 10.001 s with the version that it knows; the Job is changed before the status is written.
    runUntil(run, 10.0025)
    run.world.store.update(run, theJob(run), { labels: { touched: 'yes' } })
    runUntil(run, 60)
    expect(made(log)).toHaveLength(1)
    expect(theJob(run)).toMatchObject({ labels: { touched: 'yes' }, status: { active: 1, succeeded: 1 } })
    endPod(run, podOf(run, 'batch/1.2'), 1)
    runUntil(run, 61)
    // No conflict was an error: the first failure is replaced without a pause.
    expect(made(log)).toHaveLength(2)
  })

  /** From 1.27 the pause is counted from the end of the last failed Pod: backoff_utils.go. */
  test.each(['1.27', '1.32', '1.34'] as const)('in %s its failed Pods 10, 20, 40 s after they ended', (profile) => {
    const run = jobRun({ profile, workloads: [jobOf('batch')] })
    const log = pods(run)
    for (const [i, time] of [10, 40, 80].entries()) {
      runUntil(run, time)
      endPod(run, podOf(run, `batch/1.${i + 1}`), 1)
    }
    runUntil(run, 200)
    expect(made(log).map((line) => Math.floor(Number(line.split(' ')[0])))).toEqual([20, 60, 120])
    expect(theJob(run).status.failed).toBe(3)
  })

  test('in 1.20 a deleted Pod at once, and does not count it', () => {
    const run = jobRun({ profile: '1.20', workloads: [jobOf('batch')] })
    const log = pods(run)
    runUntil(run, 10)
    deletePod(run, podOf(run, 'batch/1.1'))
    runUntil(run, 60)
    expect(made(log)).toEqual(['10.004 1.2 created'])
    expect(theJob(run).status.failed).toBe(0)
  })

  /** Its deletionTimestamp is all that tells; the kubelet, which lets it go after 1 s, moves that to the first DELETE, from 1.33 to its own (PR #122646). */
  test.each([
    { profile: '1.27', at: 20 },
    { profile: '1.32', at: 20 },
    { profile: '1.33', at: 21 },
    { profile: '1.34', at: 21 },
  ] as const)('in $profile a deleted Pod at $at s, 10 s after its end: it counts as failed', ({ profile, at }) => {
    const run = jobRun({ profile, workloads: [jobOf('batch')] })
    const log = pods(run)
    runUntil(run, 10)
    deletePod(run, podOf(run, 'batch/1.1'))
    runUntil(run, 60)
    expect(made(log).map((line) => Math.floor(Number(line.split(' ')[0])))).toEqual([at])
    expect(theJob(run).status.failed).toBe(1)
    expect(log).toContainEqual(expect.stringContaining('1.1 gone'))
  })

  test('from 1.27 a Pod evicted from a dead machine with the next sync: it has been unready for longer than the back-off', () => {
    const run = jobRun({ workloads: [jobOf('batch')] })
    const log = pods(run)
    runUntil(run, 50)
    const pod = podOf(run, 'batch/1.1')
    killKubelet(run, pod.node)
    setReady(run, pod, false)
    runUntil(run, 350)
    deletePod(run, podOf(run, 'batch/1.1'))
    runUntil(run, 400)
    // DELETE and watch, a second of gathering, sync, POST.
    expect(made(log)).toEqual(['351.004 1.2 created'])
    expect(podOf(run, 'batch/1.1').deletionTimestamp).not.toBe(null)
  })

  test('with podReplacementPolicy Failed a deleted Pod only when that has ended', () => {
    const run = jobRun({ workloads: [jobOf('batch', { podReplacementPolicy: 'Failed' })], shutdown: Number.POSITIVE_INFINITY })
    const log = pods(run)
    runUntil(run, 10)
    deletePod(run, podOf(run, 'batch/1.1'))
    runUntil(run, 100)
    expect(made(log)).toEqual([])
    endPod(run, podOf(run, 'batch/1.1'), 143)
    runUntil(run, 150)
    expect(made(log).map((line) => Math.floor(Number(line.split(' ')[0])))).toEqual([110])
  })
})

describe('A podFailurePolicy', () => {
  const policy = (...podFailurePolicy: NonNullable<Job['podFailurePolicy']>) =>
    jobRun({ workloads: [jobOf('batch', { podFailurePolicy, podReplacementPolicy: 'Failed', backoffLimit: 0 })] })

  test('fails the Job at once on an exit code that says so', () => {
    const run = policy({ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } })
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/1.1'), 42)
    runUntil(run, 20)
    expect(theJob(run).status.end).toEqual({ type: 'Failed', reason: 'PodFailurePolicy' })
  })

  test('does not count a disrupted Pod that it ignores', () => {
    const run = policy({ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] })
    const log = pods(run)
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/1.1'), 143, { disruptionTarget: true })
    runUntil(run, 60)
    expect(made(log)).toHaveLength(1)
    expect(theJob(run).status).toMatchObject({ failed: 0, end: null })
  })
})

describe('An Indexed Job', () => {
  test('replaces a failed index by the same index', () => {
    const run = jobRun({ workloads: [jobOf('batch', { parallelism: 3, completions: 3, completionMode: 'Indexed' })] })
    const log = pods(run)
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/1.1'), 1)
    endPod(run, podOf(run, 'batch/2.1'), 0)
    runUntil(run, 60)
    // The back-off counts failures after the last success, and both ended in the same second.
    expect(made(log).map((line) => line.split(' ')[1])).toEqual(['1.2'])
    expect(podOf(run, 'batch/1.2').name).toMatch(/^batch-1-/)
    expect(theJob(run).status.completedIndexes).toEqual([2])
  })

  test('ends when every index has succeeded', () => {
    const run = jobRun({ workloads: [jobOf('batch', { parallelism: 1, completions: 2, completionMode: 'Indexed' })] })
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/0.1'), 0)
    runUntil(run, 20)
    endPod(run, podOf(run, 'batch/1.1'), 0)
    runUntil(run, 30)
    expect(theJob(run).status).toMatchObject({ succeeded: 2, completedIndexes: [0, 1], end: { type: 'Complete' } })
  })
})

test('A suspended Job deletes its Pods without counting them, and starts them again when it is resumed', () => {
  const run = jobRun({ workloads: [jobOf('batch', { parallelism: 2, completions: 2 })] })
  const log = pods(run)
  runUntil(run, 10)
  run.world.api.update(run, operator(run), theJob(run), { suspend: true }, 0, null, 0, true)
  runUntil(run, 60)
  expect(run.world.store.pods.size).toBe(0)
  expect(theJob(run).status).toMatchObject({ active: 0, failed: 0, suspended: true })
  run.world.api.update(run, operator(run), theJob(run), { suspend: false }, 0, null, 0, true)
  runUntil(run, 70)
  expect(made(log)).toHaveLength(2)
  expect(theJob(run).status).toMatchObject({ active: 2, suspended: false })
})

test('A Job from 1.31 on ends when its last Pod has gone: one on a dead machine keeps it open', () => {
  const end = (profile: '1.30' | '1.32') => {
    const run = jobRun({ profile, workloads: [jobOf('batch', { parallelism: 2, completions: 1 })], shutdown: Number.POSITIVE_INFINITY })
    runUntil(run, 10)
    const { store } = run.world
    const [first, second] = [...store.pods] as [Pod, Pod | undefined]
    expect(second).toBe(undefined)
    deletePod(run, first)
    runUntil(run, 60)
    endPod(run, [...store.pods].at(-1) as Pod, 0)
    runUntil(run, 100)
    return theJob(run).status
  }
  expect(end('1.30').end?.type).toBe('Complete')
  expect(end('1.32')).toMatchObject({ end: null, target: { type: 'Complete' } })
})

test('ttlSecondsAfterFinished deletes the Job that long after its end, and the garbage collector its Pods', () => {
  const run = jobRun({ workloads: [jobOf('batch', { ttlSecondsAfterFinished: 100 })] })
  const [log, status] = [pods(run), statuses(run)]
  runUntil(run, 10)
  endPod(run, podOf(run, 'batch/1.1'), 0)
  runUntil(run, 200)
  expect(status.at(-1)).toMatch(/^111\.\d+ gone$/)
  expect(log.at(-1)).toMatch(/^111\.\d+ 1\.1 gone$/)
})

test('A deleted Job leaves no Pod behind, though finalizers held them', () => {
  const run = jobRun({ workloads: [jobOf('batch', { parallelism: 3, completions: 3 })] })
  runUntil(run, 10)
  run.world.api.delete(run, operator(run), theJob(run), null, 0)
  runUntil(run, 60)
  expect(run.world.store.tables.Job.size).toBe(0)
  expect(run.world.store.pods.size).toBe(0)
})
