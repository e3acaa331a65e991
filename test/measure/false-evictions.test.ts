import { describe, expect, test } from 'vitest'
import { sourceOf } from '../../src/cli/scenarios.ts'
import { simulate, vocabulary } from '../../src/model.ts'
import { read } from '../../src/scenario/read.ts'

/** Evictions, and those in vain, of one replication in which a machine is cut off, and later another loses power. */
function counts(...set: string[]): Record<string, number> {
  const outcome = read(sourceOf('scenarios/short-partition.yaml'), vocabulary, { set })
  if (!outcome.ok) throw new Error(outcome.problems[0]?.message)
  const recording = { timeline: false, events: false }
  const { measures } = simulate(outcome.scenario, 1, { recording, queue: 'columns', elision: 'elided', eventLimit: 1e9 })
  const total = (name: string) => measures.find(({ measure, labels }) => measure === name && labels === '')?.value ?? Number.NaN
  return { evictions: total('evictions'), inVain: total('false_evictions') }
}

// Three of 18 Pods are on each of six machines; 50 s + 5 s + 300 s pass before one is evicted.
describe('false_evictions', () => {
  test('counts the Pods of a machine that was cut off for longer than they tolerate, and not those of a machine without power', () => {
    expect(counts('faults[short-cut].for=8m')).toEqual({ evictions: 6, inVain: 3 })
  })

  test('is zero when the machine is back in time', () => {
    expect(counts('faults[short-cut].for=2m')).toEqual({ evictions: 3, inVain: 0 })
  })

  test('counts Pods behind a kubelet that has stopped, and none that a crash has ended', () => {
    expect(counts('faults[short-cut].fault=kubelet-stop', 'faults[short-cut].for=8m')).toEqual({ evictions: 6, inVain: 3 })
    expect(counts('faults[short-cut].fault=node-crash', 'faults[short-cut].for=8m')).toEqual({ evictions: 6, inVain: 0 })
  })

  test('is zero before the measured window', () => {
    expect(counts('faults[short-cut].for=8m', 'measure.from=15m')).toEqual({ evictions: 3, inVain: 0 })
  })
})
