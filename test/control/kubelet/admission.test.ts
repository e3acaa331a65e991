import { describe, expect, test } from 'vitest'
import { type AdmissionFacts, refusal, requestsOf } from '../../../src/control/kubelet/admission.ts'
import type { PodSpec } from '../../../src/scenario/specs.ts'
import { containerSpec, podSpec } from '../../support/world.ts'

const of = (requests: Record<string, number>): Partial<PodSpec> => ({ containers: [containerSpec({ requests })] })
const port = (hostPort: number): Partial<PodSpec> => ({
  containers: [containerSpec({ ports: [{ name: '', containerPort: 80, hostPort, protocol: 'TCP' }] })],
})

const node: AdmissionFacts['node'] = { name: 'n', labels: { disk: 'ssd' }, taints: [], allocatable: { cpu: 1000, memory: 1e9, pods: 3 } }
const gpu = (count: number): AdmissionFacts['node'] => ({ ...node, allocatable: { ...node.allocatable, 'nvidia.com/gpu': count } })
const refuse = (spec: Partial<PodSpec>, others: Partial<PodSpec>[] = [], facts: Partial<AdmissionFacts> = {}): string =>
  refusal(podSpec(spec), { node, others: others.map(podSpec), maxPods: 110, isStatic: false, minor: 34, ...facts })

/** pkg/kubelet/lifecycle/predicate.go (1.20 … 1.36). */
describe('admission on the node', () => {
  test.each<[string, string, string]>([
    ['a Pod that fits exactly', refuse(of({ cpu: 400 }), [of({ cpu: 600 })]), ''],
    ['too little CPU', refuse(of({ cpu: 401 }), [of({ cpu: 600 })]), 'OutOfcpu'],
    ['too little memory', refuse(of({ memory: 2e9 })), 'OutOfmemory'],
    [
      'an extended resource that the node has none left of',
      refuse(of({ 'nvidia.com/gpu': 1 }), [], { node: gpu(0) }),
      'OutOfnvidia.com/gpu',
    ],
    ['an extended resource that the node does not know (removeMissingExtendedResources)', refuse(of({ 'nvidia.com/gpu': 1 })), ''],
    ['as many Pods as the node allows', refuse({}, [{}, {}, {}]), 'OutOfpods'],
    ['as many Pods as maxPods allows', refuse({}, [{}], { maxPods: 1 }), 'OutOfpods'],
    ['a nodeSelector that does not match', refuse({ nodeSelector: { disk: 'hdd' } }), 'NodeAffinity'],
    ['a host port in use', refuse(port(80), [port(80)]), 'NodePorts'],
    ['another host port', refuse(port(81), [port(80)]), ''],
  ])('%s', (_, found, expected) => {
    expect(found).toBe(expected)
  })

  test('a NoExecute taint that is not tolerated refuses ordinary Pods from 1.27, static Pods never', () => {
    const tainted = { ...node, taints: [{ key: 'k', value: '', effect: 'NoExecute', timeAdded: null } as const] }
    expect(refuse({}, [], { node: tainted })).toBe('TaintToleration')
    expect(refuse({}, [], { node: tainted, minor: 20 })).toBe('')
    expect(refuse({}, [], { node: tainted, isStatic: true })).toBe('')
    const tolerations = [{ key: 'k', operator: 'Exists', value: '', effect: 'NoExecute', tolerationSeconds: 5 } as const]
    expect(refuse({ tolerations }, [], { node: tainted })).toBe('')
  })

  test('requests are the larger of the containers together and of each init container, and the overhead', () => {
    const spec = podSpec({
      containers: [containerSpec({ requests: { cpu: 100 } }), containerSpec({ requests: { cpu: 200 } })],
      initContainers: [containerSpec({ requests: { cpu: 250, memory: 5 } })],
      overhead: { cpu: 10 },
    })
    expect(requestsOf(spec, 34)).toEqual({ cpu: 310, memory: 5 })
  })

  test('sidecars count beside the containers from 1.29, as init containers before', () => {
    const sidecar = containerSpec({ name: 'proxy', restartPolicy: 'Always', requests: { cpu: 300 } })
    const spec = { containers: [containerSpec({ requests: { cpu: 800 } })], initContainers: [sidecar] }
    expect(refuse(spec, [], { minor: 28 })).toBe('')
    expect(refuse(spec, [], { minor: 29 })).toBe('OutOfcpu')
  })
})
