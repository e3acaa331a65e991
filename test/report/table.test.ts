import { describe, expect, test } from 'vitest'
import { table } from '../../src/report/table.ts'
import { PLAIN } from '../../src/report/text.ts'
import type { Expectation } from '../../src/scenario/scenario.ts'
import { studyOf } from '../../src/study/study.ts'
import { fakeResults, fakeRow, fakeScenario, fakeStages, measures } from '../study/fakes.ts'

const facts = { model: '3f9a1c2', elapsed: 1.94, files: ['results/node-crash.csv', 'results/node-crash.summary.csv'] }
const expectation = (over: Partial<Expectation>): Expectation => ({
  ...{
    text: '',
    measure: 'convergence',
    labels: { fault: 'power-loss' },
    stat: 'p95',
    operator: '<',
    value: 420,
    confidence: 0.95,
    warn: false,
  },
  ...over,
})

describe('The table', () => {
  test('asks the question first, then says what happened, why, and how the expectations fared', () => {
    const scenario = fakeScenario({
      replications: 100,
      ignored: ['Deployment spec.template.spec.dnsPolicy'],
      notModelled: [{ kind: 'Ingress', count: 2 }],
      expect: [
        expectation({ text: 'convergence{fault="power-loss"}.p95 < 7m' }),
        expectation({ text: 'convergence{fault="power-loss"}.p99 < 7m', stat: 'p99' }),
        expectation({ text: 'restarts < 0.5', measure: 'restarts', labels: {}, stat: '', value: 0.5 }),
        expectation({ text: 'evictions < 1 warn', measure: 'evictions', labels: {}, stat: '', value: 1, warn: true }),
      ],
    })
    const text = table(studyOf(scenario, fakeResults(scenario), measures, false), facts, PLAIN)
    expect(text).toMatchInlineSnapshot(`
      "How long is a Deployment short of replicas when one of six machines loses power?
      node-crash · Kubernetes 1.32 · 100 replications · seed 1 · horizon 1200 s · model 3f9a1c2

      power-loss (node-crash): 100 occurrences; seconds until converged:
        workload                  n  lost  detected    p50  [95 %]             p95  [95 %]             max
        deployment/default/web  100   1–2      42.3  350.0  [349.7 … 350.5]  352.4  [352.2 … 352.7]  352.7
        Median recovery of deployment/default/web (replication 94): 350.0 s, of which
          detect        42.3 s  12 %  █████▊
          tolerate     300.0 s  86 %        █████████████████████████████████████████▏
          terminate     0.10 s   0 %                                                 ▏
          create        0.05 s   0 %                                                 ▏
          schedule      0.02 s   0 %                                                 ▏
          start         2.00 s   1 %                                                 ▎
          ready         5.00 s   1 %                                                 ▋
          settle        0.50 s   0 %                                                 ▏

      Not modelled: 1 field, 2 objects of 1 kind (list: reconverge validate scenarios/node-crash.yaml)

      Expectations
        ✓ pass      convergence{fault="power-loss"}.p95 < 7m
                    352.4 s, at least 352.2 s, at most 352.7 s (n = 100, one-sided 95 %)
        ? undecided convergence{fault="power-loss"}.p99 < 7m
                    352.7 s, at least 352.6 s (n = 100, one-sided 95 %); about 299 replications would decide
        ✗ fail      restarts < 0.5
                    1, at least 0.86443, at most 1.13557 (n = 100, one-sided 95 %)
        ✗ fail      evictions < 1 warn (a warning only)
                    no replication yielded a value to judge

      Written: results/node-crash.csv results/node-crash.summary.csv
      100 replications in 1.9 s, 105,050 events handled
      "
    `)
  })

  test('never shows a recovery that the horizon cut as if it had been seen', () => {
    const scenario = fakeScenario({ replications: 30 })
    const results = fakeResults(scenario).map((result) =>
      result.replication > 3
        ? result
        : { ...result, rows: result.rows.map((row) => ({ ...row, converged: null, stages: null, outcome: 'censored' as const })) },
    )
    const text = table(studyOf(scenario, results, measures, false), facts, PLAIN)
    expect(text).toContain('3 of 30 recoveries of deployment/default/web were cut by the horizon')
    expect(text).toContain('>1140.0')
    expect(text).toMatch(/… \]/)
  })

  test('says what is lost for good, what has no Node, what was remarked, and that a study is partial', () => {
    const scenario = fakeScenario({ replications: 200 })
    const lost = fakeRow({ workload: 'pod/default/solo', outcome: 'lost', lost: 1 })
    const results = fakeResults(scenario, 2).map((result) => ({
      ...result,
      rows: [{ ...lost, workload: '*' }, lost],
      unplaced: [{ pod: 'default/big', reason: '0/6 nodes are available: 6 Insufficient cpu.' }],
      remarks: result.replication === 1 ? ['power-loss: default/web-0 was gone'] : [],
    }))
    const text = table(studyOf(scenario, results, measures, true), facts, PLAIN)
    expect(text).toContain('2 of 2 recoveries of pod/default/solo never come: nothing will restore what was lost')
    expect(text).toContain('default/big: 0/6 nodes are available: 6 Insufficient cpu.\n')
    expect(text).toContain('power-loss: default/web-0 was gone (in 1 of 2 replications)')
    expect(text).toContain('Interrupted: 2 of 200 replications; expectations are not judged')
  })

  test('fits 100 columns however long the names are', () => {
    const scenario = fakeScenario({ replications: 100 })
    const workload = 'deployment/a-namespace-of-considerable-length/and-a-name-that-is-longer-still'
    const results = fakeResults(scenario).map((result) => ({
      ...result,
      rows: [...result.rows, fakeRow({ workload, converged: 912_345_678, stages: fakeStages({ repair: 912.345678 }) })],
    }))
    const lines = table(studyOf(scenario, results, measures, false), { ...facts, files: [] }, PLAIN).split('\n')
    expect(lines.filter((line) => line.length > 100)).toEqual([])
  })

  test('says that a fault touched nothing', () => {
    const scenario = fakeScenario()
    const results = fakeResults(scenario).map((result) => ({
      ...result,
      rows: [fakeRow({ workload: '*', outcome: 'unaffected', primary: false })],
    }))
    expect(table(studyOf(scenario, results, measures, false), facts, PLAIN)).toContain(
      'power-loss (node-crash): 8 occurrences, none of which touched a workload',
    )
  })

  test('shows how the workloads fared when there is no fault', () => {
    const scenario = fakeScenario({ faults: [] })
    expect(table(studyOf(scenario, fakeResults(scenario), measures, false), facts, PLAIN)).toContain(
      'No fault; means over the replications:\n  workload                availability  up  restarts\n  deployment/default/web     99.0426 %   –         –\n',
    )
  })
})
