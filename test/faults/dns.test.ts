import { describe, expect, test } from 'vitest'
import { stage } from './control-plane.ts'

/** Each container is ready at once, so that what keeps an application from answering is the DNS alone. */
const tier = (name: string, replicas: number): object[] => {
  const labels = { app: name }
  const probe = { httpGet: { path: '/', port: 80 }, periodSeconds: 5 }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'app:1', readinessProbe: probe }] } }
  return [
    { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector: labels, ports: [{ port: 80 }] } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas, selector: { matchLabels: labels }, template } },
  ]
}

const coreDNS: object[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system' },
    spec: { selector: { 'k8s-app': 'kube-dns' }, ports: [{ port: 53 }] },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: 'kube-system' },
    spec: {
      replicas: 2,
      selector: { matchLabels: { 'k8s-app': 'kube-dns' } },
      template: { metadata: { labels: { 'k8s-app': 'kube-dns' } }, spec: { containers: [{ name: 'coredns', image: 'coredns:1' }] } },
    },
  },
]

interface Story {
  readonly faults: readonly object[]
  readonly cache?: string
  readonly workloads?: readonly object[]
  readonly ready?: string
  readonly latency?: object
}

/** web needs db; answers keep for 20 s. What happens to web's Pods, and what its Service's clients lose. */
function story({ faults, cache = '20s', workloads = [], ready = '0s', latency = {} }: Story) {
  const behaviour = [
    { select: 'deployment/default/web', needs: ['service/default/db'] },
    { select: 'deployment/kube-system/coredns', ready },
  ]
  const [told] = stage({
    faults,
    workloads: [...tier('web', 2), ...tier('db', 2), ...workloads],
    latency: { 'dns-cache': cache, ...latency },
    horizon: '10m',
    behaviour: workloads.length === 0 ? behaviour.slice(0, 1) : behaviour,
  })
  if (told === undefined) throw new Error('no result')
  const errors = told.result.measures.find(({ measure, labels }) => measure === 'errors' && labels === 'service="service/default/web"')
  const unready = told.times(/^pod web-.* ready false/, 60)
  const ready1 = told.times(/^pod web-.* ready true/, 60)
  return { unready, ready: ready1, lostSeconds: (errors?.value ?? Number.NaN) * 600 }
}

const noDns = (lasts: number, fields: object = {}): object => ({
  name: 'no-dns',
  fault: 'component-down',
  component: 'dns',
  when: { at: '60s' },
  for: `${lasts}s`,
  ...fields,
})
const slowDns = (latency: string): object => ({
  name: 'slow-dns',
  fault: 'component-slow',
  component: 'dns',
  when: { at: '60s' },
  for: '200s',
  latency,
})
const oom = (at: number, workload: string, count?: number): object => ({
  name: `oom-${at}`,
  fault: 'oom-kill',
  when: { at: `${at}s` },
  who: { workload, ...(count === undefined ? {} : { count }) },
})

/** resolv.conf(5); CoreDNS plugin kubernetes, `ttl 30` (cmd/kubeadm/app/phases/addons/dns/manifests.go, 1.20 … 1.36). */
describe('while the DNS does not answer', () => {
  test('applications that are connected go on, though the addresses that they knew have expired', () => {
    expect(story({ faults: [noDns(200)] })).toMatchObject({ unready: [], ready: [] })
  })

  test('their connections end with the Pods behind them: once all of those have died since, they answer nobody until it is back', () => {
    // db's Pods serve again within seconds, both times; who still knows their address connects anew.
    expect(story({ faults: [noDns(200), oom(70, 'deployment/default/db')] }).unready).toEqual([])
    const { unready, ready } = story({ faults: [noDns(200), oom(90, 'deployment/default/db')] })
    expect(unready).toHaveLength(2)
    for (const time of unready) expect(time - 90).toBeLessThan(15.2)
    for (const time of ready) expect(time).toBeGreaterThan(260)
  })

  test('an application that starts finds nobody; it is ready within the resolver’s timeout of 5 s and a probe after the end', () => {
    const { unready, ready } = story({ faults: [noDns(200), oom(100, 'deployment/default/web', 1)] })
    expect(unready).toHaveLength(1)
    expect(ready).toHaveLength(1)
    expect(ready[0]).toBeGreaterThan(260)
    expect(ready[0]).toBeLessThan(260 + 5 + 5.1)
  })

  test('that refuses is asked again at once: nobody waits for a timeout', () => {
    const { ready } = story({ faults: [noDns(200, { answer: 'refused' }), oom(100, 'deployment/default/web', 1)] })
    expect(ready[0]).toBeGreaterThan(260)
    expect(ready[0]).toBeLessThan(260 + 5.1)
  })

  test.each([
    ['0s', 200],
    ['20s', 180],
    ['1h', 0],
  ])('requests fail for want of an address once answers of %s have expired: %f s of them', (cache, lost) => {
    expect(story({ faults: [noDns(200)], cache }).lostSeconds).toBeCloseTo(lost, 4)
  })

  test('overlapping outages end with the last', () => {
    const both = story({ faults: [noDns(100), noDns(200, { name: 'another', when: { at: '100s' } })], cache: '0s' })
    expect(both.lostSeconds).toBeCloseTo(240, 4)
  })
})

describe('where CoreDNS is among the manifests', () => {
  test('the loss of all its Pods is the same outage; that of one is none', () => {
    const lost = (count?: number) =>
      story({ workloads: coreDNS, cache: '0s', ready: '100s', faults: [oom(60, 'deployment/kube-system/coredns', count)] }).lostSeconds
    // 100 s until the applications answer, and what the kubelet needs to see and to restart the containers.
    expect(lost()).toBeGreaterThan(100)
    expect(lost()).toBeLessThan(103)
    expect(lost(1)).toBe(0)
  })

  test('an application that starts meanwhile waits for it', () => {
    const { ready } = story({
      workloads: coreDNS,
      ready: '100s',
      faults: [oom(60, 'deployment/kube-system/coredns'), oom(80, 'deployment/default/web', 1)],
    })
    expect(ready).toHaveLength(1)
    expect(ready[0]).toBeGreaterThan(160)
    expect(ready[0]).toBeLessThan(175)
  })
})

describe('a slow DNS', () => {
  const readyAfter = (latency: string): number => {
    const quick = story({ faults: [oom(100, 'deployment/default/web', 1)] }).ready[0] as number
    return (story({ faults: [slowDns(latency), oom(100, 'deployment/default/web', 1)] }).ready[0] as number) - quick
  }

  test('keeps an application that starts by one answer, to the next probe', () => {
    expect(readyAfter('4s')).toBeGreaterThan(0)
    expect(readyAfter('4s')).toBeLessThan(5.1)
  })

  test('is none once answers take 5 s: every attempt times out, and requests fail', () => {
    expect(readyAfter('5s')).toBeGreaterThan(150)
    expect(story({ faults: [slowDns('5s')], cache: '0s' }).lostSeconds).toBeCloseTo(200, 4)
    expect(story({ faults: [slowDns('4.9s')], cache: '0s' }).lostSeconds).toBe(0)
  })
})
