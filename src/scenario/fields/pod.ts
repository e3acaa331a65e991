import { CONTAINER, EPHEMERAL_CONTAINER, INIT_CONTAINER, POD_SECURITY_CONTEXT } from './container.ts'
import { kindOf, LABEL_SELECTOR, METADATA, NODE_REQUIREMENT } from './metadata.ts'
import {
  accepted,
  anything,
  atLeast,
  boolean,
  ignored,
  integer,
  list,
  mapOf,
  modelled,
  object,
  plain,
  quantity,
  refused,
  text,
  textMap,
  texts,
  word,
} from './types.ts'
import { VOLUME } from './volumes.ts'

const NODE_SELECTOR_TERM = object(modelled({ matchExpressions: list(NODE_REQUIREMENT), matchFields: list(NODE_REQUIREMENT) }))
const NODE_AFFINITY = object(
  modelled({
    requiredDuringSchedulingIgnoredDuringExecution: object(modelled({ nodeSelectorTerms: list(NODE_SELECTOR_TERM) }), [
      'nodeSelectorTerms',
    ]),
    preferredDuringSchedulingIgnoredDuringExecution: list(
      object({ weight: atLeast(1, 100), ...modelled({ preference: NODE_SELECTOR_TERM }) }, ['weight', 'preference']),
    ),
  }),
)
const AFFINITY_TERM = object(
  {
    ...modelled({ labelSelector: LABEL_SELECTOR, namespaces: texts, topologyKey: text }),
    ...refused({ namespaceSelector: LABEL_SELECTOR, matchLabelKeys: texts, mismatchLabelKeys: texts }),
  },
  ['topologyKey'],
)
const POD_AFFINITY = object(
  modelled({
    requiredDuringSchedulingIgnoredDuringExecution: list(AFFINITY_TERM),
    preferredDuringSchedulingIgnoredDuringExecution: list(
      object({ weight: atLeast(1, 100), ...modelled({ podAffinityTerm: AFFINITY_TERM }) }, ['weight', 'podAffinityTerm']),
    ),
  }),
)
const SPREAD = object(
  {
    maxSkew: atLeast(1),
    ...modelled({ topologyKey: text, whenUnsatisfiable: word('DoNotSchedule', 'ScheduleAnyway'), labelSelector: LABEL_SELECTOR }),
    minDomains: { ...atLeast(1), since: 25 },
    nodeAffinityPolicy: { mark: 'refused', type: word('Honor', 'Ignore'), harmless: ['Honor'] },
    nodeTaintsPolicy: { mark: 'refused', type: word('Honor', 'Ignore'), harmless: ['Ignore'] },
    ...refused({ matchLabelKeys: texts }),
  },
  ['maxSkew', 'topologyKey', 'whenUnsatisfiable'],
)
const EFFECT = word('NoSchedule', 'PreferNoSchedule', 'NoExecute', '')
const TOLERATION = object(
  modelled({ key: text, operator: word('Equal', 'Exists', ''), value: text, effect: EFFECT, tolerationSeconds: integer }),
)

/** PodSpec (k8s.io/api core/v1, as of Kubernetes 1.36). */
export const POD_SPEC = object(
  {
    ...modelled({
      nodeName: text,
      containers: list(CONTAINER),
      initContainers: list(INIT_CONTAINER),
      restartPolicy: word('Always', 'OnFailure', 'Never'),
      tolerations: list(TOLERATION),
      nodeSelector: textMap,
      affinity: object(modelled({ nodeAffinity: NODE_AFFINITY, podAffinity: POD_AFFINITY, podAntiAffinity: POD_AFFINITY })),
      topologySpreadConstraints: list(SPREAD),
      volumes: list(VOLUME),
      hostNetwork: boolean,
      automountServiceAccountToken: boolean,
      enableServiceLinks: boolean,
      schedulerName: text,
      priorityClassName: text,
      priority: integer,
      preemptionPolicy: word('PreemptLowerPriority', 'Never'),
      overhead: mapOf(quantity),
      readinessGates: list(object(modelled({ conditionType: text }), ['conditionType'])),
    }),
    terminationGracePeriodSeconds: atLeast(0),
    activeDeadlineSeconds: atLeast(1),
    ...ignored({
      dnsConfig: plain({ nameservers: texts, searches: texts, options: list(plain({ name: text, value: text })) }),
      dnsPolicy: text,
      ephemeralContainers: list(EPHEMERAL_CONTAINER),
      hostAliases: list(plain({ ip: text, hostnames: texts })),
      hostIPC: boolean,
      hostPID: boolean,
      hostUsers: boolean,
      hostname: text,
      hostnameOverride: text,
      imagePullSecrets: list(plain({ name: text })),
      os: plain({ name: text }),
      runtimeClassName: text,
      securityContext: POD_SECURITY_CONTEXT,
      serviceAccount: text,
      serviceAccountName: text,
      setHostnameAsFQDN: boolean,
      shareProcessNamespace: boolean,
      subdomain: text,
    }),
    ...refused({
      resourceClaims: list(anything),
      resources: anything,
      schedulingGates: list(plain({ name: text })),
      schedulingGroup: anything,
      workloadRef: anything,
    }),
  },
  ['containers'],
)

/** PodTemplateSpec (k8s.io/api core/v1). */
export const POD_TEMPLATE = object(modelled({ metadata: METADATA, spec: POD_SPEC }), ['spec'])

/** Pod (v1). */
export const POD = kindOf(
  {
    ...modelled({
      spec: POD_SPEC,
      status: object({
        ...modelled({ phase: word('Pending', 'Running', 'Succeeded', 'Failed', 'Unknown') }),
        ...accepted({
          allocatedResources: anything,
          conditions: anything,
          containerStatuses: anything,
          ephemeralContainerStatuses: anything,
          extendedResourceClaimStatus: anything,
          hostIP: text,
          hostIPs: anything,
          initContainerStatuses: anything,
          message: text,
          nodeAllocatableResourceClaimStatuses: anything,
          nominatedNodeName: text,
          observedGeneration: integer,
          podIP: text,
          podIPs: anything,
          qosClass: text,
          reason: text,
          resize: text,
          resourceClaimStatuses: anything,
          resources: anything,
          startTime: text,
        }),
      }),
    }),
  },
  ['spec'],
)
