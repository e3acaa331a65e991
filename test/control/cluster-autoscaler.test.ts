import { describe, expect, test } from 'vitest'
import { type SimulateOptions, simulate } from '../../src/model.ts'
import { PLAIN, scenarioOf } from '../support/play.ts'

/** Two machines of 1 CPU, full with eight Pods, and whatever else is given; every time is constant. */
const text = (cluster: object, rest: object = {}, replicas = 6) =>
  JSON.stringify({
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'full' },
    kubernetes: '1.34',
    horizon: '40m',
    replications: 1,
    images: 'all',
    phases: { 'cluster-autoscaler.scan': '4s' },
    cluster: {
      nodes: [{ name: 'worker', count: 2, allocatable: { cpu: '1', memory: '8Gi', pods: 110 } }],
      latency: {
        'cloud-api': '1s',
        'machine-provision': '40s',
        'kubelet-start': '2s',
        'network-setup': '15s',
        watch: '1ms',
        'api-request': '1ms',
        'controller-sync': '1ms',
        'container-start': '300ms',
        sandbox: '400ms',
      },
      ...cluster,
    },
    workloads: [
      {
        objects: [
          {
            apiVersion: 'apps/v1',
            kind: 'Deployment',
            metadata: { name: 'web', namespace: 'default' },
            spec: {
              replicas,
              selector: { matchLabels: { app: 'web' } },
              template: {
                metadata: { labels: { app: 'web' } },
                spec: { containers: [{ name: 'app', image: 'app:v1', resources: { requests: { cpu: '300m' } } }] },
              },
            },
          },
        ],
      },
    ],
    ...rest,
  })

const scaled = { operations: [{ when: { at: '60s' }, do: 'scale', of: 'deployment/default/web', replicas: 10 }] }
const groups = (max: number, more: object = {}) => ({ cloud: { 'node-groups': [{ name: 'worker', max, ...more }] } })

const WATCHED = ['cluster-autoscaler/machine-comes', 'kubelet/network-installed']

/** When machines came and their networks were there [s], how many Pods wait at the end, and what was remarked. */
function story(cluster: object, rest: object = {}, options: Partial<SimulateOptions> = {}) {
  const times: [number, string][] = []
  const observe: SimulateOptions['observe'] = (now, kind) => {
    if (WATCHED.includes(kind.name)) times.push([now / 1e6, kind.name.split('/')[1] as string])
  }
  const result = simulate(scenarioOf(text(cluster, rest)), 1, { ...PLAIN, observe, ...options })
  return { times, waiting: result.unplaced.length, remarks: result.remarks, result }
}

/** autoscaler core/static_autoscaler.go:RunOnce. */
describe('Pods that fit nowhere', () => {
  test('get as many machines as they need with the next scan; call, provisioning, kubelet and network follow one another', () => {
    const { times, waiting } = story(groups(6), scaled)
    // Scans at 6, 16.001, … 66.006 s; four Pods, three to a machine.
    expect(times).toEqual([
      [107.006, 'machine-comes'],
      [107.006, 'machine-comes'],
      [124.006, 'network-installed'],
      [124.006, 'network-installed'],
    ])
    expect(waiting).toBe(0)
  })

  test('wait for one scan more while all of them are younger than 2 s', () => {
    const late = { operations: [{ when: { at: '65s' }, do: 'scale', of: 'deployment/default/web', replicas: 10 }] }
    expect(story(groups(6), late).times[0]).toEqual([117.007, 'machine-comes'])
  })

  test('are looked at as soon as they are called unschedulable from 1.35 on, and again 10 s later as they were new', () => {
    const late = { operations: [{ when: { at: '65s' }, do: 'scale', of: 'deployment/default/web', replicas: 10 }], kubernetes: '1.36' }
    const [time] = story(groups(6), late).times[0] as [number, string]
    expect(time).toBeGreaterThan(65 + 10 + 41)
    expect(time).toBeLessThan(65 + 10 + 41.1)
  })

  test('wait when the group is as large as it may be', () => {
    const { times, waiting } = story(groups(3), scaled)
    expect(times.filter(([, what]) => what === 'machine-comes')).toHaveLength(1)
    expect(waiting).toBe(1)
  })

  test('wait without node groups', () => {
    expect(story({}, scaled)).toMatchObject({ times: [], waiting: 4 })
  })

  test('get nothing while more than 45 % and more than three of the Nodes are not ready', () => {
    const nodes = [{ name: 'worker', count: 9, allocatable: { cpu: '1', memory: '8Gi', pods: 110 } }]
    const crash = (count: number) => ({
      faults: [{ fault: 'node-crash', when: { at: '20s' }, who: { all: true, count } }],
      operations: [{ when: { at: '120s' }, do: 'scale', of: 'deployment/default/web', replicas: 40 }],
    })
    const comes = (count: number) => story({ nodes, ...groups(20) }, crash(count)).times.length
    expect(comes(4)).toBeGreaterThan(0)
    expect(comes(5)).toBe(0)
  })

  test('a machine that has not registered after 15 min is given up, and its group backs off for 5 min', () => {
    const { times, remarks } = story(groups(3, { provisioning: '20m' }), { ...scaled, horizon: '2h' })
    expect(remarks[0]).toContain('backs off')
    expect(times.filter(([, what]) => what === 'network-installed')).toEqual([])
  })

  test('no idle scan matters: the same answer elided and unelided, and with the other queue', () => {
    const crash = { faults: [{ fault: 'vm-terminate', when: { at: '30s' }, who: { node: 'worker-1' } }] }
    const answer = (options: Partial<SimulateOptions>) => {
      const { rows, unplaced } = story(groups(4), crash, options).result
      return { rows, unplaced }
    }
    expect(answer({ elision: 'unelided' })).toEqual(answer({}))
    expect(answer({ queue: 'heap' })).toEqual(answer({}))
  })
})

test('a group may begin with no machine at all', () => {
  const nodes = [
    { name: 'worker', count: 2, allocatable: { cpu: '1', memory: '8Gi', pods: 110 } },
    { name: 'spare', count: 0, zones: ['a', 'b'], allocatable: { cpu: '2', memory: '8Gi', pods: 110 } },
  ]
  const { times, waiting } = story({ nodes, cloud: { 'node-groups': [{ name: 'spare', max: 3 }] } }, scaled)
  expect([times.filter(([, what]) => what === 'machine-comes').length, waiting]).toEqual([1, 0])
})

test.each([
  ['a group that is not there', [{ name: 'wroker', max: 3 }]],
  ['fewer machines than it begins with', [{ name: 'worker', max: 1 }]],
])('a node group of %s is refused', (_, list) => {
  expect(() => scenarioOf(text({ cloud: { 'node-groups': list } }))).toThrow(/node-groups/)
})
