import { describe, expect, test } from 'vitest'
import { vocabulary } from '../src/model.ts'
import type { Scenario } from '../src/scenario/scenario.ts'
import { compareSets } from '../src/study/comparison.ts'
import { type ValueSet, valueSetOf } from '../src/study/value-set.ts'
import { FULL, play, scenarioOf } from './support/play.ts'
import { ShuffledQueue } from './support/shuffled-queue.ts'

const { measures } = vocabulary

/**
 * Every latency a constant of whole 5 ms: what would hardly ever meet in one instant now does so all the time. Who wins a race is then decided by the order of
 * scheduling alone, and always alike, so numbers may differ a little; none may by as much as matters (comparison.ts: 5 % of a mean). What is left out are `up` and
 * `errors`: they say how many Pods a rollout had replaced when the crash came, and syncs that see one change or two of the same instant decide that.
 */
const CONSTANT = `
  latency: { api-request: 10ms, api-get: 5ms, watch: 5ms, heartbeat: 10ms, controller-sync: 5ms, scheduling-cycle: 5ms, sandbox: 400ms, container-start: 300ms, container-stop: 300ms, volume-setup: 200ms, pod-cleanup: 2s }`

const RACES: readonly string[] = ['up', 'errors']

const text = (faults: string, latency: string, nodes = 6) => `# Does the order of events at one instant matter?
apiVersion: reconverge/v1
kind: Scenario
metadata: { name: ties }
kubernetes: "1.34"
horizon: 12m
images: all
cluster:
  nodes: [{ name: worker, count: ${nodes}, zones: [a, b, c], allocatable: { cpu: "4", memory: 8Gi } }]${latency}
workloads:
  - objects:
      - { apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: web }, ports: [{ port: 80 }] } }
      - apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web }
        spec:
          replicas: 12
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: app, image: "registry.example/web:1", resources: { requests: { cpu: 500m, memory: 256Mi } }, readinessProbe: { httpGet: { path: /ready, port: 80 }, periodSeconds: 5 } }] }
behaviour: [{ select: deployment/default/web, ready: 2s }]
${faults}`

const SCENARIOS = {
  'node crash': 'faults: [{ name: crash, fault: node-crash, when: { at: 60s }, who: { all: true, count: 2 } }]',
  'rolling update with a crash': `operations: [{ when: { at: 50s }, do: set-image, of: deployment/default/web, to: "registry.example/web:2" }]
faults: [{ name: crash, fault: node-crash, when: { at: 60s }, who: { all: true, count: 1 } }]`,
  'loss of a zone': 'faults: [{ name: zone, fault: node-crash, when: { at: 60s }, who: { zone: a }, for: 8m }]',
  'crash loop':
    'faults: [{ name: loop, fault: container-crash, when: { at: 60s }, who: { workload: deployment/default/web, count: 6, container: app }, after: 1s, for: 2m, exit-code: 1 }]',
}

interface Side {
  readonly values: ValueSet
  readonly overtaken: number
}

function sideOf(scenario: Scenario, replications: number, shuffled: boolean): Side {
  const queues: ShuffledQueue<never>[] = []
  const shuffle = () => {
    const queue = new ShuffledQueue<never>(`ties/${queues.length}`)
    queues.push(queue)
    return queue
  }
  const results = play(scenario, replications, shuffled ? { queue: shuffle as never } : {})
  const values = valueSetOf(scenario, results, measures, { inputs: '', model: '', v8: '' })
  return { values, overtaken: queues.reduce((sum, { overtaken }) => sum + overtaken, 0) }
}

/** A component must not owe its behaviour to the order in which events of one instant happened to be scheduled: nothing in a cluster keeps that order. */
describe('Shuffling the events of equal instants changes no measure of', () => {
  for (const [name, faults] of Object.entries(SCENARIOS)) {
    test.each([
      ['latencies as they are', ''],
      ['constant latencies', CONSTANT],
    ])(`${name}, with %s`, { timeout: 600_000 }, (_, latency) => {
      const n = FULL ? 200 : latency === '' ? 12 : 20
      const scenario = scenarioOf(text(faults, latency))
      const [scheduled, shuffled] = [sideOf(scenario, n, false), sideOf(scenario, n, true)]
      if (latency !== '') expect(shuffled.overtaken).toBeGreaterThan(n)
      const { changes } = compareSets(scheduled.values, shuffled.values, measures, { alpha: 0.001, only: [] })
      if (latency === '') expect(changes.filter(({ adjusted }) => adjusted <= 0.001)).toEqual([])
      const kept = changes.filter(({ measure }) => latency === '' || !RACES.includes(measure))
      expect(kept.filter(({ effect }) => effect !== 'same' && effect !== 'undecided')).toEqual([])
    })
  }
})
