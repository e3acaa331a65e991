import { describe, expect, test } from 'vitest'
import { CidrSet } from '../../src/cluster/cidr-set.ts'
import { nodeDraft } from '../../src/cluster/drafts.ts'
import type { Node } from '../../src/cluster/objects.ts'
import type { World } from '../../src/cluster/world.ts'
import { nodeIPAM } from '../../src/control/node-ipam.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'
import type { ProfileName } from '../../src/scenario/profile.ts'
import { operator } from '../support/converged.ts'
import { play, scenarioOf } from '../support/play.ts'
import { follow, runUntil } from '../support/timeline.ts'
import { machineOf, machineSpec, startAll, testRun } from '../support/world.ts'

/** pkg/controller/nodeipam/ipam/cidrset/cidr_set.go:AllocateNext, Release, Occupy (1.20 … 1.36). */
describe('The ranges of a cluster', () => {
  test('are given in order, and one that was given back only after all behind it', () => {
    const ranges = new CidrSet('10.244.0.0/22', 24)
    expect([ranges.next(), ranges.next()]).toEqual(['10.244.0.0/24', '10.244.1.0/24'])
    ranges.release('10.244.0.0/24')
    expect([ranges.next(), ranges.next(), ranges.next(), ranges.next()]).toEqual(['10.244.2.0/24', '10.244.3.0/24', '10.244.0.0/24', ''])
  })

  test('are not given where a Node has them already; what is no such range changes nothing', () => {
    const ranges = new CidrSet('10.244.0.0/23', 24)
    for (const cidr of ['10.244.0.0/24', '10.9.0.0/24', '10.244.1.0/25', '']) ranges.occupy(cidr)
    expect([ranges.next(), ranges.next()]).toEqual(['10.244.1.0/24', ''])
  })
})

/** Two machines and room for two Nodes; each line: when, and what a Node has. */
function cluster(profile: ProfileName = '1.34') {
  const run = testRun({
    profile,
    machines: [machineSpec('a'), machineSpec('b')],
    components: [nodeIPAM],
    network: { podCIDR: '10.244.0.0/23', nodeIPAM: true },
    flags: { 'kube-controller-manager': { 'allocate-node-cidrs': true } },
  })
  const notices: string[] = []
  run.world.observers.add({ notice: (now, _source, object, reason) => notices.push(`${now.now / 1e6} ${object} ${reason}`) })
  startAll(run)
  return { run, notices, lines: follow<Node>(run, 'Node', (node) => (node === undefined ? 'gone' : `${node.name} ${node.podCIDR}`)) }
}

const nodeNamed = (run: Simulation<World>, name: string): Node => run.world.store.tables.Node.get(machineOf(run, name)) as Node

function remove(run: Simulation<World>, name: string): void {
  run.world.api.delete(run, operator(run), nodeNamed(run, name), null, 0)
}

function register(run: Simulation<World>, name: string): void {
  const id = machineOf(run, name)
  run.world.api.create(run, operator(run), 'Node', nodeDraft(id, machineSpec(name), ''), null, 0)
}

/** pkg/controller/nodeipam/ipam/range_allocator.go (1.20 … 1.36). */
describe('A Node', () => {
  test('that is registered again gets a range within milliseconds, and its Pods addresses from it', () => {
    const { run, lines } = cluster()
    expect(run.world.network.subnetOf(machineOf(run, 'b'))).toBe('10.244.1.0/24')
    runUntil(run, 1)
    remove(run, 'b')
    runUntil(run, 2)
    register(run, 'b')
    runUntil(run, 3)
    expect(lines).toEqual(['1.001 gone', '2.001 b ', '2.004 b 10.244.1.0/24'])
    expect(run.world.network.subnetOf(machineOf(run, 'b'))).toBe('10.244.1.0/24')
  })

  test.each<[ProfileName, string[]]>([
    ['1.20', ['2.001 c ', '7.001 c changed', '7.004 c 10.244.0.0/24 changed']],
    ['1.27', ['2.001 c ', '3.287 c 10.244.0.0/24', '7.001 c 10.244.0.0/24 changed']],
  ])('for which nothing is left waits: in %s until it changes, from 1.27 on it is also tried again with back-off', (profile, expected) => {
    const { run, notices } = cluster(profile)
    const id = run.world.truth.addMachine(machineSpec('c')).id
    const lines = follow<Node>(run, 'Node', (node) =>
      node?.name === 'c' ? `c ${[node.podCIDR, node.labels.of === undefined ? '' : 'changed'].join(' ').trim()}` : null,
    )
    runUntil(run, 2)
    run.world.api.create(run, operator(run), 'Node', nodeDraft(id, machineSpec('c'), ''), null, 0)
    runUntil(run, 3)
    expect(notices[0]).toBe('2.003 node/c CIDRNotAvailable')
    remove(run, 'a')
    runUntil(run, 7)
    const node = nodeNamed(run, 'c')
    run.world.api.update(run, operator(run), node, { labels: { ...node.labels, of: 'c' } }, 0, null, 0)
    runUntil(run, 8)
    expect(lines).toEqual(expected)
  })
})

const SMALL = `
apiVersion: reconverge/v1
kind: Scenario
metadata: { name: small-range }
initial: empty
horizon: 5m
cluster:
  nodes: [{ name: w, count: 3, allocatable: { cpu: "4", memory: 8Gi, pods: 110 } }]
  kube-controller-manager: { cluster-cidr: 10.244.0.0/24, node-cidr-mask-size: 25, allocate-node-cidrs: true }
workloads:
  - objects:
      - apiVersion: apps/v1
        kind: Deployment
        metadata: { name: web }
        spec:
          replicas: 6
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: app, image: app }] }
`

test('Pods of a Node without a range never start, though it is Ready', () => {
  const [result] = play(scenarioOf(SMALL), 1, { recording: { timeline: false, events: true } })
  const rows = result?.events ?? []
  const started = rows.filter(({ event }) => event === 'containerRunning').map(({ object }) => object)
  const placed = rows.filter(({ event }) => event === 'scheduled').map(({ object, detail }) => `${object} ${detail}`)
  const there = placed.filter((line) => line.includes('w-3')).map((line) => line.split(' ')[0])
  expect(there).toHaveLength(2)
  expect(new Set(started).size).toBe(4)
  expect(started.filter((pod) => there.includes(pod))).toEqual([])
})
