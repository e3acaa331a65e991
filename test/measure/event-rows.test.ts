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
const cluster = {
  apiVersion: 'reconverge/v1',
  kind: 'Scenario',
  metadata: { name: 'names' },
  horizon: '2m',
  cluster: { nodes: [{ name: 'n', count: 1 }] },
  workloads: [{ objects }],
}
const scenario = scenarioOf(JSON.stringify({ ...cluster, operations: [{ when: { at: '10s' }, do: 'force-delete', of: 'pod/default/a' }] }))

test('what happens to a Pod after its object is gone still names it', () => {
  const events = play(scenario, 1, { recording: { timeline: false, events: true } }).flatMap((result) => result.events)
  const gone = events.findIndex(({ event }) => event === 'deleted')
  const later = events.slice(gone + 1)
  expect(later.find(({ event }) => event === 'ready-')?.detail).toBe('a')
  expect(later.find(({ event }) => event === 'containerStopped')?.object).toBe('a')
})

test('an event about an object that was gone before there was any event names its kind', () => {
  const operations = [{ when: { at: '10s' }, do: 'delete', of: 'node/n-1' }]
  const events = play(scenarioOf(JSON.stringify({ ...cluster, operations })), 1, { recording: { timeline: false, events: true } }).flatMap(
    (result) => result.events,
  )
  expect(events.filter(({ kind }) => kind === 'event').map(({ object, event }) => [object, event])).toContainEqual([
    'Node/n-1',
    'RemovingNode',
  ])
})
