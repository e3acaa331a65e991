import { describe, expect, test } from 'vitest'
import { simulate, vocabulary } from '../../src/model.ts'
import { read } from '../../src/scenario/read.ts'
import { type Comparison, compareSets } from '../../src/study/comparison.ts'
import { replicate } from '../../src/study/replicate.ts'
import { type ValueSet, valueSetOf } from '../../src/study/value-set.ts'

const FULL = process.env.RECONVERGE_FULL === '1'
const { measures } = vocabulary
const options = { recording: { timeline: false, events: false }, queue: 'columns', elision: 'elided', eventLimit: 5e9 } as const
const identity = { inputs: '', model: '', v8: '' }

interface Setting {
  readonly kind?: 'Deployment' | 'StatefulSet'
  readonly workers?: number
  readonly zones?: string
  readonly cpu?: number
  readonly replicas: number
  readonly probe?: boolean
  readonly behaviour?: string
  readonly images?: string
  readonly horizon?: string
  readonly fault: string
}

const PROBE = ', readinessProbe: { httpGet: { path: /ready, port: 80 }, periodSeconds: 1 }'

/** A scenario of one workload and one fault. */
function text({
  kind = 'Deployment',
  workers = 4,
  zones = 'a',
  cpu = 16,
  replicas,
  probe = false,
  behaviour = 'ready: 1s',
  images = 'all',
  horizon = '15m',
  fault,
}: Setting) {
  return `# How long?
apiVersion: reconverge/v1
kind: Scenario
metadata: { name: planted }
kubernetes: "1.36"
horizon: ${horizon}
images: ${images}
cluster:
  nodes: [{ name: worker, count: ${workers}, zones: [${zones}], allocatable: { cpu: "${cpu}", memory: 64Gi, pods: 500 } }]
workloads:
  - objects:
      - apiVersion: apps/v1
        kind: ${kind}
        metadata: { name: web }
        spec:
          replicas: ${replicas}
${kind === 'StatefulSet' ? '          serviceName: web\n' : ''}          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: app, image: "registry.example/web:1", resources: { requests: { cpu: 100m, memory: 16Mi } }${probe ? PROBE : ''} }] }
behaviour: [{ select: ${kind.toLowerCase()}/default/web, ${behaviour} }]
faults: [{ name: planted, ${fault} }]
`
}

const crash = 'fault: node-crash, when: { at: 60s }, who: { all: true, count: 1 }'

function valuesOf(setting: Setting, set: readonly string[], n: number, seed = '1'): ValueSet {
  const source = { path: 'planted.yaml', text: text(setting), load: () => [] }
  const outcome = read(source, vocabulary, { set, allowUnknownFields: false, seed })
  if (!outcome.ok) throw new Error(outcome.problems.map(({ message }) => message).join('\n'))
  const { results, failure } = replicate(simulate, outcome.scenario, 1, n, options)
  if (failure !== null) throw new Error(failure.message)
  return valueSetOf(outcome.scenario, results, measures, identity)
}

const worse = ({ changes }: Comparison) =>
  changes
    .filter(({ effect, measure }) => effect === 'worse' && measure.startsWith('stage.'))
    .map(({ measure }) => measure.slice('stage.'.length))

/** Stage, where it is long, and what makes it a tenth longer. */
const PLANTED: readonly (readonly [string, Setting, readonly string[], readonly string[]])[] = [
  ['detect', { replicas: 8, fault: crash }, [], ['cluster.kube-controller-manager.node-monitor-grace-period=55s']],
  [
    'taint',
    { workers: 12, replicas: 24, fault: 'fault: node-crash, when: { at: 60s }, who: { all: true, count: 5 }' },
    [],
    ['cluster.kube-controller-manager.node-eviction-rate=0.0885'],
  ],
  ['tolerate', { replicas: 8, fault: crash }, [], ['cluster.kube-apiserver.default-unreachable-toleration-seconds=330']],
  ['repair', { replicas: 8, fault: `${crash}, for: 3m` }, [], ['faults[planted].for=198s']],
  [
    'terminate',
    {
      kind: 'StatefulSet',
      replicas: 3,
      behaviour: 'ready: 1s, stop: 20s',
      fault: 'fault: pod-kill, when: { at: 60s }, who: { workload: statefulset/default/web, count: 1 }',
    },
    [],
    ['behaviour[0].stop=22s'],
  ],
  ['create', { replicas: 320, fault: crash }, [], ['cluster.kube-controller-manager.kube-api-qps=18.7']],
  [
    'schedule',
    { replicas: 320, fault: crash },
    [
      'cluster.kube-controller-manager.kube-api-qps=1000',
      'cluster.kube-controller-manager.kube-api-burst=1000',
      'cluster.kube-scheduler.kube-api-qps=20',
      'cluster.kube-scheduler.kube-api-burst=10',
    ],
    ['cluster.kube-scheduler.kube-api-qps=18.2'],
  ],
  [
    'capacity',
    { workers: 3, cpu: 1, replicas: 27, fault: `${crash}, for: 8m` },
    ['cluster.kube-apiserver.default-unreachable-toleration-seconds=30', 'cluster.latency.boot=40s'],
    ['faults[planted].for=528s'],
  ],
  ['pull', { replicas: 8, images: 'none', behaviour: 'ready: 1s, image: 800MB', fault: crash }, [], ['behaviour[0].image=880MB']],
  [
    'backoff',
    {
      replicas: 8,
      fault:
        'fault: container-crash, when: { at: 60s }, who: { workload: deployment/default/web, count: 1, container: app }, after: 1s, for: 3s, exit-code: 1',
    },
    ['cluster.kubelet["crashLoopBackOff.maxContainerRestartPeriod"]=8s'],
    ['cluster.kubelet["crashLoopBackOff.maxContainerRestartPeriod"]=8800ms'],
  ],
  [
    'start',
    { replicas: 8, fault: 'fault: node-reboot, when: { at: 60s }, who: { all: true, count: 1 }' },
    ['cluster.latency.boot=60s'],
    ['cluster.latency.boot=66s'],
  ],
  ['ready', { replicas: 8, probe: true, behaviour: 'ready: 20s', fault: crash }, [], ['behaviour[0].ready=22s']],
  // Without a probe the API calls a container ready at once: what is missing until it serves is the rest.
  ['settle', { replicas: 8, behaviour: 'ready: 20s', fault: crash }, [], ['behaviour[0].ready=22s']],
]

describe('A tenth more', () => {
  test.each(PLANTED)('in stage %s is found, and named', (stage, setting, base, plant) => {
    const n = FULL ? 60 : 16
    const before = valuesOf(setting, base, n)
    const comparison = compareSets(before, valuesOf(setting, [...base, ...plant], n), measures, { alpha: 0.01, only: [] })
    const found = comparison.changes.find(({ measure }) => measure === `stage.${stage}`)
    expect(found?.before).toBeGreaterThanOrEqual(1)
    expect(worse(comparison)).toContain(stage)
  })
})

describe('The model compared with itself', () => {
  const setting: Setting = {
    workers: 3,
    replicas: 6,
    probe: true,
    behaviour: 'ready: { lognormal: { median: 3s, p99: 10s } }',
    horizon: '8m',
    fault: crash,
  }
  const comparisons = FULL ? 200 : 24
  const n = 14
  // P(Binomial(200, 0.01) > 6) = 0.5 %, P(Binomial(24, 0.01) > 2) = 0.2 %: the 99 % limits.
  const limit = FULL ? 6 : 2

  test(`under other seeds raises at most ${limit} false alarms in ${comparisons}, whatever the size of the effect`, {
    timeout: 600_000,
  }, () => {
    let alarms = 0
    for (let i = 0; i < comparisons; i++) {
      const [before, after] = [valuesOf(setting, [], n, `a${i}`), valuesOf(setting, [], n, `b${i}`)]
      const { changes } = compareSets(before, after, measures, { alpha: 0.01, only: [] })
      if (changes.some(({ adjusted }) => adjusted <= 0.01)) alarms++
    }
    expect(alarms).toBeLessThanOrEqual(limit)
  })
})

describe('A pair of replications with the same luck', () => {
  test('tells a start that is 200 ms longer with at least five times fewer replications than two sets with luck of their own', () => {
    const setting: Setting = { replicas: 8, probe: true, behaviour: 'ready: { lognormal: { median: 3s, p99: 10s } }', fault: crash }
    const slower: Setting = { ...setting, behaviour: 'ready: { lognormal: { median: 3200ms, p99: 10667ms } }' }
    const n = FULL ? 200 : 40
    const convergence = (before: ValueSet, after: ValueSet) =>
      compareSets(before, after, measures, { alpha: 0.01, only: [{ measure: 'convergence', labels: { fault: 'planted' } }] }).changes[0]
    const [before, paired, apart] = [valuesOf(setting, [], n), valuesOf(slower, [], n), valuesOf(slower, [], n, 'other')]
    const [same, own] = [convergence(before, paired), convergence(before, apart)]
    // The width of an interval falls with the root of n, so what it takes goes with its square.
    const width = (change: typeof same) => (change?.high ?? 0) - (change?.low ?? 0)
    expect((width(own) / width(same)) ** 2).toBeGreaterThan(5)
    expect(same?.gain).toBeGreaterThan(5)
    expect(same?.adjusted).toBeLessThan(0.001)
    expect(own?.adjusted).toBeGreaterThan(0.01)
  })
})
