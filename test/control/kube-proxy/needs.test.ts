import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ReplicationResult } from '../../../src/measure/record.ts'
import { csvOf, FULL, play, scenarioOf } from '../../support/play.ts'
import { randomScenario, scenarioText } from '../../support/random-scenario.ts'

const PROBE = 'readinessProbe: { httpGet: { path: /, port: 80 }, periodSeconds: 5 }'

const tier = (name: string, replicas: number, probe: string): string => `
      - { apiVersion: v1, kind: Service, metadata: { name: ${name} }, spec: { selector: { app: ${name} }, ports: [{ port: 80 }] } }
      - apiVersion: apps/v1
        kind: Deployment
        metadata: { name: ${name} }
        spec:
          replicas: ${replicas}
          selector: { matchLabels: { app: ${name} } }
          template:
            metadata: { labels: { app: ${name} } }
            spec: { containers: [{ name: app, image: "app:1"${probe === '' ? '' : `, ${probe}`} }] }`

/** db ← api ← web; db's only Pod is killed for good at 60 s and is ready again at about 60 s + \`ready\`. */
const chain = (ready: string, probe = PROBE, needs = 'service/default/db'): string => `
apiVersion: reconverge/v1
kind: Scenario
metadata: { name: chain }
kubernetes: "1.34"
horizon: 5m
cluster: { nodes: [{ name: worker, count: 3 }] }
workloads:
  - objects:${tier('db', 1, PROBE)}${tier('api', 2, probe)}${tier('web', 2, PROBE)}
behaviour:
  - { select: deployment/default/db, ready: ${ready} }
  - { select: deployment/default/api, needs: [${needs}] }
  - { select: deployment/default/web, needs: [service/default/api] }
faults:
  - { name: oom, fault: oom-kill, when: { at: 60s }, who: { workload: deployment/default/db } }
`

const run = (text: string): ReplicationResult => {
  const [result] = play(scenarioOf(text), 1, { recording: { timeline: true, events: false } })
  if (result === undefined) throw new Error('no result')
  return result
}

/** Seconds after the fault at which a workload first has `ready` of its Pods ready, and the seconds at which none serves. */
function course(result: ReplicationResult, workload: string): { readonly unready: number | null; readonly unserved: number | null } {
  const rows = result.timeline.filter((row) => row.workload === `deployment/default/${workload}` && row.time >= 60e6)
  const since = (found: { time: number } | undefined): number | null => (found === undefined ? null : (found.time - 60e6) / 1e6)
  return { unready: since(rows.find(({ ready }) => ready === 0)), unserved: since(rows.find(({ serving }) => serving === 0)) }
}

/** Not Kubernetes' but the scenario's word: design §5.1, `needs`. */
describe('an application whose needed Service has no endpoint that answers', () => {
  test('answers nobody from that instant on, and so do those that need it', () => {
    const result = run(chain('60s'))
    for (const workload of ['db', 'api', 'web']) expect(course(result, workload).unserved).toBeLessThan(0.001)
  })

  test('is not ready once its readiness probe has failed three times: 10 … 15 s later, in any phase', () => {
    const result = run(chain('60s'))
    for (const workload of ['api', 'web']) {
      const { unready } = course(result, workload)
      expect(unready).toBeGreaterThan(10)
      expect(unready).toBeLessThan(15.2)
    }
  })

  test('stays ready if the Service answers again before that', () => {
    expect(course(run(chain('4s')), 'api')).toMatchObject({ unready: null })
  })

  test('stays ready without a readiness probe, while its clients get errors', () => {
    const result = run(chain('60s', ''))
    expect(course(result, 'api').unready).toBeNull()
    const errors = result.measures.find(({ measure, labels }) => measure === 'errors' && labels === 'service="service/default/api"')
    expect(errors?.value).toBeGreaterThan(50 / 300)
  })

  test('is ready again one after the other: each a proxy and a probe after the one it needs', () => {
    const { rows } = run(chain('60s'))
    const [db, api, web] = ['db', 'api', 'web'].map((name) => rows.find(({ workload }) => workload === `deployment/default/${name}`))
    expect(db?.converged).toBeGreaterThan(60e6)
    expect(api?.converged).toBeGreaterThan(db?.converged ?? 0)
    expect(web?.converged).toBeGreaterThan(api?.converged ?? 0)
    expect((web?.converged ?? 0) - (db?.converged ?? 0)).toBeLessThan(14e6)
    expect([db?.lost, api?.lost, web?.lost]).toEqual([1, 0, 0])
    expect(api?.stages?.ready).toBeGreaterThan(50e6)
  })

  test('that needs its own Service comes back when a Pod of it may serve: never', () => {
    const result = run(chain('4s', PROBE, 'service/default/api, service/default/db'))
    expect(result.rows.find(({ workload }) => workload === 'deployment/default/api')?.outcome).toBe('censored')
  })
})

test('a Service that is needed must be one of the scenario', () => {
  expect(() => scenarioOf(chain('4s', PROBE, 'service/default/dd'))).toThrow(/did you mean "service\/default\/db"/)
})

test('idle loops left out of the queue or run as events: the same bytes, with needs all around', { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(randomScenario, (random) => {
      const text = JSON.parse(scenarioText(random)) as Record<string, unknown>
      const count = random.workloads.length
      const behaviour = Array.from({ length: count }, (_, i) => ({
        select: `app=w${i}`,
        needs: [`service/default/w${(i + 1) % count}`],
      }))
      const scenario = scenarioOf(JSON.stringify({ ...text, behaviour: behaviour.slice(0, Math.max(1, count - 1)) }))
      const recording = { timeline: true, events: false }
      const reference = csvOf(scenario, play(scenario, 1, { recording }))
      expect(csvOf(scenario, play(scenario, 1, { recording, elision: 'unelided' }))).toBe(reference)
    }),
    { seed: 3, numRuns: FULL ? 200 : 12 },
  )
})
