import { describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { play, scenarioOf } from '../../support/play.ts'

const sidecar = (name: string) => ({ name, image: `${name}:1`, restartPolicy: 'Always' })
const app = { name: 'app', image: 'app:1' }

/** The containers' starts and ends of one run, in order, as `name started` and `name exited`. */
function story(kubernetes: string, podSpec: object, more: object): string[] {
  const template = { metadata: { labels: { app: 'x' } }, spec: podSpec }
  const text = stringify({
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'sidecars' },
    kubernetes,
    horizon: '10m',
    initial: 'empty',
    cluster: { nodes: [{ name: 'worker', count: 1 }] },
    workloads: [{ objects: [{ apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'x' }, spec: { template } }] }],
    ...more,
  })
  const [result] = play(scenarioOf(`# In which order?\n${text}`), 1, { recording: { timeline: false, events: true } })
  const told: Readonly<Record<string, string>> = { containerStarted: 'started', containerStopped: 'exited' }
  return (result?.events ?? []).flatMap(({ event, detail }) => (event in told ? [`${detail.split(' ')[0]} ${told[event]}`] : []))
}

const two = { restartPolicy: 'Never', initContainers: [sidecar('a'), sidecar('b')], containers: [app] }

/** kuberuntime_manager.go:computeInitContainerActions, kuberuntime_termination_order.go (1.29 … 1.36); KEP-753. */
describe.each(['1.29', '1.32', '1.34'])('In %s sidecars', (version) => {
  test('start in order before the app, do not keep its Pod from completing, and end after it', () => {
    const lines = story(version, two, { behaviour: [{ select: 'all', container: 'app', run: '60s' }] })
    expect(lines.slice(0, 4)).toEqual(['a started', 'b started', 'app started', 'app exited'])
    expect(lines.slice(4).sort()).toEqual(['a exited', 'b exited'])
  })

  test('of a deleted Pod end in reverse order, after the app', () => {
    const lines = story(version, two, { operations: [{ when: { at: '2m' }, do: 'drain', of: 'node/worker-1' }] })
    expect(lines.slice(3, 6)).toEqual(['app exited', 'b exited', 'a exited'])
  })

  test('are started again, though the Pod never restarts its app', () => {
    const faults = [{ fault: 'container-crash', when: { at: '60s' }, who: { workload: 'job/default/x', container: 'b' } }]
    expect(story(version, two, { faults }).slice(3)).toEqual(['b exited', 'b started'])
  })
})

test('before 1.29 the API server knows no restartPolicy of a container: the manifest is an error', () => {
  expect(() => story('1.28', two, {})).toThrow(/1\.29/)
})
