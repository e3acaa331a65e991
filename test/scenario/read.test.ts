import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReadOptions, ReadResult } from '../../src/scenario/read.ts'
import { read } from '../../src/scenario/read.ts'
import type { Scenario } from '../../src/scenario/scenario.ts'
import { FILES } from './broken-support.ts'
import { loadFrom, vocabulary } from './vocabulary.ts'

const HEAD = `apiVersion: reconverge/v1
kind: Scenario
metadata: { name: short }
horizon: 20m
`
const NODES = 'cluster: { nodes: [{ name: worker, count: 6, zones: [a, b, c], domains: { rack: 2 } }] }\n'
const WEB = 'workloads: [{ file: web.yaml }]\n'

const resultOf = (text: string, options: ReadOptions = {}, files: Readonly<Record<string, string | Uint8Array>> = FILES): ReadResult =>
  read({ path: 'x.yaml', text, load: loadFrom(files) }, vocabulary, options)

function scenarioOf(text: string, options: ReadOptions = {}, files: Readonly<Record<string, string | Uint8Array>> = FILES): Scenario {
  const result = resultOf(text, options, files)
  if (!result.ok) throw new Error(result.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  return result.scenario
}
const codes = (result: ReadResult): readonly string[] => (result.ok ? [] : result.problems.map(({ code }) => code))

describe('a short scenario is complete', () => {
  const scenario = scenarioOf(HEAD + NODES)

  test('by defaults', () => {
    expect(scenario).toMatchObject({
      profile: { name: '1.34', minor: 34 },
      horizon: 1200e6,
      seed: '1',
      replications: 200,
      initial: 'converged',
      images: 'used',
      phases: {},
      workloads: [],
      faults: [],
      measure: { from: 0, stableFor: 30e6, rows: 'occurrence' },
    })
    expect(scenario.cluster).toMatchObject({
      controlPlane: { count: 1, registered: false, leaderElect: true },
      network: { plugin: 'flannel', podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/12' },
    })
    expect(scenario.cluster.latency.boot.mean).toBeGreaterThan(0)
    expect(scenario.cluster.latency['image-pull-rate'].mean).toBe(40e6)
  })

  test('its first comment is its question', () => {
    expect(scenarioOf(`# yaml-language-server: $schema=x\n# How long?\n# Long.\n${HEAD}${NODES}`).question).toBe('How long?')
    expect(scenario.question).toBe('')
  })

  test.each([
    ['1.20', '1.20'],
    ['"1.20"', '1.20'],
    ['1.32', '1.32'],
    ['v1.20.2', '1.20.2'],
  ])('kubernetes: %s is %s, or told apart from 1.2', (written, name) => {
    const result = resultOf(`${HEAD}${NODES}kubernetes: ${written}\n`)
    if (written === '1.20') expect(codes(result)).toEqual(['unknown-version'])
    else expect(result).toMatchObject({ ok: true, scenario: { profile: { name } } })
  })

  test('a seed is text, however written, and the command line goes first', () => {
    expect(scenarioOf(`${HEAD}${NODES}seed: 7\n`).seed).toBe('7')
    expect(scenarioOf(`${HEAD}${NODES}seed: "007"\n`).seed).toBe('007')
    expect(scenarioOf(`${HEAD}${NODES}seed: 7\n`, { seed: '8', replications: 3 })).toMatchObject({ seed: '8', replications: 3 })
  })
})

describe('load under behaviour', () => {
  const loadOf = (load: string): unknown =>
    scenarioOf(`${HEAD}${NODES}${WEB}behaviour: [{ select: all, load: ${load} }]\n`).behaviour[0]?.load

  test('is a rate from the start on, or a schedule', () => {
    expect(loadOf('{ rps: 500, perPod: 0.5 }')).toMatchObject({ rps: [{ at: 0, rps: { constant: 500 } }], perPod: { constant: 0.5 } })
    expect(loadOf('{ rps: [{ at: 0s, rps: 500 }, { at: 5m, rps: { uniform: { min: 800, max: 1000 } } }], perPod: 60 }')).toMatchObject({
      rps: [
        { at: 0, rps: { constant: 500 } },
        { at: 300e6, rps: { mean: 900 } },
      ],
    })
  })

  test.each(['{ rps: -1, perPod: 1 }', '{ rps: 1 }', '{ rps: [{ at: 1m, rps: 1 }, { at: 1m, rps: 2 }], perPod: 1 }'])(
    '%s is refused',
    (load) => {
      expect(resultOf(`${HEAD}${NODES}${WEB}behaviour: [{ select: all, load: ${load} }]\n`).ok).toBe(false)
    },
  )

  test('belongs to a workload, not to a container', () => {
    const result = resultOf(`${HEAD}${NODES}${WEB}behaviour: [{ select: all, container: app, load: { rps: 1, perPod: 1 } }]\n`)
    expect(codes(result)).toEqual(['exclusive-fields'])
  })
})

describe('machines', () => {
  test('of a group are numbered from 1, their zones in turn, their racks filled one after the other', () => {
    const { machines } = scenarioOf(HEAD + NODES).cluster
    expect(machines.map(({ name, zone, domains }) => `${name} ${zone} ${domains.rack ?? ''}`)).toEqual([
      'control-plane-1  ',
      'worker-1 a r1',
      'worker-2 b r1',
      'worker-3 c r2',
      'worker-4 a r2',
      'worker-5 b r3',
      'worker-6 c r3',
    ])
    expect(machines[1]).toMatchObject({
      group: 'worker',
      labels: { 'kubernetes.io/hostname': 'worker-1', 'topology.kubernetes.io/zone': 'a', 'reconverge/rack': 'r1' },
      allocatable: { cpu: 4000, memory: 16 * 1024 ** 3, pods: 110 },
      controlPlane: false,
    })
  })

  test('take maxPods from their kubelet, and what is allocatable from their row', () => {
    const rows =
      '[{ name: a, kubelet: { maxPods: 30 } }, { name: b, allocatable: { cpu: 500m, pods: 5, example.com/gpu: 2 } }, { name: c }]'
    const { machines } = scenarioOf(`${HEAD}cluster: { kubelet: { maxPods: 60 }, nodes: ${rows} }\n`).cluster
    expect(machines.map(({ allocatable }) => allocatable.pods)).toEqual([60, 30, 5, 60])
    expect(machines[2]?.allocatable).toEqual({ cpu: 500, memory: 16 * 1024 ** 3, pods: 5, 'example.com/gpu': 2 })
  })

  test('can be in named domains, dealt out in turn', () => {
    const { machines } = scenarioOf(`${HEAD}cluster: { nodes: [{ name: w, count: 3, domains: { row: [north, south] } }] }\n`).cluster
    expect(machines.slice(1).map(({ domains }) => domains.row)).toEqual(['north', 'south', 'north'])
  })

  test('of a registered control plane are Nodes with a taint', () => {
    const { machines, controlPlane } = scenarioOf(
      `${HEAD}cluster: { control-plane: { count: 3, zones: [a, b], registered: true }, nodes: [{ name: w }] }\n`,
    ).cluster
    expect(controlPlane).toEqual({ count: 3, registered: true, leaderElect: true })
    expect(machines.map(({ name, zone }) => name + zone)).toEqual(['control-plane-1a', 'control-plane-2b', 'control-plane-3a', 'w-1'])
    expect(machines[0]).toMatchObject({
      controlPlane: true,
      taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
    })
  })

  test('come from genuine Node manifests, without the taints of what they were going through', () => {
    const nodes = `apiVersion: v1
kind: Node
metadata: { name: n1, labels: { topology.kubernetes.io/zone: z1, reconverge/rack: r7 } }
spec: { taints: [{ key: dedicated, value: gpu, effect: NoSchedule }, { key: node.kubernetes.io/unreachable, effect: NoExecute }], providerID: x }
status: { allocatable: { cpu: "8", memory: 32Gi, pods: "30" }, capacity: { cpu: "9", memory: 33Gi, pods: "30" } }
`
    const text = `${HEAD}cluster: { nodes: [{ file: nodes.yaml }] }\n`
    const machine = scenarioOf(text, {}, { 'nodes.yaml': nodes }).cluster.machines[1]
    expect(machine).toMatchObject({
      name: 'n1',
      group: 'n1',
      zone: 'z1',
      domains: { rack: 'r7' },
      allocatable: { cpu: 8000, pods: 30 },
      capacity: { cpu: 9000 },
    })
    expect(machine?.taints).toEqual([{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }])
    expect(scenarioOf(text, { set: ['initial=given'] }, { 'nodes.yaml': nodes }).cluster.machines[1]?.taints).toHaveLength(2)
  })

  test('run static Pods, which faults may then name', () => {
    const pods =
      'apiVersion: v1\nkind: Pod\nmetadata: { name: proxy, namespace: kube-system }\nspec: { containers: [{ name: c, image: "p:1" }] }\n'
    const fault = 'faults: [{ fault: pod-kill, when: { at: 1s }, who: { pod: kube-system/proxy-w-2 } }]\n'
    const text = `${HEAD}cluster: { nodes: [{ name: w, count: 2, staticPods: [{ file: proxy.yaml }] }] }\n${fault}`
    const { machines } = scenarioOf(text, {}, { 'proxy.yaml': pods }).cluster
    expect(machines.map(({ staticPods }) => staticPods.map(({ name }) => name))).toEqual([[], ['proxy'], ['proxy']])
  })
})

describe('faults and operations', () => {
  const faulty = (faults: string, more = ''): Scenario => scenarioOf(`${HEAD}${NODES}${WEB}faults: ${faults}\n${more}`)

  test('are called by their word, numbered where that is taken', () => {
    const row = '{ fault: node-crash, when: { at: 1s }, who: { node: worker-1 } }'
    const named = '{ name: node-crash-2, fault: node-crash, when: { at: 1s }, who: { all: true } }'
    expect(faulty(`[${row}, ${row}, ${named}]`).faults.map(({ name }) => name)).toEqual(['node-crash', 'node-crash-3', 'node-crash-2'])
  })

  test.each([
    ['{ node: worker-1 }', { target: { nodes: ['worker-1'] } }],
    ['{ nodes: [worker-1, worker-2], count: 1 }', { target: { nodes: ['worker-1', 'worker-2'] }, count: 1 }],
    ['{ zone: a, share: 50% }', { target: { zone: 'a' }, share: 0.5 }],
    ['{ domain: { rack: r3 } }', { target: { domain: { rack: 'r3' } } }],
    [
      '{ selector: "reconverge/rack in (r1, r2)" }',
      { target: { selector: { matchExpressions: [{ operator: 'In', values: ['r1', 'r2'] }] } } },
    ],
    ['{ workload: Deployment/default/web }', { target: { workload: 'deployment/default/web' } }],
    ['{ pod: web-5d4f-x7k2p }', { target: { pod: 'default/web-5d4f-x7k2p' } }],
    ['{ all: true }', { target: { all: true } }],
  ])('hit %s', (who, expected) => {
    expect(faulty(`[{ fault: node-crash, when: { at: 1s }, who: ${who} }]`).faults[0]?.who).toMatchObject(expected)
  })

  test('fire once, again and again, or by a trace in place or in a file', () => {
    const fire = (when: string) =>
      scenarioOf(`${HEAD}${NODES}faults: [{ fault: node-crash, when: ${when}, who: { all: true } }]\n`, {}, TRACES).faults[0]?.when
    const TRACES = { 'trace.csv': '# two\nat,for,target\n60,,worker-1\n2m,30s,\n' }
    expect(fire('{ at: 60s }')).toEqual({ at: 60e6 })
    expect(fire('{ every: 5m, from: 1m, count: 3, per: target }')).toMatchObject({
      every: { constant: 300e6 },
      from: 60e6,
      count: 3,
      per: 'target',
    })
    expect(fire('{ every: { exponential: { mean: 30d } } }')).toMatchObject({ every: { mean: 2592000e6 }, from: 0 })
    expect(fire('{ trace: [{ at: 1m, for: 5s, target: worker-2 }] }')).toEqual({ trace: [{ at: 60e6, for: 5e6, target: 'worker-2' }] })
    expect(fire('{ trace: trace.csv }')).toEqual({
      trace: [
        { at: 60e6, target: 'worker-1' },
        { at: 120e6, for: 30e6 },
      ],
    })
  })

  test('have parameters of their own, read by their own schema', () => {
    const rows =
      '[{ fault: container-crash, when: { at: 1s }, who: { workload: deployment/default/web }, exit-code: 137, after: 10s }, { fault: component-down, when: { at: 1s }, component: etcd }]'
    expect(faulty(rows).faults.map(({ parameters }) => parameters)).toMatchObject([
      { 'exit-code': 137, after: { constant: 10e6 } },
      { component: 'etcd' },
    ])
  })

  test('may name what an operation brings in, from a file or in place', () => {
    const object = '{ apiVersion: v1, kind: Pod, metadata: { name: late }, spec: { containers: [{ name: c, image: "i:1" }] } }'
    const operations = (manifests: string) => `operations: [{ do: apply, when: { at: 5s }, manifests: ${manifests} }]\n`
    const fault = '[{ fault: pod-kill, when: { at: 10s }, who: { pod: late } }]'
    expect(faulty(fault, operations(object)).operations[0]).toMatchObject({
      do: 'apply',
      of: '',
      parameters: { manifests: [{ name: 'late' }] },
    })
    expect(faulty('[]', operations('{ file: web.yaml }')).operations[0]?.parameters).toMatchObject({
      manifests: [{ kind: 'Deployment' }, { kind: 'Service' }],
    })
    const wrong = resultOf(`${HEAD}${NODES}${operations(object.replace('image:', 'imagee:'))}`)
    expect(wrong).toMatchObject({ problems: [{ code: 'unknown-field', path: 'operations[0].manifests.spec.containers[0].imagee' }] })
  })
})

describe('--set', () => {
  const text = `${HEAD}${NODES}${WEB}`

  test('reaches fields, rows by name, fields not written yet, and manifests', () => {
    const set = [
      'cluster.nodes[worker].count=8',
      'cluster.nodes[0].zones[1]=x',
      'cluster.kubelet.maxPods=50',
      'cluster.nodes[worker].labels["a.b/c"]=d',
      'kubernetes=1.20',
      'deployment/default/web:spec.replicas=10',
      'deployment/web:spec.template.spec.containers[app].image=web:v2',
    ]
    const scenario = scenarioOf(text, { set })
    expect(scenario.cluster.machines).toHaveLength(9)
    expect(scenario.cluster.machines[2]).toMatchObject({ zone: 'x', labels: { 'a.b/c': 'd' }, allocatable: { pods: 50 } })
    expect(scenario.profile.name).toBe('1.20')
    expect(scenario.workloads[0]).toMatchObject({ replicas: 10, template: { spec: { containers: [{ image: 'web:v2' }] } } })
  })

  test('changes the canonical inputs, and nothing else does', () => {
    const plain = scenarioOf(text).canonical
    expect(scenarioOf(`# another remark\n${NODES}${WEB}${HEAD}`).canonical).toBe(plain)
    expect(scenarioOf(text, { set: ['horizon=21m'] }).canonical).not.toBe(plain)
    expect(scenarioOf(text, { set: ['deployment/default/web:spec.replicas=4'] }).canonical).not.toBe(plain)
    expect(scenarioOf(text, { seed: '2' }).canonical).not.toBe(plain)
    expect(scenarioOf(text, {}, { ...FILES, 'web.yaml': `${FILES['web.yaml']}# one more\n` }).canonical).not.toBe(plain)
  })
})

test('adoption gives a Pod without owner a ReplicaSet of one, which selects it and no other', () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: job, labels: { app: web } }\nspec: { nodeName: n9, restartPolicy: OnFailure, containers: [{ name: c, image: "i:1" }] }\n'
  const { workloads } = scenarioOf(`${HEAD}${NODES}workloads: [{ file: pod.yaml, adopt: replicaset }]\n`, {}, { 'pod.yaml': pod })
  expect(workloads[0]).toMatchObject({
    kind: 'ReplicaSet',
    name: 'job',
    replicas: 1,
    selector: { matchLabels: { 'reconverge/adopted': 'job' } },
    template: { labels: { app: 'web', 'reconverge/adopted': 'job' }, spec: { restartPolicy: 'Always' } },
  })
  expect(workloads[0]).not.toHaveProperty('template.spec.nodeName')
})

test('files by pattern come in order, objects in place as well', () => {
  const pod = (name: string) =>
    `apiVersion: v1\nkind: Pod\nmetadata: { name: ${name} }\nspec: { containers: [{ name: c, image: "i:1" }] }\n`
  const inline = `{ objects: [{ apiVersion: v1, kind: Pod, metadata: { name: z }, spec: { containers: [{ name: c, image: "i:1" }] } }] }`
  const files = { 'apps/b.yaml': pod('b'), 'apps/a.yaml': pod('a') }
  expect(scenarioOf(`${HEAD}${NODES}workloads: [{ glob: apps/*.yaml }, ${inline}]\n`, {}, files).workloads.map(({ name }) => name)).toEqual(
    ['a', 'b', 'z'],
  )
})

test('an empirical distribution may be a file: seconds, or durations, with or without a heading', () => {
  const of = (csv: string) =>
    scenarioOf(`${HEAD}cluster: { nodes: [{ name: w }], latency: { boot: { empirical: { file: boot.csv } } } }\n`, {}, { 'boot.csv': csv })
      .cluster.latency.boot
  expect(of('seconds\n10\n20\n').mean).toBe(15e6)
  expect(of('10s\n500ms\n').mean).toBe(5.25e6)
})

test('behaviour rows select by workload, by label, or all', () => {
  const rows =
    '[{ select: Deployment/default/web, start: 2s, image: 200MB }, { select: "app in (web)", container: app, ready: { uniform: { min: 1s, max: 3s } } }, { select: all, run: 1h, exitCode: 3 }]'
  expect(scenarioOf(`${HEAD}${NODES}${WEB}behaviour: ${rows}\n`).behaviour).toMatchObject([
    { select: { workload: 'deployment/default/web' }, start: { constant: 2e6 }, image: 200e6 },
    { select: { selector: { matchLabels: {} } }, container: 'app', ready: { mean: 2e6 } },
    { select: { all: true }, run: { constant: 3600e6 }, exitCode: 3 },
  ])
})

test('nothing that is read makes it throw', () => {
  const piece = fc.constantFrom(
    ...`${HEAD}${NODES}${WEB}faults: [{ fault: node-crash, when: { at: 60s }, who: { zone: a, count: 1 }, for: 10m }]\nexpect: ['convergence.p95 < 7m']\n`.split(
      /(?<=[\s:,{}[\]])/,
    ),
  )
  const junk = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('{', '}', '[', ']', ': ', '- ', '\n', '\n  ', '&a ', '*a', '!!x ', '|', 'null', '.nan', '1e400', '"', "'"),
  )
  const text = fc
    .array(fc.oneof({ weight: 5, arbitrary: piece }, { weight: 1, arbitrary: junk }), { maxLength: 90 })
    .map((parts) => parts.join(''))
  const runs = process.env.RECONVERGE_FULL === '1' ? 20_000 : 300
  fc.assert(
    fc.property(text, fc.uint8Array({ maxLength: 40 }), (scenario, bytes) => {
      for (const input of [scenario, bytes, HEAD + NODES + scenario]) {
        const result = resultOf(input as string, {}, { 'web.yaml': bytes })
        if (!result.ok) for (const problem of result.problems) expect(problem.message).not.toBe('')
      }
    }),
    { seed: 4, numRuns: runs },
  )
})

test('whatever single character a scenario loses, it is read or told what is wrong', () => {
  const sound = `${HEAD}${NODES}${WEB}faults: [{ fault: node-crash, when: { at: 60s }, who: { zone: a }, for: 10m }]\n`
  for (let at = 0; at < sound.length; at += process.env.RECONVERGE_FULL === '1' ? 1 : 7) {
    const result = resultOf(sound.slice(0, at) + sound.slice(at + 1))
    expect(result.ok || result.problems.length > 0).toBe(true)
  }
})
