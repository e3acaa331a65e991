import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Demand, insufficient, nodeResourcesFit } from '../../../src/control/filters/node-resources-fit.ts'
import { nonZeroRequests, podRequests } from '../../../src/control/scheduler/requests.ts'
import type { Resources } from '../../../src/scenario/specs.ts'
import { containerSpec, podSpec } from '../../support/world.ts'
import { aNode, aPod, clusterOf, viewOf } from '../scheduler/views.ts'

const demand = (name: string, request: number, free: number): Demand => ({ name, request, free })

/** pkg/scheduler/framework/plugins/noderesources/fit.go:fitsRequest (1.20 … 1.36). */
describe('a Pod', () => {
  test.each([
    ['fits exactly', [demand('cpu', 100, 100), demand('memory', 5, 5)], 0, []],
    ['does not fit by one', [demand('cpu', 101, 100), demand('memory', 6, 5)], 0, ['Insufficient cpu', 'Insufficient memory']],
    ['needs a place beside its resources', [demand('cpu', 101, 100)], 110, ['Too many pods', 'Insufficient cpu']],
    ['that requests nothing fits a full node', [demand('cpu', 0, -50), demand('memory', 0, 0)], 0, []],
    ['needs extended resources', [demand('cpu', 1, 9), demand('nvidia.com/gpu', 2, 1)], 0, ['Insufficient nvidia.com/gpu']],
  ])('%s', (_, demands, podCount, reasons) => expect(insufficient(demands, podCount, 110, 32)).toEqual(reasons))

  test('that requests memory only is kept off by overcommitted CPU up to 1.26', () => {
    const demands = [demand('cpu', 0, -50), demand('memory', 1, 5)]
    expect(insufficient(demands, 0, 110, 20)).toEqual(['Insufficient cpu'])
    expect(insufficient(demands, 0, 110, 27)).toEqual([])
  })
})

/** component-helpers/resource/helpers.go:PodRequests (1.29 … 1.36); noderesources/fit.go:computePodResourceRequest (1.20). */
describe('the request of a Pod', () => {
  const uses = (cpu: number, fields = {}) => containerSpec({ requests: { cpu }, ...fields })
  const sidecar = (cpu: number) => uses(cpu, { restartPolicy: 'Always' })
  test.each<[string, ReturnType<typeof podSpec>, number, number]>([
    ['adds up its containers', podSpec({ containers: [uses(100), uses(200)] }), 300, 300],
    ['is at least its largest init container', podSpec({ containers: [uses(100)], initContainers: [uses(500), uses(400)] }), 500, 500],
    ['adds overhead', podSpec({ containers: [uses(100)], overhead: { cpu: 50 } }), 150, 150],
    ['adds sidecars from 1.29 on', podSpec({ containers: [uses(100)], initContainers: [sidecar(300)] }), 300, 400],
    ['runs later init containers beside them', podSpec({ containers: [uses(100)], initContainers: [sidecar(300), uses(500)] }), 500, 800],
    ['but not earlier ones', podSpec({ containers: [uses(100)], initContainers: [uses(500), sidecar(300)] }), 500, 500],
  ])('%s', (_, spec, before, since) => {
    expect([podRequests(spec, false).cpu, podRequests(spec, true).cpu]).toEqual([before, since])
  })

  test('counts 100 mCPU and 200 MiB for containers that state nothing when nodes are scored, not for a stated zero', () => {
    expect(nonZeroRequests(containerSpec({ requests: {} }))).toEqual({ cpu: 100, memory: 200 * 2 ** 20 })
    expect(nonZeroRequests(containerSpec({ requests: { cpu: 0, memory: 0 } }))).toEqual({ cpu: 0, memory: 0 })
  })
})

test('columns say what the rule says, on every node, for every Pod', () => {
  const amounts = fc.record({
    cpu: fc.integer({ min: 0, max: 4 }),
    memory: fc.integer({ min: 0, max: 4 }),
    gpu: fc.integer({ min: 0, max: 2 }),
  })
  const pods = fc.array(fc.tuple(amounts, fc.nat(2)), { maxLength: 12 })
  const check = fc.property(
    pods,
    amounts,
    fc.constantFrom('1.20' as const, '1.32' as const),
    fc.nat(2),
    (placed, asked, profile, start) => {
      const nodes = [0, 1, 2].map((id) => aNode(id, { allocatable: { cpu: 6, memory: 6, gpu: 2, pods: 3 } }))
      const spec = (requests: Resources) => ({ containers: [containerSpec({ requests })] })
      const cluster = clusterOf(
        nodes,
        placed.map(([requests, node], i) => [aPod(i, {}, spec(requests)), node] as const),
        profile,
      )
      const view = viewOf(cluster, aPod(99, {}, spec(asked)))
      const filter = nodeResourcesFit.prepare(cluster, view)
      const expected = nodes.map(({ id }) => {
        const there = placed.filter(([, node]) => node === id)
        const free = (name: 'cpu' | 'memory' | 'gpu') =>
          (name === 'gpu' ? 2 : 6) - there.reduce((sum, [requests]) => sum + requests[name], 0)
        const demands = (['cpu', 'memory', 'gpu'] as const).map((name) => demand(name, asked[name], free(name)))
        return insufficient(demands, there.length, 3, cluster.profile.minor)
      })
      expect(nodes.map(({ id }) => filter?.fits(id))).toEqual(expected.map((reasons) => reasons.length === 0))
      expect(nodes.map(({ id }) => filter?.reasons(id))).toEqual(expected)
      const out = new Int32Array(3)
      const { found } = filter?.collect?.(cluster.nodes.order.list(), start, 3, out) ?? { found: -1 }
      const order = [0, 1, 2].map((i) => (start + i) % 3)
      expect([...out.subarray(0, found)]).toEqual(order.filter((node) => expected[node]?.length === 0))
    },
  )
  fc.assert(check, { seed: 1, numRuns: process.env.RECONVERGE_FULL === '1' ? 2_000 : 200 })
})
