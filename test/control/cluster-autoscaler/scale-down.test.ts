import { describe, expect, test } from 'vitest'
import { type SimulateOptions, simulate } from '../../../src/model.ts'
import { PLAIN, scenarioOf } from '../../support/play.ts'

const deployment = (
  name: string,
  replicas: number,
  cpu: string,
  more: { meta?: object; spec?: object; namespace?: string; probe?: object } = {},
) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace: more.namespace ?? 'default' },
  spec: {
    replicas,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, ...more.meta },
      spec: {
        containers: [{ name: 'app', image: 'app:v1', resources: { requests: { cpu, memory: '64Mi' } }, ...more.probe }],
        ...more.spec,
      },
    },
  },
})

/** Machines of 1 CPU that may go down to `min`; scans at 6, 16.001, 26.002 … s; every time is constant. */
const text = (objects: readonly object[], more: { count?: number; min?: number; flags?: object; rest?: object } = {}) =>
  JSON.stringify({
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'idle' },
    kubernetes: '1.34',
    horizon: '30m',
    replications: 1,
    images: 'all',
    phases: { 'cluster-autoscaler.scan': '4s' },
    cluster: {
      nodes: [{ name: 'worker', count: more.count ?? 3, allocatable: { cpu: '1', memory: '8Gi', pods: 110 } }],
      cloud: { 'node-groups': [{ name: 'worker', min: more.min ?? 1, max: 13 }] },
      'cluster-autoscaler': more.flags ?? {},
      latency: {
        'cloud-api': '1s',
        watch: '1ms',
        'api-request': '1ms',
        'api-get': '1ms',
        'controller-sync': '1ms',
        'machine-provision': '40s',
      },
    },
    workloads: [{ objects }],
    ...more.rest,
  })

const KINDS = ['machine-goes', 'batch-goes', 'machine-comes']

/** When machines went and Pods were evicted [s]; the scans that were events; the Nodes left with their taints. */
function story(scenario: string, options: Partial<SimulateOptions> = {}) {
  const times: [number, string][] = []
  let scans = 0
  const observe: SimulateOptions['observe'] = (now, kind) => {
    const [component, verb] = kind.name.split('/') as [string, string]
    if (component === 'cluster-autoscaler' && KINDS.includes(verb)) times.push([now / 1e6, verb])
    if (kind.name === 'cluster-autoscaler/scan') scans++
  }
  const result = simulate(scenarioOf(scenario), 1, { ...PLAIN, observe, ...options })
  return { times, scans, result, went: times.filter(([, what]) => what === 'machine-goes').map(([time]) => time) }
}

/** autoscaler core/scaledown, config/flags/flags.go (2026). */
describe('a machine that is not needed', () => {
  test('goes with the first scan later than 10 min after it was first seen idle, 5 s after its taint, by one call of the provider', () => {
    const { times } = story(text([deployment('web', 1, '300m')], { count: 2 }))
    // Idle since the first scan at 6 s; scans are 10.001 s apart: the first later than 606 s is at 606.06 s.
    expect(times).toEqual([
      [611.061, 'batch-goes'],
      [612.061, 'machine-goes'],
    ])
  })

  test('goes together with up to nine others that are empty, the rest with the next scan after them', () => {
    const { went } = story(text([deployment('web', 1, '300m')], { count: 13 }))
    expect(went.filter((time) => time < 613)).toHaveLength(10)
    expect(went).toHaveLength(12)
  })

  test('stays while its group has no more than its minimum', () => {
    expect(story(text([deployment('web', 1, '300m')], { count: 3, min: 3 })).went).toEqual([])
    expect(story(text([deployment('web', 1, '300m')], { count: 3, min: 2 })).went).toHaveLength(1)
  })

  test('stays when its Pods request half of it', () => {
    expect(story(text([deployment('web', 2, '500m')], { count: 2 })).went).toEqual([])
    expect(story(text([deployment('web', 2, '499m')], { count: 2 })).went).toHaveLength(1)
  })

  test('stays when scaling down is off', () => {
    expect(story(text([], { flags: { 'scale-down-enabled': false } })).went).toEqual([])
  })

  test('is drained one at a time: its Pods are evicted and waited for, looked at every 5 s', () => {
    const { times } = story(text([deployment('web', 3, '300m')]))
    // Eviction 1 ms, GET 1 ms, 5 s, GET 1 ms for each Pod of the Node, the provider's call 1 s; the other machine with the next scan.
    expect(times.slice(0, 4)).toEqual([
      [611.061, 'batch-goes'],
      [617.064, 'machine-goes'],
      [631.063, 'batch-goes'],
      [637.066, 'machine-goes'],
    ])
    expect(times).toHaveLength(4)
  })
})

test.each([
  ['nothing against it', {}, 2],
  ['an annotation safe-to-evict: false', { meta: { annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' } } }, 0],
  ['an emptyDir', { spec: { volumes: [{ name: 'tmp', emptyDir: {} }] } }, 0],
  [
    'an emptyDir that it gives up',
    {
      meta: { annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'true' } },
      spec: { volumes: [{ name: 'tmp', emptyDir: {} }] },
    },
    2,
  ],
  ['a place in kube-system', { namespace: 'kube-system' }, 0],
])('a Pod with %s lets so many machines of three go', (_, more, count) => {
  expect(story(text([deployment('web', 3, '300m', more)])).went).toHaveLength(count)
})

test('a Pod without a controller keeps its machine', () => {
  const pod = (name: string) => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { containers: [{ name: 'app', image: 'app:v1', resources: { requests: { cpu: '300m', memory: '64Mi' } } }] },
  })
  expect(story(text([pod('one'), pod('two')], { count: 2 })).went).toEqual([])
})

describe('a PodDisruptionBudget', () => {
  const budget = (spec: object) => ({
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
  })

  test('that allows nothing keeps every machine with a Pod of it', () => {
    expect(story(text([deployment('web', 3, '300m'), budget({ maxUnavailable: 0 })])).went).toEqual([])
  })

  test('that allows one Pod slows nobody down who is drained one at a time', () => {
    expect(story(text([deployment('web', 3, '300m'), budget({ maxUnavailable: 1 })])).went).toHaveLength(2)
  })
})

const PROBE = { readinessProbe: { httpGet: { port: 80 }, periodSeconds: 1 } }

describe('a removal', () => {
  const budget = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'web', namespace: 'default' },
    spec: { selector: { matchLabels: { app: 'web' } }, maxUnavailable: 1 },
  }
  const pinned = deployment('pinned', 1, '480m', {
    meta: { annotations: { 'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false' } },
    spec: { nodeSelector: { 'kubernetes.io/hostname': 'worker-1' } },
  })
  const stays = (ready: string) => ({ behaviour: [{ select: 'deployment/default/web', ready }] })

  test('an eviction that a budget refuses is tried again every 10 s for 2 min, then the Node stays', () => {
    const preference = { matchExpressions: [{ key: 'kubernetes.io/hostname', operator: 'In', values: ['worker-2'] }] }
    const nodeAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference }] }
    const objects = [pinned, deployment('web', 2, '200m', { spec: { affinity: { nodeAffinity } }, probe: PROBE }), budget]
    const soon = story(text(objects, { count: 2, rest: stays('3s') }))
    // The two meet in the server, so the second Pod is refused half a second later, and goes 10 s after that: the replacement of the
    // first one is ready by then. Looks at both follow one another.
    expect(soon.went.map((time) => Math.round(time))).toEqual([633])
    expect(story(text(objects, { count: 2, rest: { ...stays('10m'), horizon: '20m' } })).went).toEqual([])
  })

  test('gives a Pod 600 s at most, however long its own grace period', () => {
    const slow = deployment('web', 1, '200m', { spec: { terminationGracePeriodSeconds: 3600 } })
    const rest = { behaviour: [{ select: 'deployment/default/web', stop: '2h' }] }
    const [went] = story(text([pinned, slow], { count: 2, rest })).went
    expect(went).toBeGreaterThan(611 + 600)
    expect(went).toBeLessThan(611 + 612)
  })

  test('is given up when a Pod is still there 630 s after its eviction', () => {
    const faults = [{ fault: 'node-crash', when: { at: '611062ms' }, who: { node: 'worker-2' } }]
    const objects = [pinned, deployment('web', 1, '200m', { spec: { tolerations: [{ operator: 'Exists', effect: 'NoExecute' }] } })]
    const [went] = story(text(objects, { count: 2, rest: { faults, horizon: '3h' } })).went
    // Given up at 1,241 s; from then on its Node, which is not ready, must be unneeded for 20 min.
    expect(went).toBeGreaterThan(1241 + 1200)
    expect(went).toBeLessThan(1241 + 1220)
  })

  test('that an autoscaler had begun when it died is undone by the next', () => {
    const taints = [{ key: 'ToBeDeletedByClusterAutoscaler', value: '1', effect: 'NoSchedule' }]
    const scenario = JSON.parse(text([deployment('web', 4, '300m')], { count: 2, min: 2 }))
    scenario.cluster.nodes[0].taints = taints
    // Tainted from the begin, the machines take no Pod until the first scan at 6 s has taken the taints off.
    expect(story(JSON.stringify(scenario)).result.unplaced).toEqual([])
    scenario.cluster['cluster-autoscaler'] = { 'scan-interval': '40m' }
    delete scenario.phases
    scenario.phases = { 'cluster-autoscaler.scan': '1s' }
    expect(story(JSON.stringify(scenario)).result.unplaced).toHaveLength(4)
  })
})

test('a machine whose Node is not ready goes 20 min after it was found unneeded', () => {
  const crash = { faults: [{ fault: 'node-crash', when: { at: '100s' }, who: { node: 'worker-2' } }], horizon: '60m' }
  const flags = { 'scale-down-unneeded-time': '50m' }
  const { went } = story(text([deployment('web', 2, '600m')], { count: 3, min: 2, flags, rest: crash }))
  expect(went).toHaveLength(1)
  // Its Pod is evicted 300 s after the taint and counts until grace and 30 s more are over; not before 20 min after that.
  expect(went[0]).toBeGreaterThan(100 + 340 + 1200)
  expect(went[0]).toBeLessThan(100 + 340 + 1200 + 130)
})

test('no machine goes within 10 min after one was asked for', () => {
  const operations = [
    { when: { at: '300s' }, do: 'scale', of: 'deployment/default/web', replicas: 4 },
    { when: { at: '400s' }, do: 'scale', of: 'deployment/default/web', replicas: 1 },
  ]
  const { times } = story(text([deployment('web', 2, '700m')], { count: 2, rest: { operations, horizon: '40m' } }))
  const came = times.find(([, what]) => what === 'machine-comes')?.[0] as number
  const went = times.filter(([, what]) => what === 'machine-goes').map(([time]) => time)
  expect(came).toBeLessThan(400)
  expect(Math.min(...went)).toBeGreaterThan(came + 600 - 41)
  expect(went).toHaveLength(3)
})

test('while nothing can change no scan is an event: as many as there are changes and times to wait for', () => {
  expect(story(text([deployment('web', 3, '300m')], { count: 3, min: 3, rest: { horizon: '10h' } })).scans).toBeLessThan(20)
  const blocked = deployment('web', 3, '300m', { spec: { volumes: [{ name: 'tmp', emptyDir: {} }] } })
  // Each 5 min the machines that could not go are looked at again.
  expect(story(text([blocked], { rest: { horizon: '10h' } })).scans).toBeLessThan(10 * 12 + 20)
})

test('the answer is the same elided and unelided, and with the other queue', () => {
  const scenario = text([deployment('web', 3, '300m')], {
    count: 6,
    rest: { faults: [{ fault: 'node-crash', when: { at: '700s' }, who: { node: 'worker-2' } }] },
  })
  const answer = (options: Partial<SimulateOptions>) => {
    const { times, result } = story(scenario, options)
    return { times, rows: result.rows }
  }
  expect(answer({ elision: 'unelided' })).toEqual(answer({}))
  expect(answer({ queue: 'heap' })).toEqual(answer({}))
})
