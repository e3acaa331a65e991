import { describe, expect, test } from 'vitest'
import { createWorkloads } from '../../src/cluster/build.ts'
import type { CronJob, Job } from '../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../src/cluster/processes.ts'
import type { World } from '../../src/cluster/world.ts'
import { cronJob } from '../../src/control/cronjob.ts'
import { garbageCollector } from '../../src/control/garbage-collector.ts'
import { job } from '../../src/control/job.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import type { CronJobManifest, JobSpec } from '../../src/scenario/specs.ts'
import { deletePod, operator } from '../support/converged.ts'
import { fakeKubelet } from '../support/fake-kubelet.ts'
import { endPod, jobOf } from '../support/jobs.ts'
import { follow, runUntil } from '../support/timeline.ts'
import { processOf, startAll, type TestScenario, testRun } from '../support/world.ts'

const { kind: _, name: __, namespace: ___, labels, annotations, succeeded: _4, failed: _5, end: _6, ...spec } = jobOf('tick')

const cron = (fields: Partial<CronJobManifest> = {}, more: Partial<JobSpec> = {}): CronJobManifest => ({
  kind: 'CronJob',
  name: 'tick',
  namespace: 'default',
  labels: {},
  annotations: {},
  schedule: '* * * * *',
  concurrencyPolicy: 'Allow',
  startingDeadlineSeconds: null,
  suspend: false,
  successfulJobsHistoryLimit: 3,
  failedJobsHistoryLimit: 1,
  jobTemplate: { labels, annotations, spec: { ...spec, ...more } },
  ...fields,
})

/** CronJob and Job controllers with stand-ins for scheduler and kubelets; time 0 is a whole minute and a fraction of a second. */
function cronRun(options: TestScenario & { elision?: 'elided' | 'unelided' }): Simulation<World> {
  const run = testRun({ ...options, components: [job, cronJob, garbageCollector, fakeKubelet()] })
  createWorkloads(run)
  startAll(run)
  return run
}

/** What had passed of the first second of the wall clock at time 0 [s]. */
const begun = (run: Simulation<World>): number => run.random.draw('wall-clock', '')

const jobLines = (run: Simulation<World>): string[] =>
  follow<Job>(run, 'Job', (after, before) =>
    before === undefined ? `${after?.name} created` : after === undefined ? `${before.name} gone` : null,
  )

const minutes = (run: Simulation<World>, lines: readonly string[], word: string): number[] =>
  lines.filter((line) => line.endsWith(word)).map((line) => Math.round((Number(line.split(' ')[0]) + begun(run)) * 10) / 10)

const finishAll = (run: Simulation<World>): void => {
  for (const pod of [...run.world.store.pods]) if (pod.phase === 'Running') endPod(run, pod, 0)
}

describe('A CronJob', () => {
  test.each(['1.32', '1.34'] as const)('in %s starts a Job 0.1 s after each time of its schedule', (profile) => {
    const run = cronRun({ profile, workloads: [cron()] })
    const lines = jobLines(run)
    runUntil(run, 200)
    expect(minutes(run, lines, 'created')).toEqual([60.1, 120.1, 180.1])
    expect(lines[0]).toMatch(/tick-1 created$/)
  })

  test('in 1.20 starts it with the first poll after, up to 10 s late', () => {
    const run = cronRun({ profile: '1.20', workloads: [cron()], phases: { 'cronjob.poll': 3e6 } })
    const lines = jobLines(run)
    runUntil(run, 200)
    // Polls at 7 s, 17 s …; the name counts seconds.
    expect(lines.filter((line) => line.endsWith('created')).map((line) => Math.floor(Number(line.split(' ')[0])))).toEqual([67, 127, 187])
    expect(lines[0]).toMatch(/tick-60 created$/)
  })

  test('in 1.20 answers the same whether idle polls are events or not', () => {
    const story = (elision: 'elided' | 'unelided') => {
      const run = cronRun({ profile: '1.20', workloads: [cron({ concurrencyPolicy: 'Forbid' })], elision })
      const lines = jobLines(run)
      runUntil(run, 100)
      finishAll(run)
      runUntil(run, 300)
      return lines
    }
    expect(story('unelided')).toEqual(story('elided'))
  })

  test('that allows it runs several Jobs at once; one that forbids it waits for the end of the last', () => {
    const allow = cronRun({ workloads: [cron()] })
    runUntil(allow, 190)
    expect(allow.world.store.tables.Job.size).toBe(3)
    const forbid = cronRun({ workloads: [cron({ concurrencyPolicy: 'Forbid' })] })
    const lines = jobLines(forbid)
    runUntil(forbid, 150)
    expect(forbid.world.store.tables.Job.size).toBe(1)
    finishAll(forbid)
    runUntil(forbid, 170)
    // The end of the Job is a change that makes it look again: the start that was missed at 120 s comes late.
    expect(minutes(forbid, lines, 'created').map(Math.floor)).toEqual([60, 151])
  })

  test('that replaces deletes the Job that still runs', () => {
    const run = cronRun({ workloads: [cron({ concurrencyPolicy: 'Replace' })] })
    const lines = jobLines(run)
    runUntil(run, 130)
    expect(lines.map((line) => line.split(' ').slice(1).join(' '))).toEqual(['tick-1 created', 'tick-1 gone', 'tick-2 created'])
    runUntil(run, 170)
    expect(run.world.store.pods.size).toBe(1)
  })

  test('after an outage of its controller makes up for the most recent missed start only, if the deadline allows', () => {
    const outage = (startingDeadlineSeconds: number | null) => {
      const run = cronRun({ workloads: [cron({ startingDeadlineSeconds })] })
      const lines = jobLines(run)
      const process = processOf(run, 'kube-controller-manager')
      runUntil(run, 70)
      stopProcess(run, process)
      runUntil(run, 290)
      startProcess(run, process)
      runUntil(run, 310)
      return minutes(run, lines, 'created').map(Math.floor)
    }
    expect(outage(null)).toEqual([60, 290, 300])
    expect(outage(60)).toEqual([60, 290, 300])
    expect(outage(20)).toEqual([60, 300])
  })

  test('that has missed more than 100 starts starts nothing more in 1.20, and goes on since', () => {
    const startsAfter = (profile: '1.20' | '1.34', missed: number) => {
      const run = cronRun({ profile, workloads: [cron()] })
      const lines = jobLines(run)
      const process = processOf(run, 'kube-controller-manager')
      runUntil(run, 30)
      stopProcess(run, process)
      runUntil(run, 30 + missed * 60)
      startProcess(run, process)
      runUntil(run, 50 + missed * 60)
      return lines.length
    }
    expect([startsAfter('1.20', 100), startsAfter('1.20', 101), startsAfter('1.34', 101)]).toEqual([1, 0, 1])
  })

  test('keeps the last three successful Jobs, and the Pods of those alone', () => {
    const run = cronRun({ workloads: [cron()] })
    for (let minute = 1; minute <= 6; minute++) {
      runUntil(run, minute * 60 + 30)
      finishAll(run)
    }
    runUntil(run, 415)
    expect([...run.world.store.tables.Job].map(({ name }) => name)).toEqual(['tick-4', 'tick-5', 'tick-6'])
    expect(run.world.store.pods.size).toBe(3)
  })

  test('that is suspended starts nothing, and when resumed the most recent missed start', () => {
    const run = cronRun({ workloads: [cron({ suspend: true })] })
    const lines = jobLines(run)
    runUntil(run, 200)
    expect(lines).toEqual([])
    const [suspended] = [...run.world.store.tables.CronJob] as [CronJob]
    run.world.api.update(run, operator(run), suspended, { suspend: false }, 0, null, 0, true)
    runUntil(run, 210)
    expect(lines.map((line) => line.split(' ').slice(1).join(' '))).toEqual(['tick-3 created'])
  })

  test('that is deleted takes its Jobs and their Pods with it', () => {
    const run = cronRun({ workloads: [cron()] })
    runUntil(run, 130)
    const [doomed] = [...run.world.store.tables.CronJob] as [CronJob]
    run.world.api.delete(run, operator(run), doomed, null, 0)
    runUntil(run, 300)
    expect(run.world.store.tables.Job.size).toBe(0)
    expect(run.world.store.pods.size).toBe(0)
  })

  test('leaves a failed Pod of its Job to the Job', () => {
    const run = cronRun({ workloads: [cron({ concurrencyPolicy: 'Forbid' })] })
    runUntil(run, 70)
    for (const pod of [...run.world.store.pods]) deletePod(run, pod)
    runUntil(run, 110)
    expect(run.world.store.tables.Job.size).toBe(1)
    expect([...run.world.store.pods].filter(({ phase }) => phase === 'Running')).toHaveLength(1)
  })
})
