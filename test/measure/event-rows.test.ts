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

const ends = (operation: object): string[] => {
  const other = scenarioOf(JSON.stringify({ ...cluster, operations: [{ when: { at: '10s' }, of: 'pod/default/a', ...operation }] }))
  return play(other, 1, { recording: { timeline: false, events: true } })
    .flatMap((result) => result.events)
    .filter(({ object, event }) => object === 'a' && ['terminating', 'graceChanged', 'deleted'].includes(event))
    .map(({ event, detail }) => `${event} ${detail}`)
}

// As recorded in p05 and p09 (test/validation/observations): an object goes in two writes.
test.each([
  [
    'by its kubelet, once it has ended: its grace is changed to 0 first',
    { do: 'delete' },
    ['terminating grace=30', 'graceChanged grace=0', 'deleted '],
  ],
  ['at once: it terminates with a grace of 0 first', { do: 'force-delete' }, ['terminating grace=0', 'deleted ']],
] as const)('a Pod that is deleted %s', (_, operation, expected) => {
  expect(ends(operation)).toEqual(expected)
})
