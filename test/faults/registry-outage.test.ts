import { expect, test } from 'vitest'
import { bind, only, runFor } from '../control/kubelet/support.ts'
import { containerSpec } from '../support/world.ts'
import { faultAt, faultyRun } from './support.ts'

const other = { name: 'b', spec: { containers: [containerSpec({ image: 'other:v1' })] } }

/** Pulls and their back-off: kubernetes-semantics §2.6, §11.8. */
test('a pull meanwhile fails and backs off; the Pod starts at the first attempt after the registry is back', () => {
  const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('registry-outage', 5, { lasts: 60 })])
  runFor(run, 10)
  bind(run, other)
  runFor(run, 200)
  expect(only(lines, 'registry')).toEqual([
    [5, 'registry-outage begins'],
    [65, 'registry-outage ends'],
  ])
  const starts = only(lines, 'starts').map(([time]) => time)
  expect(starts).toHaveLength(1)
  // Attempts after 0, 10 … 16, 30 … 47 s and 70 … 110 s: the fourth is the first after 65 s.
  expect(starts[0]).toBeGreaterThan(80)
  expect(starts[0]).toBeLessThan(121)
  expect(lines.filter(([, what]) => what.includes('ErrImagePull')).length).toBeGreaterThan(0)
  expect(lines.filter(([, what]) => what.includes('ImagePullBackOff')).length).toBeGreaterThan(0)
})

test('a container whose image is on disk restarts as ever', () => {
  const crash = faultAt('container-crash', 10, { parameters: { 'exit-code': 1 } })
  const { run, lines } = faultyRun([{ name: 'a' }], [faultAt('registry-outage', 5), crash])
  runFor(run, 60)
  expect(only(lines, 'exits', 'starts')).toEqual([
    [10, 'app exits 1'],
    [10.3, 'app starts'],
  ])
})

test('two outages that overlap end with the later one', () => {
  const outages = [faultAt('registry-outage', 5, { lasts: 60 }), faultAt('registry-outage', 20, { name: 'other', lasts: 200 })]
  const { run, lines } = faultyRun([{ name: 'a' }], outages)
  runFor(run, 10)
  bind(run, other)
  runFor(run, 700)
  expect(only(lines, 'starts')[0]?.[0]).toBeGreaterThan(220)
})
