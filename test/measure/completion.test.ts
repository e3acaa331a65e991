import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { play, scenarioOf } from '../support/play.ts'

const container = { name: 'app', image: 'app:v1' }

/** One object, whose containers run for 90 s, and one fault at 60 s. */
const scenario = (object: object, fault: object, kubernetes = '1.34', exitCode = 0) =>
  scenarioOf(`# What becomes of work that ends while it recovers?
${stringify({
  apiVersion: 'reconverge/v1',
  kind: 'Scenario',
  metadata: { name: 'completion' },
  kubernetes,
  horizon: '20m',
  cluster: { nodes: [{ name: 'worker', count: 2 }] },
  workloads: [{ objects: [object] }],
  behaviour: [{ select: 'all', run: '90s', exitCode }],
  faults: [{ name: 'f', when: { at: '60s' }, ...fault }],
})}`)

const pod = (restartPolicy: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'once', labels: { app: 'once' } },
  spec: { restartPolicy, containers: [container] },
})
const job = (more: object = {}) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'batch' },
  spec: { ...more, template: { spec: { restartPolicy: 'Never', containers: [container] } } },
})

const crash = { fault: 'container-crash', who: { all: true } }
const reboot = { fault: 'node-reboot', who: { all: true, count: 2 } }
const outcomes = (of: ReturnType<typeof scenario>) =>
  play(of, 3).flatMap(({ rows }) => rows.filter(({ workload }) => workload !== '*').map(({ outcome, desired }) => ({ outcome, desired })))

describe.each(['1.20', '1.32', '1.34'])('in %s', (version) => {
  test('a Pod that restarts on failure, crashes and then completes has converged', () => {
    expect(outcomes(scenario(pod('OnFailure'), crash, version))).toEqual(Array(3).fill({ outcome: 'converged', desired: 1 }))
  })

  test('a Pod that never restarts and crashes is lost', () => {
    expect(outcomes(scenario(pod('Never'), crash, version))).toEqual(Array(3).fill({ outcome: 'lost', desired: 1 }))
  })

  test('a Job whose Pods crash, are replaced and then complete has converged, and nothing is missed after', () => {
    const of = scenario(job({ parallelism: 2, completions: 2 }), crash, version)
    expect(outcomes(of)).toEqual(Array(3).fill({ outcome: 'converged', desired: 2 }))
    const [result] = play(of, 1, { recording: { timeline: true, events: false } })
    const last = result?.timeline.at(-1)
    expect(last).toMatchObject({ desired: 0, serving: 0, ready: 0 })
    // What a Pod lacks when it has done its work is nothing: serving never falls below desired by its end.
    const ends = result?.timeline.filter(({ time }) => time > 120e6) ?? []
    expect(ends.every(({ desired, serving }) => serving >= desired)).toBe(true)
  })

  test('a Job that fails for good is lost', () => {
    expect(outcomes(scenario(job({ backoffLimit: 0 }), crash, version))).toEqual(Array(3).fill({ outcome: 'lost', desired: 1 }))
  })

  test('a Job whose machines reboot converges', () => {
    expect(outcomes(scenario(job({ parallelism: 2, completions: 4 }), reboot, version)).map(({ outcome }) => outcome)).toEqual(
      Array(3).fill('converged'),
    )
  })
})

test('exit codes come as often as their shares say', () => {
  const text = stringify({
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'codes' },
    horizon: '30m',
    cluster: { nodes: [{ name: 'worker', count: 4 }] },
    workloads: [{ objects: [job({ parallelism: 100, completions: 100, backoffLimit: 1000 })] }],
    behaviour: [{ select: 'all', run: '60s', exitCode: { 0: '70%', 3: '30%' } }],
  })
  const [result] = play(scenarioOf(`# How many fail?\n${text}`), 1, { recording: { timeline: false, events: true } })
  const exits = result?.events.filter(({ event }) => event === 'containerStopped') ?? []
  const first = exits.slice(0, 100)
  expect(first.filter(({ detail }) => detail.endsWith('exitCode=3')).length).toBeGreaterThan(15)
  expect(first.filter(({ detail }) => detail.endsWith('exitCode=3')).length).toBeLessThan(45)
})
