import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../src/cluster/objects.ts'
import type { ClusterState } from '../../../src/control/scheduler/cluster-state.ts'
import { balancedAllocation, balancedScore, balancedScore120, balancedScore136 } from '../../../src/control/scores/balanced-allocation.ts'
import { imageLocality, imageLocalityScore, normalizedImage } from '../../../src/control/scores/image-locality.ts'
import { scorePlugins } from '../../../src/control/scores/index.ts'
import { normalizeAffinity, preferredPodAffinity } from '../../../src/control/scores/inter-pod-affinity.ts'
import { leastAllocated, leastAllocatedScore, leastRequested } from '../../../src/control/scores/least-allocated.ts'
import { preferredNodeAffinity, preferredNodeWeight } from '../../../src/control/scores/node-affinity.ts'
import { avoids, preferAvoidPods } from '../../../src/control/scores/node-prefer-avoid-pods.ts'
import { normalize, type ScorePlugin } from '../../../src/control/scores/plugin.ts'
import { normalizeSpread, podSpread, spreadPenalty, topologyWeight } from '../../../src/control/scores/pod-topology-spread.ts'
import { intolerableTaints, preferTolerated } from '../../../src/control/scores/taint-toleration.ts'
import { containerSpec } from '../../support/world.ts'
import { aNode, aPod, aReplicaSet, clusterOf, near, viewOf, withTerms } from '../scheduler/views.ts'

/** Scores of every node, in order; null when the plugin leaves the Pod alone. */
function scores(plugin: ScorePlugin, cluster: ClusterState, pod: Pod): number[] | null {
  const nodes = cluster.nodes.order.list()
  const out = new Float64Array(nodes.length)
  return plugin.score(cluster, viewOf(cluster, pod), nodes, nodes.length, out) ? [...out] : null
}

const uses = (cpu: number, memory: number) => ({ containers: [containerSpec({ requests: { cpu, memory } })] })
const MI = 2 ** 20
const GI = 2 ** 30

/** pkg/scheduler/algorithmprovider/registry.go (1.20), apis/config/v1/default_plugins.go (1.23 … 1.36). */
test('the weights are those of the release', () => {
  const weights = (minor: number) => Object.fromEntries(scorePlugins.map((plugin) => [plugin.name, plugin.weight(minor)]))
  expect(weights(20)).toEqual({
    NodeResourcesFit: 1,
    NodeResourcesBalancedAllocation: 1,
    ImageLocality: 1,
    InterPodAffinity: 1,
    NodeAffinity: 1,
    TaintToleration: 1,
    NodePreferAvoidPods: 10_000,
    PodTopologySpread: 2,
  })
  expect(weights(36)).toEqual({
    NodeResourcesFit: 1,
    NodeResourcesBalancedAllocation: 1,
    ImageLocality: 1,
    InterPodAffinity: 2,
    NodeAffinity: 2,
    TaintToleration: 3,
    NodePreferAvoidPods: 0,
    PodTopologySpread: 2,
  })
})

/** plugins/helper/normalize_score.go:DefaultNormalizeScore (1.20 … 1.36). */
test.each([
  [[1, 2, 3], false, [33, 66, 100]],
  [[1, 2, 3], true, [67, 34, 0]],
  [[0, 0], false, [0, 0]],
  [[0, 0], true, [100, 100]],
])('%j normalised (reverse: %s) is %j', (values, reverse, expected) => {
  const out = Float64Array.from(values)
  normalize(out, out.length, reverse)
  expect([...out]).toEqual(expected)
})

/** noderesources/least_allocated.go (1.20 … 1.36). */
describe('LeastAllocated', () => {
  test.each([
    [0, 4000, 100],
    [3000, 4000, 25],
    [1, 3, 66],
    [4001, 4000, 0],
    [0, 0, 0],
  ])('%i of %i requested leaves %i', (requested, allocatable, expected) => expect(leastRequested(requested, allocatable)).toBe(expected))
  test('is the mean of both resources, rounded down', () => expect(leastAllocatedScore(3000, 4000, 1, 2, 32)).toBe(37))
  test('counts a resource the node has none of as 0 up to 1.22, and leaves it out since', () => {
    expect(leastAllocatedScore(0, 4000, 0, 0, 20)).toBe(50)
    expect(leastAllocatedScore(0, 4000, 0, 0, 27)).toBe(100)
  })
  test('counts containers without requests with 100 mCPU and 200 MiB', () => {
    const nodes = [0, 1].map((id) => aNode(id, { allocatable: { cpu: 1_000, memory: 2_000 * MI, pods: 110 } }))
    const cluster = clusterOf(nodes, [[aPod(1, {}, { containers: [containerSpec({ requests: {} })] }), 0]])
    expect(scores(leastAllocated, cluster, aPod(2, {}, { containers: [containerSpec({ requests: {} })] }))).toEqual([80, 90])
  })
})

/** noderesources/balanced_allocation.go (1.20, 1.36); issue #129138. */
describe('BalancedAllocation', () => {
  test.each([
    [1000, 4000, 1, 4, 100],
    [1000, 4000, 3, 4, 50],
    [4000, 4000, 1, 4, 0],
    [1000, 0, 1, 4, 0],
  ])('1.20: %i/%i CPU and %i/%i memory score %i', (cpu, cpus, memory, memories, expected) => {
    expect(balancedScore120(cpu, cpus, memory, memories)).toBe(expected)
  })
  test.each([
    [1000, 4000, 1, 4, 100],
    [1000, 4000, 3, 4, 75],
    [4000, 4000, 1, 4, 62],
    [1000, 0, 1, 4, 100],
  ])('since 1.23: %i/%i CPU and %i/%i memory score %i', (cpu, cpus, memory, memories, expected) => {
    expect(balancedScore(cpu, cpus, memory, memories)).toBe(expected)
  })
  test.each([
    [100, 100, 75],
    [80, 100, 65],
    [100, 60, 95],
  ])('1.36: %i with the Pod and %i without it score %i', (withPod, without, expected) =>
    expect(balancedScore136(withPod, without)).toBe(expected),
  )
  test('reads defaults for containers without requests up to 1.22, requests since; and leaves Pods without requests alone from 1.33 on', () => {
    const nodes = [aNode(0, { allocatable: { cpu: 1_000, memory: 1_000 * MI, pods: 110 } })]
    const empty = aPod(2, {}, { containers: [containerSpec({ requests: {} })] })
    expect(scores(balancedAllocation, clusterOf(nodes, [], '1.20'), empty)).toEqual([90])
    expect(scores(balancedAllocation, clusterOf(nodes, [], '1.27'), empty)).toEqual([100])
    expect(scores(balancedAllocation, clusterOf(nodes, [], '1.33'), empty)).toBeNull()
  })
  test('1.36 prefers the node that the Pod balances', () => {
    const nodes = [0, 1].map((id) => aNode(id, { allocatable: { cpu: 1_000, memory: 1_000, pods: 110 } }))
    const cluster = clusterOf(nodes, [[aPod(1, {}, uses(500, 0)), 0]], '1.36')
    const [skewed, even] = scores(balancedAllocation, cluster, aPod(2, {}, uses(0, 500))) as [number, number]
    expect(skewed).toBeGreaterThan(even)
  })
})

/** imagelocality/image_locality.go (1.20 … 1.36). */
describe('ImageLocality', () => {
  test.each([
    ['nothing below 23 MiB', [{ size: 22 * MI, nodes: 1 }], 1, 1, 0],
    ['all from 1000 MiB on', [{ size: 1000 * MI, nodes: 1 }], 1, 1, 100],
    ['in proportion between', [{ size: 511.5 * MI, nodes: 1 }], 1, 1, 50],
    ['less when few nodes have the image', [{ size: 1000 * MI, nodes: 1 }], 4, 1, 23],
    ['per container', [{ size: 1000 * MI, nodes: 1 }], 1, 2, 49],
  ])('counts %s', (_, present, nodes, containers, expected) => expect(imageLocalityScore(present, nodes, containers)).toBe(expected))
  test.each([
    ['nginx', 'nginx:latest'],
    ['nginx:1', 'nginx:1'],
    ['host:5000/nginx', 'host:5000/nginx:latest'],
  ])('%s is reported as %s', (image, expected) => expect(normalizedImage(image)).toBe(expected))
  test('prefers the node that reports the image', () => {
    const nodes = [aNode(0), aNode(1, { images: { 'app:v1': 1000 * MI } })]
    expect(scores(imageLocality, clusterOf(nodes), aPod(1, {}, uses(1, 1)))).toEqual([0, 48])
    expect(scores(imageLocality, clusterOf([aNode(0)]), aPod(1, {}, uses(1, 1)))).toBeNull()
  })
})

/** nodeaffinity/node_affinity.go:Score (1.20 … 1.36). */
test('NodeAffinity adds up the preferred terms a node meets', () => {
  const prefers = (key: string, weight: number) => ({
    weight,
    preference: { matchExpressions: [{ key, operator: 'Exists' as const, values: [] }], matchFields: [] },
  })
  const preferred = [prefers('ssd', 10), prefers('gpu', 5)]
  expect(preferredNodeWeight(preferred, { name: 'n', labels: { ssd: '', gpu: '' } })).toBe(15)
  const nodes = [aNode(0), aNode(1, { labels: { ssd: '' } }), aNode(2, { labels: { ssd: '', gpu: '' } })]
  const spec = {
    affinity: {
      nodeAffinity: { preferred },
      podAffinity: { required: [], preferred: [] },
      podAntiAffinity: { required: [], preferred: [] },
    },
  }
  expect(scores(preferredNodeAffinity, clusterOf(nodes), aPod(1, {}, spec))).toEqual([0, 66, 100])
})

/** tainttoleration/taint_toleration.go:Score (1.20 … 1.36). */
test('TaintToleration counts untolerated PreferNoSchedule taints', () => {
  const taint = { key: 'slow', value: '', effect: 'PreferNoSchedule' as const, timeAdded: null }
  const toleration = { key: 'slow', operator: 'Exists' as const, value: '', effect: 'PreferNoSchedule' as const }
  expect(intolerableTaints([taint, { ...taint, key: 'old' }], [toleration])).toBe(1)
  const cluster = clusterOf([aNode(0), aNode(1, { taints: [taint] })])
  expect(scores(preferTolerated, cluster, aPod(1))).toEqual([100, 0])
  expect(scores(preferTolerated, cluster, aPod(1, {}, { tolerations: [toleration] }))).toEqual([100, 100])
})

/** interpodaffinity/scoring.go (1.20 … 1.36). */
describe('InterPodAffinity', () => {
  test.each([
    [[1, 2, 3], 32, [0, 50, 100]],
    [[1, 2, 4], 20, [25, 50, 100]],
    [[-2, -1], 32, [0, 100]],
    [[-2, -1], 20, [0, 50]],
    [[5, 5], 32, [0, 0]],
  ])('%j in 1.%i becomes %j', (sums, minor, expected) => {
    const out = Float64Array.from(sums)
    normalizeAffinity(out, out.length, minor)
    expect([...out]).toEqual(expected)
  })
  const nodes = [aNode(0, { labels: { zone: 'a' } }), aNode(1, { labels: { zone: 'b' } }), aNode(2, { labels: { zone: 'c' } })]
  test('goes to the Pods it prefers and away from those it would rather avoid', () => {
    const cluster = clusterOf(nodes, [
      [aPod(1, { app: 'db' }), 0],
      [aPod(2, { app: 'noisy' }), 1],
    ])
    const spec = withTerms({ preferred: [{ weight: 10, term: near('db') }] }, { preferred: [{ weight: 30, term: near('noisy') }] })
    expect(scores(preferredPodAffinity, cluster, aPod(9, {}, spec))).toEqual([100, 0, 75])
  })
  test('heeds what the Pods in place prefer, and require with weight 1', () => {
    const cluster = clusterOf(nodes, [
      [aPod(1, {}, withTerms({ preferred: [{ weight: 4, term: near('web') }] })), 0],
      [aPod(2, {}, withTerms({ required: [near('web')] })), 1],
    ])
    expect(scores(preferredPodAffinity, cluster, aPod(9, { app: 'web' }))).toEqual([100, 25, 0])
    expect(scores(preferredPodAffinity, cluster, aPod(9, { app: 'other' }))).toBeNull()
  })
})

/** podtopologyspread/scoring.go (1.20 … 1.36). */
describe('PodTopologySpread', () => {
  test('a domain weighs more the more domains there are', () => {
    expect(spreadPenalty(2, 3, topologyWeight(1))).toBeCloseTo(2 * Math.log(3) + 2)
  })
  test.each([
    [
      [0, 0],
      [100, 100],
    ],
    [
      [2, 4],
      [100, 50],
    ],
    [
      [-1, 3],
      [0, 100],
    ],
  ])('%j becomes %j', (sums, expected) => {
    const out = Float64Array.from(sums)
    normalizeSpread(out, out.length)
    expect([...out]).toEqual(expected)
  })
  const zoned = (id: number, zone: string) => aNode(id, { labels: { 'topology.kubernetes.io/zone': zone } })
  const owner = { kind: 'ReplicaSet', id: 1 } as const
  const replica = (id: number, fields: Partial<Pod> = {}) => aPod(id, { app: 'web' }, {}, { owner, ...fields })
  const owned = (cluster: ClusterState) => {
    cluster.owners.putController(aReplicaSet(1, { app: 'web' }))
    return cluster
  }
  test('spreads the Pods of a ReplicaSet over zones and hosts by default', () => {
    const cluster = owned(clusterOf([zoned(0, 'a'), zoned(1, 'a'), zoned(2, 'b')], [[replica(1), 0]]))
    const [same, sameZone, other] = scores(podSpread, cluster, replica(9)) as [number, number, number]
    expect(other).toBe(100)
    expect(sameZone).toBeLessThan(other)
    expect(same).toBeLessThan(sameZone)
  })
  test('does so without zone labels from 1.23 on, and not at all in 1.20', () => {
    const nodes = [aNode(0), aNode(1)]
    const old = owned(clusterOf(nodes, [[replica(1), 0]], '1.20'))
    const recent = owned(clusterOf(nodes, [[replica(1), 0]], '1.27'))
    expect(scores(podSpread, old, replica(9))).toBeNull()
    const [full, empty] = scores(podSpread, recent, replica(9)) as [number, number]
    expect(full).toBeLessThan(empty)
  })
  test('leaves Pods alone that nothing selects', () => expect(scores(podSpread, clusterOf([aNode(0)]), aPod(1, { app: 'web' }))).toBeNull())
  test('does not count Pods that terminate', () => {
    const cluster = owned(clusterOf([aNode(0), aNode(1)], [[replica(1, { deletionTimestamp: 1 as never }), 0]]))
    expect(scores(podSpread, cluster, replica(9))).toEqual([100, 100])
  })
  test("takes the Pod's own constraints instead, and ignores Nodes without their key", () => {
    const constraint = {
      maxSkew: 1,
      topologyKey: 'rack',
      whenUnsatisfiable: 'ScheduleAnyway' as const,
      labelSelector: { matchLabels: { app: 'web' }, matchExpressions: [] },
    }
    const cluster = clusterOf([aNode(0, { labels: { rack: 'r1' } }), aNode(1, { labels: { rack: 'r2' } }), aNode(2)], [[replica(1), 0]])
    expect(scores(podSpread, cluster, aPod(9, { app: 'web' }, { topologySpreadConstraints: [constraint] }))).toEqual([0, 100, 0])
  })
})

/** nodepreferavoidpods/node_prefer_avoid_pods.go (1.20). */
test('NodePreferAvoidPods spares a Node the Pods of the controller it names', () => {
  const annotation = JSON.stringify({ preferAvoidPods: [{ podSignature: { podController: { kind: 'ReplicaSet', name: 'rs1' } } }] })
  expect([avoids(annotation, 'ReplicaSet', 'rs1'), avoids(annotation, 'ReplicaSet', 'rs2'), avoids('{', 'ReplicaSet', 'rs1')]).toEqual([
    true,
    false,
    false,
  ])
  const cluster = clusterOf(
    [aNode(0), aNode(1, { annotations: { 'scheduler.alpha.kubernetes.io/preferAvoidPods': annotation } })],
    [],
    '1.20',
  )
  cluster.owners.putController(aReplicaSet(1, { app: 'web' }))
  expect(scores(preferAvoidPods, cluster, aPod(1, {}, {}, { owner: { kind: 'ReplicaSet', id: 1 } }))).toEqual([100, 0])
  expect(scores(preferAvoidPods, cluster, aPod(1))).toBeNull()
})

test('memory of terabytes scores without loss', () => {
  expect(leastRequested(3 * 1024 * GI, 12 * 1024 * GI)).toBe(75)
})
