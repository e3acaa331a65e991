import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { simulate, vocabulary } from '../src/model.ts'
import { read } from '../src/scenario/read.ts'
import type { Source } from '../src/scenario/sources.ts'
import { PLAIN, scenarioOf } from './support/play.ts'

/** CPU seconds of this process that `work` takes, and what it answers. */
function timed<T>(work: () => T): { value: T; cpu: number } {
  const before = process.cpuUsage()
  const value = work()
  const { user, system } = process.cpuUsage(before)
  return { value, cpu: (user + system) / 1e6 }
}

const big = (nodes: number, deployments: number, replicas: number, horizon: string): string => {
  const probe = { httpGet: { path: '/', port: 80 } }
  const objects = Array.from({ length: deployments }, (_, i) => {
    const labels = { app: `w${i}` }
    const containers = [
      { name: 'c', image: 'app:v1', resources: { requests: { cpu: '100m' } }, readinessProbe: probe, livenessProbe: probe },
    ]
    return {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: `w${i}` },
      spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    }
  })
  return JSON.stringify({
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'big' },
    horizon,
    replications: 1,
    cluster: { nodes: [{ name: 'worker', count: nodes, zones: ['a', 'b', 'c'] }] },
    workloads: [{ objects }],
  })
}

describe('a healthy cluster', () => {
  test('of 5,000 nodes has nothing to do', () => {
    const result = simulate(scenarioOf(big(5000, 1, 10, '24h')), 1, PLAIN)
    expect(result.handled).toBeLessThan(100)
  })

  test('of 1,000 nodes and 10,000 probed Pods lives 30 days in two seconds', () => {
    const scenario = scenarioOf(big(1000, 100, 100, '720h'))
    const start = timed(() => simulate(scenario, 1, { ...PLAIN, until: 1 as never }))
    const whole = timed(() => simulate(scenario, 1, PLAIN))
    expect(whole.cpu - start.cpu).toBeLessThan(2)
    expect(whole.value.unplaced).toEqual([])
  })
})

describe('openb', () => {
  const unzip = (name: string): Uint8Array => gunzipSync(readFileSync(`test/fixtures/openb/${name}.yaml.gz`))
  const nodes = unzip('nodes-1200')
  const pods = unzip('pods-1200')
  const openb = (adopt: boolean): Source => ({
    path: 'openb.yaml',
    text: JSON.stringify({
      apiVersion: 'reconverge/v1',
      kind: 'Scenario',
      metadata: { name: 'openb' },
      horizon: '1h',
      replications: 1,
      cluster: { nodes: [{ file: 'nodes.yaml' }] },
      workloads: [{ file: 'pods.yaml', ...(adopt ? { adopt: 'replicaset' } : {}) }],
      faults: [{ name: 'crash', fault: 'node-crash', when: { at: '60s' }, who: { all: true, count: 10 } }],
    }),
    load: (path) => [{ path, bytes: path === 'nodes.yaml' ? nodes : pods }],
  })
  const scenarioOfOpenb = (adopt: boolean) => {
    const result = read(openb(adopt), vocabulary)
    if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'))
    return result.scenario
  }

  test('as it is: what ran on ten dead nodes is lost for ever, and each Pod without a node says why', () => {
    const scenario = scenarioOfOpenb(false)
    const { value, cpu } = timed(() => simulate(scenario, 1, PLAIN))
    const rows = value.rows.filter(({ workload }) => workload !== '*')
    expect(rows.length).toBeGreaterThan(10)
    expect(new Set(rows.map(({ outcome }) => outcome))).toEqual(new Set(['lost']))
    expect(value.unplaced.length).toBeLessThanOrEqual(20)
    for (const { reason } of value.unplaced) expect(reason).toMatch(/^0\/\d+ nodes are available/)
    expect(cpu).toBeLessThan(4)
  })

  test('with an owner for every Pod converges again, but for what no node fits', () => {
    const value = simulate(scenarioOfOpenb(true), 1, PLAIN)
    const rows = value.rows.filter(({ workload }) => workload !== '*')
    const stuck = new Set(value.unplaced.map(({ pod }) => pod.replace(/-[a-z0-9]{5}$/, '')))
    expect(value.unplaced.length).toBeLessThanOrEqual(20)
    for (const { reason } of value.unplaced) expect(reason).toMatch(/^0\/\d+ nodes are available/)
    expect(rows.filter(({ outcome }) => outcome === 'converged').length).toBeGreaterThan(10)
    for (const { outcome, workload } of rows) {
      const [, namespace, name] = workload.split('/')
      expect(outcome === 'converged' || stuck.has(`${namespace}/${name}`)).toBe(true)
    }
  })
})
