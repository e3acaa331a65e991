import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../src/cluster/objects.ts'
import { filterPlugins, filterPlugins120 } from '../../../src/control/filters/index.ts'
import { interPodAffinity, satisfiesAffinity } from '../../../src/control/filters/inter-pod-affinity.ts'
import { matchesNode, matchesTerm } from '../../../src/control/filters/node-affinity.ts'
import { isNamed } from '../../../src/control/filters/node-name.ts'
import { portsConflict } from '../../../src/control/filters/node-ports.ts'
import { isClosed } from '../../../src/control/filters/node-unschedulable.ts'
import type { FilterPlugin } from '../../../src/control/filters/plugin.ts'
import { podTopologySpread, withinSkew } from '../../../src/control/filters/pod-topology-spread.ts'
import { taintReason } from '../../../src/control/filters/taint-toleration.ts'
import type { ClusterState } from '../../../src/control/scheduler/cluster-state.ts'
import { repellingTaint, tolerates } from '../../../src/control/scheduler/tolerations.ts'
import type { Operator, Taint, Toleration, TopologySpreadConstraint } from '../../../src/scenario/specs.ts'
import { aNode, aPod, clusterOf, near, select, viewOf, withTerms } from '../scheduler/views.ts'

/** The names of the nodes a filter lets a Pod on. */
function allowed(plugin: FilterPlugin, cluster: ClusterState, pod: Pod): number[] {
  const nodes = [...cluster.nodes.order.list()]
  const filter = plugin.prepare(cluster, viewOf(cluster, pod))
  return filter === null ? nodes : nodes.filter((node) => filter.fits(node))
}

test('both orders hold the same filters', () => {
  const sorted = (plugins: readonly FilterPlugin[]) => plugins.map(({ name }) => name).toSorted((a, b) => (a < b ? -1 : 1))
  expect(sorted(filterPlugins120)).toEqual(sorted(filterPlugins))
})

/** k8s.io/api/core/v1/toleration.go:ToleratesTaint (1.20 … 1.36). */
describe('a toleration', () => {
  const taint: Taint = { key: 'dedicated', value: 'db', effect: 'NoSchedule' }
  const toleration = (fields: Partial<Toleration>): Toleration => ({
    key: 'dedicated',
    operator: 'Equal',
    value: 'db',
    effect: 'NoSchedule',
    ...fields,
  })
  test.each([
    ['of the same key, value and effect matches', toleration({}), true],
    ['of another value does not', toleration({ value: 'web' }), false],
    ['of another effect does not', toleration({ effect: 'NoExecute' }), false],
    ['of every effect does', toleration({ effect: '' }), true],
    ['of another key does not', toleration({ key: 'other' }), false],
    ['that the key exists needs no value', toleration({ operator: 'Exists', value: '' }), true],
    ['without key and with Exists matches everything', toleration({ key: '', operator: 'Exists', value: '', effect: '' }), true],
  ])('%s', (_, one, expected) => expect(tolerates(one, taint)).toBe(expected))

  test('is not needed against PreferNoSchedule', () => {
    expect(repellingTaint([], [{ ...taint, effect: 'PreferNoSchedule' }])).toBeUndefined()
    expect(repellingTaint([], [taint])).toBe(taint)
  })
})

/** nodeunschedulable/node_unschedulable.go (1.20 … 1.36). */
test.each([
  [false, [], false],
  [true, [], true],
  [true, [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', value: '', effect: 'NoSchedule' } as const], false],
])('a Node with unschedulable=%s is closed to tolerations %j: %s', (unschedulable, tolerations, expected) => {
  expect(isClosed({ unschedulable }, tolerations)).toBe(expected)
})

/** nodename/node_name.go (1.20 … 1.36). */
test.each([
  [undefined, true],
  ['', true],
  ['n1', true],
  ['n2', false],
])('spec.nodeName %s admits Node n1: %s', (name, expected) => expect(isNamed(name, 'n1')).toBe(expected))

test('taints are named in the words of their release', () => {
  const taint: Taint = { key: 'a', value: 'b', effect: 'NoSchedule' }
  expect(taintReason(taint, 20)).toBe("node(s) had taint {a: b}, that the pod didn't tolerate")
  expect(taintReason(taint, 27)).toBe('node(s) had untolerated taint {a: b}')
})

/** component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go (1.20 … 1.36). */
describe('node affinity', () => {
  const node = { name: 'n1', labels: { disk: 'ssd', gen: '7' } }
  const term = (key: string, operator: Operator, ...values: string[]) => ({
    matchExpressions: [{ key, operator, values }],
    matchFields: [],
  })
  test.each([
    ['In', term('disk', 'In', 'hdd', 'ssd'), true],
    ['In, another value', term('disk', 'In', 'hdd'), false],
    ['NotIn', term('disk', 'NotIn', 'ssd'), false],
    ['NotIn without the label', term('gpu', 'NotIn', 'a100'), true],
    ['Exists', term('disk', 'Exists'), true],
    ['DoesNotExist', term('disk', 'DoesNotExist'), false],
    ['Gt', term('gen', 'Gt', '6'), true],
    ['Lt', term('gen', 'Lt', '7'), false],
    ['a field', { matchExpressions: [], matchFields: [{ key: 'metadata.name', operator: 'In' as const, values: ['n1'] }] }, true],
    ['an empty term', { matchExpressions: [], matchFields: [] }, false],
  ])('%s', (_, one, expected) => expect(matchesTerm(one, node)).toBe(expected))

  const required = (...terms: ReturnType<typeof term>[]) => withAffinity(terms)
  const withAffinity = (terms: ReturnType<typeof term>[]) => ({
    nodeSelector: {},
    affinity: {
      nodeAffinity: { required: terms, preferred: [] },
      podAffinity: { required: [], preferred: [] },
      podAntiAffinity: { required: [], preferred: [] },
    },
  })
  test('terms are alternatives, and none of them is none', () => {
    expect(matchesNode(required(term('disk', 'In', 'hdd'), term('gen', 'Exists')), node)).toBe(true)
    expect(matchesNode(required(), node)).toBe(false)
  })
  test('the node selector must hold besides', () => {
    expect(matchesNode({ ...required(term('disk', 'Exists')), nodeSelector: { gen: '8' } }, node)).toBe(false)
    expect(matchesNode({ nodeSelector: { gen: '7' } }, node)).toBe(true)
  })
})

/** nodeports/node_ports.go (1.20 … 1.36). */
test.each([
  ['TCP', 80, true],
  ['UDP', 80, false],
  ['TCP', 81, false],
])('%s port %i conflicts with TCP/80 in use: %s', (protocol, hostPort, expected) => {
  expect(portsConflict([{ protocol, hostPort }], new Set(['TCP/80']))).toBe(expected)
})

/** podtopologyspread/filtering.go:Filter (1.20 … 1.36). */
describe('PodTopologySpread', () => {
  test.each([
    [{ maxSkew: 1, selfMatch: true, inDomain: 1, least: 1 }, true],
    [{ maxSkew: 1, selfMatch: true, inDomain: 2, least: 1 }, false],
    [{ maxSkew: 1, selfMatch: false, inDomain: 2, least: 1 }, true],
    [{ maxSkew: 3, selfMatch: true, inDomain: 2, least: 0 }, true],
  ])('%j is within the skew: %s', (count, expected) => expect(withinSkew(count)).toBe(expected))

  const constraint = (fields: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint => ({
    maxSkew: 1,
    topologyKey: 'zone',
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: select({ app: 'web' }),
    ...fields,
  })
  const nodes = [aNode(0, { labels: { zone: 'a' } }), aNode(1, { labels: { zone: 'a' } }), aNode(2, { labels: { zone: 'b' } }), aNode(3)]
  const web = (id: number, fields: Partial<Pod> = {}) => aPod(id, { app: 'web' }, {}, fields)
  const incoming = (one: Partial<TopologySpreadConstraint> = {}, spec = {}) =>
    aPod(9, { app: 'web' }, { topologySpreadConstraints: [constraint(one)], ...spec })

  test('keeps zones even, and off Nodes without a zone', () => {
    expect(allowed(podTopologySpread, clusterOf(nodes, [[web(1), 0]]), incoming())).toEqual([2])
    expect(
      allowed(
        podTopologySpread,
        clusterOf(nodes, [
          [web(1), 0],
          [web(2), 2],
        ]),
        incoming(),
      ),
    ).toEqual([0, 1, 2])
  })
  test('does not count Pods that terminate, other Pods, or those of other namespaces', () => {
    const others = [web(1, { deletionTimestamp: 1 as never }), aPod(2, { app: 'db' }), web(3, { namespace: 'prod' })]
    expect(
      allowed(
        podTopologySpread,
        clusterOf(
          nodes,
          others.map((pod) => [pod, 0] as const),
        ),
        incoming(),
      ),
    ).toEqual([0, 1, 2])
  })
  test('leaves out domains that node affinity rules out', () => {
    const cluster = clusterOf(nodes, [[web(1), 0]])
    expect(allowed(podTopologySpread, cluster, incoming({}, { nodeSelector: { zone: 'a' } }))).toEqual([0, 1, 2])
  })
  test('counts too few domains as an empty one from 1.27 on', () => {
    const placed = [
      [web(1), 0],
      [web(2), 2],
    ] as const
    expect(allowed(podTopologySpread, clusterOf(nodes, placed, '1.27'), incoming({ minDomains: 3 }))).toEqual([])
    expect(allowed(podTopologySpread, clusterOf(nodes, placed, '1.20'), incoming({ minDomains: 3 }))).toEqual([0, 1, 2])
  })
  test('has nothing to say about ScheduleAnyway', () => {
    expect(
      podTopologySpread.prepare(clusterOf(nodes), viewOf(clusterOf(nodes), incoming({ whenUnsatisfiable: 'ScheduleAnyway' }))),
    ).toBeNull()
  })
})

/** interpodaffinity/filtering.go (1.20 … 1.36). */
describe('InterPodAffinity', () => {
  test.each([
    ['every term has its Pod', { terms: [{ hasKey: true, hasPod: true }], anyPod: true, selfMatch: false }, true],
    ['one has none', { terms: [{ hasKey: true, hasPod: false }], anyPod: true, selfMatch: true }, false],
    ['the first of a series goes anywhere', { terms: [{ hasKey: true, hasPod: false }], anyPod: false, selfMatch: true }, true],
    ['but not where the key is missing', { terms: [{ hasKey: false, hasPod: false }], anyPod: false, selfMatch: true }, false],
    ['and not when it does not match itself', { terms: [{ hasKey: true, hasPod: false }], anyPod: false, selfMatch: false }, false],
  ])('%s', (_, one, expected) => expect(satisfiesAffinity(one)).toBe(expected))

  const nodes = [aNode(0, { labels: { zone: 'a' } }), aNode(1, { labels: { zone: 'a' } }), aNode(2, { labels: { zone: 'b' } })]
  test('goes where the Pods are that it needs', () => {
    const cluster = clusterOf(nodes, [[aPod(1, { app: 'db' }), 2]])
    expect(allowed(interPodAffinity, cluster, aPod(9, {}, withTerms({ required: [near('db')] })))).toEqual([2])
  })
  test('needs one Pod that matches all terms', () => {
    const cluster = clusterOf(nodes, [
      [aPod(1, { app: 'db' }), 2],
      [aPod(2, { tier: 'back' }), 2],
    ])
    const terms = [near('db'), { ...near(''), labelSelector: select({ tier: 'back' }) }]
    expect(allowed(interPodAffinity, cluster, aPod(9, {}, withTerms({ required: terms })))).toEqual([])
    cluster.place(aPod(3, { app: 'db', tier: 'back' }), 0)
    expect(allowed(interPodAffinity, cluster, aPod(9, {}, withTerms({ required: terms })))).toEqual([0, 1])
  })
  test('keeps away from the Pods it avoids, also while they terminate', () => {
    const cluster = clusterOf(nodes, [[aPod(1, { app: 'web' }, {}, { deletionTimestamp: 1 as never }), 0]])
    expect(allowed(interPodAffinity, cluster, aPod(9, {}, withTerms({}, { required: [near('web')] })))).toEqual([2])
  })
  test('keeps away from the Pods that avoid it, until they are gone', () => {
    const cluster = clusterOf(nodes, [[aPod(1, {}, withTerms({}, { required: [near('web')] })), 0]])
    const filter = interPodAffinity.prepare(cluster, viewOf(cluster, aPod(9, { app: 'web' })))
    expect([0, 1, 2].map((node) => filter?.fits(node))).toEqual([false, false, true])
    expect(filter?.reasons(0)).toEqual(["node(s) didn't satisfy existing pods anti-affinity rules"])
    cluster.remove(1)
    expect(interPodAffinity.prepare(cluster, viewOf(cluster, aPod(9, { app: 'web' })))).toBeNull()
  })
  test('looks in the namespaces of the term, by default its own', () => {
    const cluster = clusterOf(nodes, [[aPod(1, { app: 'db' }, {}, { namespace: 'prod' }), 2]])
    const reach = (namespaces: string[]) => aPod(9, {}, withTerms({ required: [{ ...near('db'), namespaces }] }))
    expect(allowed(interPodAffinity, cluster, reach([]))).toEqual([])
    expect(allowed(interPodAffinity, cluster, reach(['prod']))).toEqual([2])
  })
})
