import { describe, expect, test } from 'vitest'
import type { Instant } from '../../../src/kernel/time.ts'
import type { Inspection } from '../../../src/measure/inspection.ts'
import { humanDuration } from '../../../src/report/get/age.ts'
import { type GetOptions, get } from '../../../src/report/get/get.ts'
import { listingOf } from '../../../src/report/get/kinds.ts'
import type { Listing } from '../../../src/report/get/listing.ts'

const at = (seconds: number) => (seconds * 1e6) as Instant
const meta = { namespace: 'default', labels: {}, created: at(0), object: { kind: 'Pod' } }
const pod = { ...meta, ready: 1, containers: 1, restarts: 0, lastRestart: null, nominatedNode: '', environment: [] as string[] }

const inspection: Inspection = {
  now: at(360),
  pods: [
    { ...pod, name: 'web-b', status: 'Terminating', ip: '10.244.1.2', node: 'n01', machine: '', serves: false },
    {
      ...pod,
      name: 'web-a',
      status: 'Running',
      restarts: 2,
      lastRestart: at(100),
      ip: '10.244.2.2',
      node: 'n02',
      machine: 'n02',
      serves: true,
      environment: ['db', 'kubernetes'],
    },
    { ...pod, name: 'web-c', created: at(348), ready: 0, status: 'Pending', ip: '', node: '', machine: '', serves: false },
    { ...pod, namespace: 'other', name: 'db', status: 'Running', ip: '10.244.2.3', node: 'n02', machine: 'n02', serves: true },
  ],
  nodes: [
    {
      ...meta,
      namespace: '',
      name: 'n01',
      ready: 'Unknown',
      unschedulable: false,
      roles: [],
      version: 'v1.32.0',
      ip: '192.168.0.1',
      taints: ['node.kubernetes.io/unreachable:NoExecute'],
      machine: 'off',
    },
    {
      ...meta,
      namespace: '',
      name: 'cp',
      ready: 'True',
      unschedulable: true,
      roles: ['control-plane'],
      version: 'v1.32.0',
      ip: '192.168.0.2',
      taints: [],
      machine: 'up',
    },
  ],
  deployments: [
    { ...meta, name: 'web', desired: 3, ready: 2, updated: 3, available: 2, images: ['app:v1'], selector: 'app=web', serving: 1 },
  ],
  replicaSets: [
    { ...meta, kind: 'ReplicaSet', name: 'web-5d', desired: 3, current: 3, ready: 2, images: ['app:v1'], selector: 'app=web', serving: 1 },
  ],
  statefulSets: [],
  claims: [],
  services: [{ ...meta, name: 'web', type: 'ClusterIP', clusterIP: '10.96.0.10', ports: ['80/TCP'], selector: 'app=web' }],
  endpoints: [
    { ...meta, name: 'web', addresses: ['10.244.1.2:80', '10.244.2.2:80', '10.244.2.3:80', '10.244.2.4:80'], dead: ['10.244.1.2:80'] },
  ],
  daemonSets: [],
  jobs: [],
  cronJobs: [],
  machines: [{ name: 'n01', zone: 'a', state: 'off', kubelet: 'stopped', network: 'reachable', sandboxes: 0 }],
}

function print(kind: string, options: Partial<GetOptions> = {}): string | null {
  const listing = listingOf(kind)
  if (listing === undefined) throw new Error(`no listing of ${kind}`)
  return get(inspection, listing, { output: 'table', truth: false, namespace: 'default', ...options })
}

describe('get', () => {
  test('lists Pods in the columns of kubectl', () => {
    expect(print('pods')).toMatchInlineSnapshot(`
      "NAME    READY   STATUS        RESTARTS        AGE
      web-a   1/1     Running       2 (4m20s ago)   6m
      web-b   1/1     Terminating   0               6m
      web-c   0/1     Pending       0               12s
      "
    `)
  })

  test('shows the truth beside the belief', () => {
    expect(print('pod', { output: 'wide', truth: true })).toMatchInlineSnapshot(`
      "NAME    READY   STATUS        RESTARTS        AGE   IP           NODE     NOMINATED NODE   MACHINE   SERVES   SERVICE VARIABLES
      web-a   1/1     Running       2 (4m20s ago)   6m    10.244.2.2   n02      <none>           n02       yes      db,kubernetes
      web-b   1/1     Terminating   0               6m    10.244.1.2   n01      <none>           <none>    no       <none>
      web-c   0/1     Pending       0               12s   <none>       <none>   <none>           <none>    no       <none>
      "
    `)
  })

  test('lists all namespaces with a column of their own', () => {
    const text = get(inspection, listingOf('po') as Listing, { output: 'table', truth: false })
    expect(text).toMatch(/^NAMESPACE +NAME +READY/)
    expect(text).toMatch(/^other +db +1\/1/m)
  })

  test.each(['nodes', 'deploy', 'rs', 'svc', 'ep', 'machines'])('lists %s', (kind) => {
    expect(print(kind, { output: 'wide', truth: true })).toMatchSnapshot()
  })

  test('answers null when there is no such object', () => {
    expect(print('pods', { name: 'nobody' })).toBeNull()
    expect(print('rc')).toBeNull()
  })

  test('prints one object as YAML, several as a List', () => {
    expect(print('pods', { name: 'web-a', output: 'yaml' })).toBe('kind: Pod\n')
    expect(print('pods', { output: 'yaml' })).toMatch(/^apiVersion: v1\nkind: List\nitems:\n {2}- kind: Pod\n/)
  })
})

describe('An age', () => {
  // k8s.io/apimachinery/pkg/util/duration/duration_test.go, TestHumanDuration
  test.each([
    [1, '1s'],
    [70, '70s'],
    [190, '3m10s'],
    [70 * 60, '70m'],
    [47 * 3600, '47h'],
    [49 * 3600, '2d1h'],
    [(8 * 24 + 2) * 3600, '8d'],
    [367 * 24 * 3600, '367d'],
    [(365 * 2 * 24 + 25) * 3600, '2y1d'],
    [(365 * 8 * 24 + 2) * 3600, '8y'],
    [-2, '<invalid>'],
    [600, '10m'],
    [180, '3m'],
  ])('of %d s is %s', (seconds, expected) => {
    expect(humanDuration(seconds * 1e6)).toBe(expected)
  })
})
