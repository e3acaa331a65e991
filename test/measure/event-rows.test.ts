import { expect, test } from 'vitest'
import { play, scenarioOf } from '../support/play.ts'

const objects = [
  {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'a', labels: { app: 'a' } },
    spec: { containers: [{ name: 'app', image: 'app:v1' }] },
  },
  { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { selector: { app: 'a' }, ports: [{ port: 80 }] } },
]
const scenario = scenarioOf(
  JSON.stringify({
    apiVersion: 'reconverge/v1',
    kind: 'Scenario',
    metadata: { name: 'names' },
    horizon: '2m',
    cluster: { nodes: [{ name: 'n', count: 1 }] },
    workloads: [{ objects }],
    operations: [{ when: { at: '10s' }, do: 'force-delete', of: 'pod/default/a' }],
  }),
)

test('what happens to a Pod after its object is gone still names it', () => {
  const events = play(scenario, 1, { recording: { timeline: false, events: true } }).flatMap((result) => result.events)
  const gone = events.findIndex(({ event }) => event === 'deleted')
  const later = events.slice(gone + 1)
  expect(later.find(({ event }) => event === 'ready-')?.detail).toBe('a')
  expect(later.find(({ event }) => event === 'containerStopped')?.object).toBe('a')
})
