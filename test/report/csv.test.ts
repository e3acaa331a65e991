import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Instant } from '../../src/kernel/time.ts'
import { csv } from '../../src/report/csv.ts'
import { eventsCsv } from '../../src/report/events-csv.ts'
import { occurrencesCsv } from '../../src/report/occurrences-csv.ts'
import { formatNumber, summaryCsv } from '../../src/report/summary-csv.ts'
import { timelineCsv } from '../../src/report/timeline-csv.ts'
import { type Study, studyOf } from '../../src/study/study.ts'
import { fakeResult, fakeResults, fakeRow, fakeScenario, fakeStages, measures } from '../study/fakes.ts'

const HEADER =
  'scenario,replication,seed,fault,fault_kind,occurrence,targets,fault_time_s,fault_end_s,workload,episode,primary,desired,lost,detected_s,evicted_first_s,evicted_last_s,created_first_s,created_last_s,scheduled_last_s,started_last_s,ready_last_s,believed_s,converged_s,observed_s,endpoints_s,min_serving,min_ready,unserved_pod_s,error_s,no_endpoint_s,restarts,outcome,' +
  'stage_repair_s,stage_detect_s,stage_taint_s,stage_tolerate_s,stage_terminate_s,stage_create_s,stage_schedule_s,stage_capacity_s,stage_pull_s,stage_backoff_s,stage_start_s,stage_ready_s,stage_settle_s'

const text = (pieces: Iterable<string>) => [...pieces].join('')
const scenario = fakeScenario({ replications: 2 })
const study = (over: Partial<Study>): Study => ({ ...studyOf(scenario, fakeResults(scenario), measures, false), ...over })

/** Reads RFC 4180, as a spreadsheet would. */
function readCsv(content: string): string[][] {
  const cells = /("(?:[^"]|"")*"|[^,\n]*)(,|\n)/gy
  const rows: string[][] = [[]]
  for (const [, cell = '', end] of content.matchAll(cells)) {
    rows.at(-1)?.push(cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)
    if (end === '\n') rows.push([])
  }
  return rows.slice(0, -1)
}

describe('A CSV', () => {
  test('gives back every text that was put in', () => {
    const table = fc.array(fc.tuple(fc.string(), fc.constantFrom('', 'a,b', 'say "x"', 'two\nlines', '\r', ' ')), { minLength: 1 })
    const columns = [
      { name: 'a', value: (row: [string, string]) => row[0] },
      { name: 'b', value: (row: [string, string]) => row[1] },
    ]
    fc.assert(
      fc.property(table, (rows) => {
        expect(readCsv(text(csv(columns, rows)))).toEqual([['a', 'b'], ...rows])
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  test('comes in pieces that together hold every row once', () => {
    const pieces = [
      ...csv(
        [{ name: 'i', value: (i: number) => i }],
        Array.from({ length: 4001 }, (_, i) => i),
      ),
    ]
    expect(pieces).toHaveLength(3)
    expect(pieces.join('').split('\n')).toEqual(['i', ...Array.from({ length: 4001 }, (_, i) => String(i)), ''])
  })
})

describe('The rows of a scenario', () => {
  test('have the columns others script against, in their order', () => {
    expect(text(occurrencesCsv(study({ results: [] })))).toBe(`${HEADER}\n`)
  })

  test('hold seconds with six decimals, and nothing where nothing happened', () => {
    const row = fakeRow({
      targets: ['n01', 'n02'],
      end: 660_000_000 as Instant,
      detected: 43_100_001,
      converged: 350_000_000,
      unservedPodTime: 700_000_000,
      minServing: 2,
      stages: fakeStages({ detect: 43.100001, tolerate: 306.899999 }),
    })
    const lines = text(occurrencesCsv(study({ results: [{ ...fakeResult(scenario, 1), rows: [row] }] }))).split('\n')
    expect(lines[1]).toBe(
      'node-crash,1,1,power-loss,node-crash,1,n01 n02,60.000000,660.000000,deployment/default/web,1,true,3,1,43.100001,,,,,,,,,350.000000,,,2,,700.000000,,,0,converged,' +
        '0.000000,43.100001,0.000000,306.899999,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000,0.000000',
    )
  })

  test('leave the stages empty when the recovery was cut', () => {
    const results = [{ ...fakeResult(scenario, 1), rows: [fakeRow({ outcome: 'censored' })] }]
    expect(text(occurrencesCsv(study({ results })))).toMatch(/censored,{13}\n$/)
  })

  test('are those of the worst occurrences when the scenario asks for them: lost, then censored, then late', () => {
    const results = [
      { converged: 10, outcome: 'converged' },
      { converged: null, outcome: 'censored' },
      { converged: 99, outcome: 'converged' },
      { converged: null, outcome: 'lost' },
      { converged: null, outcome: 'unaffected' },
    ].map((over, i) => ({
      ...fakeResult(scenario, i + 1),
      rows: [fakeRow({ ...(over as object), workload: '*' }), fakeRow(over as object)],
    }))
    const replications = (worst: number) => {
      const rows = readCsv(
        text(occurrencesCsv(study({ scenario: { ...scenario, measure: { ...scenario.measure, rows: { worst } } }, results }))),
      )
      return rows.slice(1).map((row) => row[1])
    }
    expect(replications(1)).toEqual(['4', '4'])
    expect(replications(3)).toEqual(['2', '2', '3', '3', '4', '4'])
    expect(text(occurrencesCsv(study({ scenario: { ...scenario, measure: { ...scenario.measure, rows: 'none' } }, results })))).toBe(
      `${HEADER}\n`,
    )
  })
})

describe('The summary', () => {
  test('has one row per measure and labels, empty where the values say nothing', () => {
    expect(text(summaryCsv(study({})))).toMatchInlineSnapshot(`
      "scenario,measure,labels,n,censored,mean,mean_low,mean_high,min,p50,p90,p95,p99,max,p95_low,p95_high
      node-crash,convergence,"fault=""power-loss""",2,0,349.587454,,,348.305705,349.587454,,,,350.869202,348.305705,
      node-crash,restarts,,2,0,1.5,,,1,1.5,,,,2,1,
      node-crash,availability,"workload=""deployment/default/web""",2,0,0.990147544,,,0.99009901,0.990147544,,,,0.990196078,0.99009901,
      "
    `)
  })

  test.each([
    [0.1234567894, 'share', '0.123456789'],
    [1, 'share', '1'],
    [100, 'count', '100'],
    [1 / 3, 'count', '0.333333'],
    [1e-12, 'share', '0'],
    [-1e-12, 'count', '0'],
    [12.3456789, 's', '12.345679'],
    [1e9, 'pod·s', '1000000000.000000'],
  ] as const)('prints %d %s as %s', (value, unit, expected) => {
    expect(formatNumber(value, unit)).toBe(expected)
  })
})

describe('Timeline and events', () => {
  const time = 1_500_000 as Instant

  test('name the replication of each step', () => {
    const step = { time, workload: 'deployment/default/web', desired: 3, serving: 2, ready: 3, available: 3 }
    const results = [{ ...fakeResult(scenario, 7), timeline: [step] }]
    expect(text(timelineCsv(study({ results })))).toBe(
      'replication,time_s,workload,desired,serving,ready,available\n7,1.500000,deployment/default/web,3,2,3,3\n',
    )
  })

  test('quote what a notice says', () => {
    const event = {
      time,
      kind: 'event',
      object: 'Pod/web-0',
      event: 'FailedScheduling',
      detail: '0/3 nodes are available: 3 Insufficient cpu, "x"',
    }
    const results = [{ ...fakeResult(scenario, 1), events: [event] }]
    expect(text(eventsCsv(study({ results })))).toBe(
      'replication,t_s,kind,object,event,detail\n1,1.500000,event,Pod/web-0,FailedScheduling,"0/3 nodes are available: 3 Insufficient cpu, ""x"""\n',
    )
  })
})
