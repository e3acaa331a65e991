import { describe, expect, test } from 'vitest'
import { nextResult, type ProbeFacts, shownStart } from '../../../src/control/kubelet/probe-plan.ts'
import { NEVER } from '../../../src/kernel/time.ts'
import type { Probe } from '../../../src/scenario/specs.ts'

const probe = (fields: Partial<Probe> = {}): Probe => ({
  handler: 'httpGet',
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
  ...fields,
})

/** Times in seconds; ticks at 3, 13, 23 … */
const next = (kind: ProbeFacts['kind'], spec: Partial<Probe>, readyAt: number, facts: Partial<ProbeFacts> = {}): string => {
  const found = nextResult({
    kind,
    spec: probe(spec),
    anchor: 3e6,
    after: 0,
    startedAt: 0,
    shownStart: 0,
    readyAt: readyAt === NEVER ? NEVER : readyAt * 1e6,
    result: kind === 'liveness' ? 'success' : kind === 'readiness' ? 'failure' : 'unknown',
    successes: 0,
    ...facts,
  })
  return found === null ? 'never' : `${found.result} at ${found.time / 1e6}`
}

/** pkg/kubelet/prober/worker.go (1.20 … 1.36). */
describe('when the result of a probe changes', () => {
  test.each<[string, string, string]>([
    ['readiness: the first tick at which the application is ready', next('readiness', {}, 0), 'success at 3'],
    ['readiness: a tick at the very instant counts', next('readiness', {}, 13), 'success at 13'],
    ['readiness: not before initialDelaySeconds', next('readiness', { initialDelaySeconds: 4 }, 0), 'success at 13'],
    ['readiness: an age of exactly initialDelaySeconds is enough', next('readiness', { initialDelaySeconds: 13 }, 0), 'success at 13'],
    [
      'readiness: initialDelaySeconds counts from the second in which the container started',
      next('readiness', { initialDelaySeconds: 13 }, 0, { startedAt: 0.6e6, shownStart: 0 }),
      'success at 13',
    ],
    ['readiness: successThreshold in a row', next('readiness', { successThreshold: 3 }, 5), 'success at 33'],
    [
      'readiness: a success that an earlier poke has brought',
      next('readiness', { successThreshold: 3 }, 0, { successes: 1 }),
      'success at 13',
    ],
    ['readiness: a healthy container never changes', next('readiness', {}, 0, { result: 'success' }), 'never'],
    ['readiness: a hang, threshold and timeout later', next('readiness', {}, NEVER, { result: 'success', after: 20e6 }), 'failure at 44'],
    ['readiness: not ready and hangs', next('readiness', {}, NEVER), 'never'],
    ['readiness: slow again for longer than the threshold', next('readiness', {}, 60, { result: 'success', after: 20e6 }), 'failure at 43'],
    ['readiness: slow again for less', next('readiness', {}, 40, { result: 'success', after: 20e6 }), 'never'],
    ['liveness: answered as soon as the process runs', next('liveness', {}, 500), 'never'],
    ['liveness: a hang', next('liveness', { timeoutSeconds: 2 }, NEVER, { after: 13e6 }), 'failure at 45'],
    ['startup: the first tick at which the application answers', next('startup', {}, 14), 'success at 23'],
    ['startup: too slow for its threshold', next('startup', {}, 24), 'failure at 23'],
    ['startup: just in time', next('startup', {}, 23), 'success at 23'],
    ['startup: a hang times out', next('startup', {}, NEVER), 'failure at 24'],
  ])('%s', (_, found, expected) => {
    expect(found).toBe(expected)
  })
})

/** pkg/kubelet/status/status_manager.go:normalizeStatus (1.20 … 1.36). */
test.each([
  [0, 0, 0],
  [999_999, 0, 0],
  [1_000_000, 0, 1_000_000],
  [0, 0.25, -250_000],
  [750_000, 0.25, 750_000],
  [1_749_999, 0.25, 750_000],
])('A container started at %i µs, in a run that began %f s into a second, shows %i µs', (startedAt, clock, shown) => {
  expect(shownStart(startedAt, clock)).toBe(shown)
})
