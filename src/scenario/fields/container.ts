import type { Fields } from './types.ts'
import {
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
  refused,
  text,
  texts,
  word,
} from './types.ts'
import { FIELD_SELECTORS } from './volumes.ts'

const REFERENCE = plain({ name: text, optional: boolean })
const KEY_REFERENCE = plain({ name: text, key: text, optional: boolean })
const ENVIRONMENT = object(
  ignored({
    name: text,
    value: text,
    valueFrom: plain({
      ...FIELD_SELECTORS,
      configMapKeyRef: KEY_REFERENCE,
      secretKeyRef: KEY_REFERENCE,
      fileKeyRef: plain({ volumeName: text, path: text, key: text, optional: boolean }),
    }),
  }),
  ['name'],
)

const HTTP_GET = plain({ path: text, port: integerOrText, host: text, scheme: text, httpHeaders: list(plain({ name: text, value: text })) })
const TCP_SOCKET = plain({ port: integerOrText, host: text })
const EXEC = plain({ command: texts })

/** Probe (k8s.io/api core/v1). */
export const PROBE = object({
  ...modelled({ exec: EXEC, httpGet: HTTP_GET, tcpSocket: TCP_SOCKET }),
  grpc: { mark: 'modelled', type: plain({ port: integer, service: text }), since: 23 },
  initialDelaySeconds: atLeast(0),
  timeoutSeconds: atLeast(0),
  periodSeconds: atLeast(0),
  successThreshold: atLeast(0),
  failureThreshold: atLeast(0),
  terminationGracePeriodSeconds: { ...atLeast(1), since: 22 },
})

const HANDLER = plain({ exec: EXEC, httpGet: HTTP_GET, tcpSocket: TCP_SOCKET, sleep: plain({ seconds: integer }) })
const PROFILE = plain({ type: text, localhostProfile: text })
const SE_LINUX = plain({ user: text, role: text, type: text, level: text })
const WINDOWS = plain({ gmsaCredentialSpec: text, gmsaCredentialSpecName: text, hostProcess: boolean, runAsUserName: text })
const RUN_AS = { runAsUser: integer, runAsGroup: integer, runAsNonRoot: boolean }
const SECURITY = { ...RUN_AS, seLinuxOptions: SE_LINUX, windowsOptions: WINDOWS, seccompProfile: PROFILE, appArmorProfile: PROFILE }

/** PodSecurityContext (k8s.io/api core/v1). */
export const POD_SECURITY_CONTEXT = plain({
  ...SECURITY,
  fsGroup: integer,
  fsGroupChangePolicy: text,
  supplementalGroups: list(integer),
  supplementalGroupsPolicy: text,
  seLinuxChangePolicy: text,
  sysctls: list(plain({ name: text, value: text })),
})

/** ResourceRequirements (k8s.io/api core/v1). */
export const RESOURCES = object({
  ...modelled({ requests: mapOf(quantity), limits: mapOf(quantity) }),
  ...refused({ claims: list(plain({ name: text, request: text })) }),
})

const PORT = object(
  {
    ...modelled({ name: text, protocol: word('TCP', 'UDP', 'SCTP') }),
    containerPort: atLeast(1, 65535),
    hostPort: atLeast(0, 65535),
    ...ignored({ hostIP: text }),
  },
  ['containerPort'],
)

const COMMON: Fields = {
  ...modelled({
    name: text,
    image: text,
    imagePullPolicy: word('Always', 'IfNotPresent', 'Never'),
    ports: list(PORT),
    resources: RESOURCES,
    readinessProbe: PROBE,
    livenessProbe: PROBE,
    startupProbe: PROBE,
    lifecycle: object({ ...modelled({ preStop: HANDLER, postStart: HANDLER }), ...ignored({ stopSignal: text }) }),
  }),
  ...ignored({
    command: texts,
    args: texts,
    workingDir: text,
    env: list(ENVIRONMENT),
    envFrom: list(plain({ prefix: text, configMapRef: REFERENCE, secretRef: REFERENCE })),
    volumeMounts: list(
      plain({
        name: text,
        mountPath: text,
        subPath: text,
        subPathExpr: text,
        readOnly: boolean,
        recursiveReadOnly: text,
        mountPropagation: text,
      }),
    ),
    resizePolicy: list(plain({ resourceName: text, restartPolicy: text })),
    securityContext: plain({
      ...SECURITY,
      allowPrivilegeEscalation: boolean,
      privileged: boolean,
      procMount: text,
      readOnlyRootFilesystem: boolean,
      capabilities: plain({ add: texts, drop: texts }),
    }),
    stdin: boolean,
    stdinOnce: boolean,
    tty: boolean,
    terminationMessagePath: text,
    terminationMessagePolicy: text,
  }),
  ...refused({
    volumeDevices: list(plain({ name: text, devicePath: text })),
    restartPolicyRules: list(plain({ action: text, exitCodes: plain({ operator: text, values: list(integer) }) })),
  }),
}

/** Container (k8s.io/api core/v1) among `containers`: its own restartPolicy (Kubernetes ≥ 1.34) is not modelled. */
export const CONTAINER = object({ ...COMMON, ...refused({ restartPolicy: text }) }, ['name', 'image'])
/** Container among `initContainers`: with restartPolicy Always it is a sidecar (Kubernetes ≥ 1.28, on from 1.29). */
export const INIT_CONTAINER = object({ ...COMMON, restartPolicy: { mark: 'modelled', type: word('Always'), since: 29 } }, ['name', 'image'])
/** A debugging container: never restarted, never counted for readiness. */
export const EPHEMERAL_CONTAINER = object({ ...COMMON, ...ignored({ restartPolicy: text, targetContainerName: text }) }, ['name'])
