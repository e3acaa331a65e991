import { kindOf, STATUS } from './metadata.ts'
import {
  accepted,
  anything,
  atLeast,
  boolean,
  ignored,
  integer,
  integerOrText,
  list,
  mapOf,
  modelled,
  object,
  plain,
  quantity,
  text,
  textMap,
  texts,
  word,
} from './types.ts'

const PORT = object(
  {
    port: atLeast(1, 65535),
    nodePort: atLeast(0, 65535),
    ...modelled({ name: text, targetPort: integerOrText, protocol: word('TCP', 'UDP', 'SCTP') }),
    ...ignored({ appProtocol: text }),
  },
  ['port'],
)
const TRAFFIC_POLICY = { mark: 'refused', type: word('Cluster', 'Local'), harmless: ['Cluster'] } as const

/** Service (v1). */
export const SERVICE = kindOf(
  {
    ...modelled({
      spec: object({
        ...modelled({
          type: word('ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'),
          clusterIP: text,
          selector: textMap,
          ports: list(PORT),
          publishNotReadyAddresses: boolean,
        }),
        ...ignored({
          allocateLoadBalancerNodePorts: boolean,
          clusterIPs: texts,
          externalIPs: texts,
          externalName: text,
          healthCheckNodePort: integer,
          ipFamilies: texts,
          ipFamilyPolicy: text,
          ipFamily: text,
          loadBalancerClass: text,
          loadBalancerIP: text,
          loadBalancerSourceRanges: texts,
          sessionAffinity: text,
          sessionAffinityConfig: plain({ clientIP: plain({ timeoutSeconds: integer }) }),
          topologyKeys: texts,
          trafficDistribution: text,
        }),
        externalTrafficPolicy: TRAFFIC_POLICY,
        internalTrafficPolicy: TRAFFIC_POLICY,
      }),
    }),
    ...accepted({ status: STATUS }),
  },
  ['spec'],
)

const TAINT = object(
  {
    ...modelled({ key: text, value: text, effect: word('NoSchedule', 'PreferNoSchedule', 'NoExecute') }),
    ...accepted({ timeAdded: text }),
  },
  ['key', 'effect'],
)

/** Node (v1). */
export const NODE = kindOf({
  ...modelled({
    spec: object({
      ...modelled({ taints: list(TAINT), unschedulable: boolean, podCIDR: text, providerID: text }),
      ...ignored({ configSource: anything, externalID: text, podCIDRs: texts }),
    }),
    status: object({
      ...modelled({ capacity: mapOf(quantity), allocatable: mapOf(quantity) }),
      ...accepted({
        addresses: anything,
        conditions: anything,
        config: anything,
        daemonEndpoints: anything,
        declaredFeatures: anything,
        features: anything,
        images: anything,
        nodeInfo: anything,
        phase: text,
        runtimeHandlers: anything,
        volumesAttached: anything,
        volumesInUse: anything,
      }),
    }),
  }),
})

/** PriorityClass (scheduling.k8s.io/v1). */
export const PRIORITY_CLASS = kindOf(
  {
    ...modelled({ value: integer, globalDefault: boolean, preemptionPolicy: word('PreemptLowerPriority', 'Never') }),
    ...ignored({ description: text }),
  },
  ['value'],
)

export { TAINT }
