import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../src/cluster/objects.ts'
import type { World } from '../../../src/cluster/world.ts'
import { isTracked } from '../../../src/control/job/pods.ts'
import type { Simulation } from '../../../src/kernel/simulation.ts'
import { endPod, jobOf, jobRun, theJob } from '../../support/jobs.ts'
import { follow, podLine, podOf, runUntil } from '../../support/timeline.ts'

const pods = (run: Simulation<World>): string[] => follow<Pod>(run, 'Pod', podLine)
const made = (lines: readonly string[]): string[] => lines.filter((line) => line.endsWith('created'))

/** pkg/controller/job/indexed_job_utils.go, backoff_utils.go (on from 1.29). */
describe('A Job with backoffLimitPerIndex', () => {
  const perIndex = (fields: Parameters<typeof jobOf>[1] = {}) =>
    jobRun({
      profile: '1.34',
      workloads: [
        jobOf('batch', {
          completionMode: 'Indexed',
          parallelism: 2,
          completions: 2,
          backoffLimit: 2 ** 31 - 1,
          backoffLimitPerIndex: 1,
          ...fields,
        }),
      ],
    })

  test('replaces the Pod of each index after a pause of its own, without spending the retries of the others', () => {
    const run = perIndex({ backoffLimitPerIndex: 2 })
    const log = pods(run)
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/0.1'), 1)
    runUntil(run, 15)
    endPod(run, podOf(run, 'batch/1.1'), 1)
    runUntil(run, 60)
    // Each 10 s after its own end; all together the second failure would have to wait for 20 s.
    expect(made(log).map((line) => [Math.floor(Number(line.split(' ')[0])), line.split(' ')[1]])).toEqual([
      [20, '0.2'],
      [25, '1.2'],
    ])
    endPod(run, podOf(run, 'batch/0.2'), 1)
    runUntil(run, 100)
    expect(Math.floor(Number(made(log)[2]?.split(' ')[0]))).toBe(80)
    expect(theJob(run).status).toMatchObject({ failed: 3, failedIndexes: [], end: null })
  })

  test('keeps a failed Pod until its successor is there', () => {
    const run = perIndex()
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/0.1'), 1)
    runUntil(run, 18)
    expect(isTracked(podOf(run, 'batch/0.1'))).toBe(true)
    runUntil(run, 30)
    expect(isTracked(podOf(run, 'batch/0.1'))).toBe(false)
    expect(podOf(run, 'batch/0.2').annotations['batch.kubernetes.io/job-index-failure-count']).toBe('1')
  })

  test('gives an index up after as many failures, goes on with the others, and fails when all have ended', () => {
    const run = perIndex()
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/0.1'), 1)
    runUntil(run, 30)
    endPod(run, podOf(run, 'batch/0.2'), 1)
    runUntil(run, 100)
    expect(theJob(run).status).toMatchObject({ active: 1, failed: 2, failedIndexes: [0], end: null })
    endPod(run, podOf(run, 'batch/1.1'), 0)
    runUntil(run, 110)
    expect(theJob(run).status).toMatchObject({ succeeded: 1, end: { type: 'Failed', reason: 'FailedIndexes' } })
  })

  test('fails with more failed indexes than maxFailedIndexes, and deletes the Pods that still run', () => {
    const run = perIndex({ backoffLimitPerIndex: 0, maxFailedIndexes: 0 })
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/0.1'), 1)
    runUntil(run, 60)
    expect(theJob(run).status.end).toEqual({ type: 'Failed', reason: 'MaxFailedIndexesExceeded' })
  })

  test('gives an index up at once where FailIndex of its podFailurePolicy says so', () => {
    const podFailurePolicy = [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [42] } }] as const
    const run = perIndex({ backoffLimitPerIndex: 5, podFailurePolicy, podReplacementPolicy: 'Failed' })
    const log = pods(run)
    runUntil(run, 10)
    endPod(run, podOf(run, 'batch/0.1'), 42)
    runUntil(run, 60)
    expect(made(log)).toEqual([])
    expect(theJob(run).status).toMatchObject({ failedIndexes: [0], end: null })
  })
})

/** pkg/controller/job/success_policy.go (on from 1.31). */
test('A successPolicy ends an Indexed Job as soon as enough of the indexes that it names have succeeded, and deletes the others', () => {
  const successPolicy = [{ succeededIndexes: [0, 2], succeededCount: 1 }]
  const run = jobRun({
    profile: '1.34',
    workloads: [jobOf('batch', { completionMode: 'Indexed', parallelism: 3, completions: 3, successPolicy })],
  })
  runUntil(run, 10)
  endPod(run, podOf(run, 'batch/1.1'), 0)
  runUntil(run, 20)
  expect(theJob(run).status).toMatchObject({ active: 2, end: null })
  endPod(run, podOf(run, 'batch/2.1'), 0)
  runUntil(run, 60)
  expect(theJob(run).status).toMatchObject({ active: 0, succeeded: 2, failed: 0, end: { type: 'Complete', reason: 'SuccessPolicy' } })
})
