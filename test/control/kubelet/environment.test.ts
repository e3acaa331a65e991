import { describe, expect, test } from 'vitest'
import { draftOf } from '../../../src/cluster/drafts.ts'
import type { Draft, Service } from '../../../src/cluster/objects.ts'
import type { ServiceManifest } from '../../../src/scenario/specs.ts'
import { bind, convergedRun, type KubeletRun, runFor, STEADY, truthOf } from './support.ts'

function service(run: KubeletRun, name: string, fields: Partial<ServiceManifest> = {}): void {
  const manifest: ServiceManifest = {
    kind: 'Service',
    name,
    namespace: 'default',
    labels: {},
    annotations: {},
    type: 'ClusterIP',
    clusterIP: '10.96.0.9',
    selector: {},
    ports: [],
    publishNotReadyAddresses: false,
    ...fields,
  }
  run.world.store.create(run, 'Service', draftOf(manifest) as Draft<Service>)
}

describe('the environment of a container', () => {
  test('lacks Services created after it, until it is restarted', () => {
    const run = convergedRun([{ name: 'a' }], STEADY)
    runFor(run, 10)
    service(run, 'db')
    runFor(run, 20)
    expect(truthOf(run, 0).container.environment).toEqual(['kubernetes'])
    const { sandbox, container } = truthOf(run, 0)
    run.world.truth.exitContainer(run, sandbox, container, 'app', 1, 'Error')
    runFor(run, 30)
    expect(truthOf(run, 0).container.environment).toEqual(['db', 'kubernetes'])
  })

  test('has the Services of its own namespace that have a ClusterIP', () => {
    const run = convergedRun([], STEADY)
    service(run, 'db')
    service(run, 'headless', { clusterIP: 'None' })
    service(run, 'elsewhere', { namespace: 'shop' })
    runFor(run, 90)
    bind(run, { name: 'a' })
    bind(run, { name: 'b', spec: { enableServiceLinks: false } })
    runFor(run, 100)
    expect(truthOf(run, 0).container.environment).toEqual(['db', 'kubernetes'])
    expect(truthOf(run, 1).container.environment).toEqual(['kubernetes'])
  })

  test('lacks a Service that its kubelet has not heard of yet', () => {
    const run = convergedRun([], { ...STEADY, latency: { ...STEADY.latency, watch: 400_000 } })
    runFor(run, 10)
    bind(run, { name: 'a' })
    runFor(run, 10.5)
    service(run, 'db')
    runFor(run, 20)
    expect(truthOf(run, 0).container.environment).toEqual(['kubernetes'])
  })
})
