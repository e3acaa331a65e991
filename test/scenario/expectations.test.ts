import { describe, expect, test } from 'vitest'
import { readExpectation } from '../../src/scenario/expectations.ts'
import type { Diagnosis } from '../../src/scenario/problems.ts'
import { vocabulary } from './vocabulary.ts'

const NAMES = { fault: ['power-loss'], workload: ['deployment/default/web'], service: ['service/default/web'] }

function parse(text: string) {
  const told: Diagnosis[] = []
  const expectation = readExpectation(text, { measures: vocabulary.measures, names: NAMES }, (_, diagnosis) => {
    told.push(diagnosis)
  })
  return { expectation, told }
}

describe('an expectation', () => {
  test.each([
    ['convergence.p95 < 7m', { measure: 'convergence', stat: 'p95', operator: '<', value: 420, confidence: 0.95, warn: false }],
    ['convergence{fault="power-loss"}.mean<=90s', { labels: { fault: 'power-loss' }, stat: 'mean', operator: '<=', value: 90 }],
    [
      'convergence{ fault="power-loss", workload="Deployment/default/web" }.max < 1h @99% warn',
      { labels: { fault: 'power-loss', workload: 'deployment/default/web' }, confidence: 0.99, warn: true },
    ],
    ['up{workload="deployment/default/web"} >= 99.9%', { stat: '', operator: '>=', value: 0.999 }],
    ['up >= 0.999 @0.9', { value: 0.999, confidence: 0.9 }],
    ['restarts.p99.9 < 3', { stat: 'p99.9', value: 3 }],
    ['stage.detect.p50 < 45s', { measure: 'stage.detect', stat: 'p50', value: 45 }],
    ['stage.detect < 500ms', { measure: 'stage.detect', stat: '', value: 0.5 }],
    ['convergence.p99 < 2d', { value: 172800 }],
  ])('%s', (text, expected) => {
    const { expectation, told } = parse(text)
    expect(told).toEqual([])
    expect(expectation).toMatchObject({ text, ...expected })
  })

  test.each([
    ['', 'invalid-expectation', undefined],
    ['convergence', 'invalid-expectation', undefined],
    ['convergence.p95 == 7m', 'invalid-expectation', undefined],
    ['convergence.median < 7m', 'invalid-expectation', [12, 18]],
    ['convergence.p95 < 7m and more', 'invalid-expectation', undefined],
    ['convergence{fault=power-loss} < 7m', 'invalid-expectation', [12, 28]],
    ['convergence.p95 < 7', 'invalid-expectation', [18, 19]],
    ['up >= 99', 'invalid-expectation', [6, 8]],
    ['restarts < many', 'invalid-expectation', [11, 15]],
    ['up >= 99% @95', 'invalid-expectation', [11, 13]],
    ['covergence < 1m', 'unknown-measure', [0, 10]],
    ['up{fault="power-loss"} > 1%', 'unknown-label', [3, 21]],
    ['convergence{fault="power-los"} < 1m', 'unknown-fault-name', [12, 29]],
    ['convergence{fault="power-loss",workload="x/y/z"} < 1m', 'unknown-workload', [31, 47]],
    ['errors{service="service/default/wb"} < 1%', 'unknown-service', [7, 35]],
  ] as const)('%j is told as %s', (text, code, within) => {
    const { expectation, told } = parse(text)
    expect(expectation).toBeUndefined()
    expect(told[0]).toMatchObject({ code, ...(within === undefined ? {} : { within }) })
  })
})
