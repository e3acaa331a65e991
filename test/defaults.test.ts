import { describe, expect, test } from 'vitest'
import { vocabulary } from '../src/model.ts'
import { release } from './versions/support.ts'

const S = 1_000_000

/** The default of a flag in a release, wherever it is declared. */
function defaultOf(name: string, minor: number): unknown {
  const flags: Readonly<Record<string, { default(profile: ReturnType<typeof release>): unknown }>> = Object.assign(
    {},
    ...vocabulary.components.map((component) => component.flags),
  )
  return flags[name]?.default(release(minor))
}

/** kubernetes-semantics §0.3, §0.4, §12: defaults that hold in every release, in µs where they are times. */
describe('By default', () => {
  test.each([
    ['node-monitor-period', 5 * S],
    ['node-startup-grace-period', 60 * S],
    ['node-eviction-rate', 0.1],
    ['secondary-node-eviction-rate', 0.01],
    ['unhealthy-zone-threshold', 0.55],
    ['large-cluster-size-threshold', 50],
    ['pod-eviction-timeout', 300 * S],
    ['default-not-ready-toleration-seconds', 300],
    ['default-unreachable-toleration-seconds', 300],
    ['terminated-pod-gc-threshold', 12_500],
    ['nodeLeaseDurationSeconds', 40],
    ['nodeStatusUpdateFrequency', 10 * S],
    ['nodeStatusReportFrequency', 300 * S],
    ['syncFrequency', 60 * S],
    ['serializeImagePulls', true],
    ['registryPullQPS', 5],
    ['registryBurst', 10],
    ['maxPods', 110],
    ['crashLoopBackOff.maxContainerRestartPeriod', 300 * S],
    ['concurrent-deployment-syncs', 5],
    ['concurrent-replicaset-syncs', 5],
    ['concurrent-rc-syncs', 5],
    ['concurrent-statefulset-syncs', 5],
    ['concurrent-endpoint-syncs', 5],
    ['concurrent-service-endpoint-syncs', 5],
    ['concurrent-gc-syncs', 20],
    ['endpoint-updates-batch-period', 0],
    ['endpointslice-updates-batch-period', 0],
    ['max-endpoints-per-slice', 100],
    ['concurrent-daemonset-syncs', 2],
    ['concurrent-job-syncs', 5],
    ['leader-elect-lease-duration', 15 * S],
    ['leader-elect-renew-deadline', 10 * S],
    ['leader-elect-retry-period', 2 * S],
    ['max-requests-inflight', 400],
    ['max-mutating-requests-inflight', 200],
    ['request-timeout', 60 * S],
    ['allocate-node-cidrs', false],
  ])('%s is %j in 1.20 and in 1.36', (name, value) => {
    expect([defaultOf(name, 20), defaultOf(name, 36)]).toEqual([value, value])
  })

  test.each([
    ['node-monitor-grace-period', 32, 40 * S, 50 * S],
    ['kubeAPIQPS', 27, 5, 50],
    ['kubeAPIBurst', 27, 10, 100],
  ])('%s changes in 1.%i', (name, since, before, after) => {
    expect([defaultOf(name, since - 1), defaultOf(name, since)]).toEqual([before, after])
  })

  test.each([
    ['kube-controller-manager', 20, 30],
    ['kube-scheduler', 50, 100],
  ])('each client of %s makes %i calls a second after a burst of %i', (process, qps, burst) => {
    const tables = vocabulary.components.filter((component) => component.process === process).map(({ flags }) => flags)
    const limited = tables.filter((flags) => 'kube-api-qps' in flags) as Record<string, { default(profile: unknown): unknown }>[]
    expect(limited.length).toBeGreaterThan(0)
    for (const flags of limited) {
      for (const minor of [20, 36])
        expect(['kube-api-qps', 'kube-api-burst'].map((name) => flags[name]?.default(release(minor)))).toEqual([qps, burst])
    }
  })
})
