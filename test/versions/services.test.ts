import { expect, test } from 'vitest'
import { commitCreate } from '../../src/cluster/admission.ts'
import { draftOf } from '../../src/cluster/drafts.ts'
import type { Service } from '../../src/cluster/objects.ts'
import { service } from '../support/converged.ts'
import { testRun, testScenario } from '../support/world.ts'
import { bothSides } from './support.ts'

/** KEP-3070, gate ServiceIPStaticSubrange: of a /24 the first sixteen addresses are kept for Services that ask for theirs (ipallocator). */
test('A ClusterIP is any of the range up to 1.24, and from 1.25 above the band of addresses that are asked for', () => {
  const { before, after } = bothSides(25, (profile) => {
    const network = { plugin: 'flannel', podCIDR: '10.244.0.0/16', serviceCIDR: '10.96.0.0/24' } as const
    const run = testRun({ fields: { profile, cluster: { ...testScenario().cluster, network } } })
    const hosts = Array.from({ length: 80 }, (_, i) => {
      const id = commitCreate(run, 'Service', draftOf(service(`s${i}`)) as never)
      return Number((run.world.store.tables.Service.get(id) as Service).clusterIP.split('.')[3])
    })
    return Math.min(...hosts)
  })
  expect(before).toBeLessThanOrEqual(16)
  expect(after).toBeGreaterThan(16)
})
