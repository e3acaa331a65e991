import { describe, expect, test } from 'vitest'
import { vocabulary } from '../src/model.ts'
import type { Scenario } from '../src/scenario/scenario.ts'
import { compareSets } from '../src/study/comparison.ts'
import { type ValueSet, valueSetOf } from '../src/study/value-set.ts'
import { FULL, play, scenarioOf } from './support/play.ts'
import { ShuffledQueue } from './support/shuffled-queue.ts'

const { measures } = vocabulary

/**
 * Every latency a constant of whole 5 ms: what would hardly ever meet in one instant now does so all the time, and who wins a race is decided by nothing but the
 * order within an instant.
 */
const CONSTANT = `
  latency: { api-request: 10ms, api-get: 5ms, watch: 5ms, heartbeat: 10ms, controller-sync: 5ms, scheduling-cycle: 5ms, sandbox: 400ms, container-start: 300ms, container-stop: 300ms, volume-setup: 200ms, pod-cleanup: 2s }`

const CONTAINERS = `[{ name: app, image: "registry.example/web:1", resources: { requests: { cpu: 500m, memory: 256Mi } }, readinessProbe: { httpGet: { path: /ready, port: 80 }, periodSeconds: 5 } }]`
const TEMPLATE = `{ metadata: { labels: { app: web } }, spec: { containers: ${CONTAINERS} } }`
const SELECTOR = '{ matchLabels: { app: web } }'

const DEPLOYMENT = `{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { replicas: 12, selector: ${SELECTOR}, template: ${TEMPLATE} } }`
const STATEFUL_SET = `{ apiVersion: apps/v1, kind: StatefulSet, metadata: { name: web }, spec: { replicas: 4, serviceName: web, selector: ${SELECTOR}, template: ${TEMPLATE} } }`
const DAEMON_SET = `{ apiVersion: apps/v1, kind: DaemonSet, metadata: { name: web }, spec: { selector: ${SELECTOR}, template: ${TEMPLATE}, updateStrategy: { rollingUpdate: { maxUnavailable: 2 } } } }`
const JOB = `{ apiVersion: batch/v1, kind: Job, metadata: { name: web }, spec: { parallelism: 8, completions: 24, template: { metadata: { labels: { app: web } }, spec: { restartPolicy: Never, containers: [{ name: app, image: "registry.example/web:1", resources: { requests: { cpu: 500m } } }] } } } }`
const BUDGET = `{ apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: { name: web }, spec: { maxUnavailable: 2, selector: ${SELECTOR} } }`

const text = (objects: readonly string[], happens: string, latency: string) => `# Does the order of events at one instant matter?
apiVersion: reconverge/v1
kind: Scenario
metadata: { name: ties }
kubernetes: "1.34"
horizon: 12m
images: all
cluster:
  nodes: [{ name: worker, count: 6, zones: [a, b, c], allocatable: { cpu: "4", memory: 8Gi } }]${latency}
workloads:
  - objects:
      - { apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: web }, ports: [{ port: 80 }] } }
${objects.map((object) => `      - ${object}`).join('\n')}
${happens}`

const READY = (workload: string) => `behaviour: [{ select: ${workload}/default/web, ready: 2s }]`
const CRASH = '{ name: crash, fault: node-crash, when: { at: 60s }, who: { all: true, count: 1 } }'

/** What is in the cluster, and what happens there. */
type Case = readonly [objects: readonly string[], happens: string]

const SCENARIOS: Readonly<Record<string, Case>> = {
  'node crash': [
    [DEPLOYMENT],
    `${READY('deployment')}\nfaults: [{ name: crash, fault: node-crash, when: { at: 60s }, who: { all: true, count: 2 } }]`,
  ],
  'rolling update with a crash': [
    [DEPLOYMENT],
    `${READY('deployment')}
operations: [{ when: { at: 50s }, do: set-image, of: deployment/default/web, to: "registry.example/web:2" }]
faults: [${CRASH}]`,
  ],
  'loss of a zone': [
    [DEPLOYMENT],
    `${READY('deployment')}\nfaults: [{ name: zone, fault: node-crash, when: { at: 60s }, who: { zone: a }, for: 8m }]`,
  ],
  'crash loop': [
    [DEPLOYMENT],
    `${READY('deployment')}
faults: [{ name: loop, fault: container-crash, when: { at: 60s }, who: { workload: deployment/default/web, count: 6, container: app }, after: 1s, for: 2m, exit-code: 1 }]`,
  ],
}

const MORE: Readonly<Record<string, Case>> = {
  'rolling update of a StatefulSet with a reboot': [
    [STATEFUL_SET],
    `${READY('statefulset')}
operations: [{ when: { at: 50s }, do: set-image, of: statefulset/default/web, to: "registry.example/web:2" }]
faults: [{ name: reboot, fault: node-reboot, when: { at: 60s }, who: { all: true, count: 2 } }]`,
  ],
  'drain under a PodDisruptionBudget': [
    [DEPLOYMENT, BUDGET],
    `${READY('deployment')}
operations: [{ when: { at: 60s }, do: drain, of: node/worker-1 }, { when: { at: 62s }, do: drain, of: node/worker-2 }]
faults: [{ name: crash, fault: node-crash, when: { at: 70s }, who: { node: worker-3 } }]`,
  ],
  'outage of the API server': [
    [DEPLOYMENT],
    `${READY('deployment')}
operations: [{ when: { at: 55s }, do: scale, of: deployment/default/web, replicas: 16 }]
faults: [{ name: away, fault: component-down, component: kube-apiserver, when: { at: 57s }, for: 90s }, ${CRASH}]`,
  ],
  'Job whose Pods fail': [
    [JOB],
    `behaviour: [{ select: job/default/web, run: 20s, exitCode: { 0: 80%, 1: 20% } }]\nfaults: [{ name: kill, fault: pod-kill, when: { at: 30s }, who: { all: true, count: 3 } }, ${CRASH}]`,
  ],
  'rolling update of a DaemonSet with a crash': [
    [DAEMON_SET],
    `${READY('daemonset')}
operations: [{ when: { at: 50s }, do: set-image, of: daemonset/default/web, to: "registry.example/web:2" }]
faults: [{ name: crash, fault: node-crash, when: { at: 60s }, who: { all: true, count: 1 }, for: 3m }]`,
  ],
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
  for (const [name, [objects, happens]] of Object.entries(FULL ? { ...SCENARIOS, ...MORE } : SCENARIOS)) {
    test.each([
      ['latencies as they are', ''],
      ['constant latencies', CONSTANT],
    ])(`${name}, with %s`, { timeout: 600_000 }, (_, latency) => {
      const n = FULL ? 200 : latency === '' ? 12 : 20
      const scenario = scenarioOf(text(objects, happens, latency))
      const [scheduled, shuffled] = [sideOf(scenario, n, false), sideOf(scenario, n, true)]
      if (latency !== '') expect(shuffled.overtaken).toBeGreaterThan(n)
      const { changes } = compareSets(scheduled.values, shuffled.values, measures, { alpha: 0.001, only: [] })
      expect(changes.filter(({ adjusted }) => adjusted <= 0.001)).toEqual([])
      expect(changes.filter(({ effect }) => effect !== 'same' && effect !== 'undecided')).toEqual([])
    })
  }
})
