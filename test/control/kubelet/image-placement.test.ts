import { expect, test } from 'vitest'
import { spreadImages } from '../../../src/control/kubelet/image-placement.ts'
import { deployment, machineSpec, podTemplate, testRun } from '../../support/world.ts'

test('images: all puts the images of every workload, and those that an operation will set, on every machine; images: used puts none', () => {
  const operations = [{ do: 'set-image', when: { at: 60 as never }, of: 'deployment/default/web', parameters: { to: 'web:2' } }]
  const workloads = [deployment('web', 3, { template: podTemplate({ app: 'web' }) })]
  const images = (placement: 'all' | 'used') => {
    const run = testRun({ machines: [machineSpec('a'), machineSpec('b')], workloads, fields: { images: placement, operations } })
    spreadImages(run)
    return run.world.truth.machines.map((machine) => [...machine.images])
  }
  const image = podTemplate().spec.containers[0]?.image
  expect(images('all')).toEqual([
    [image, 'web:2'],
    [image, 'web:2'],
  ])
  expect(images('used')).toEqual([[], []])
})
