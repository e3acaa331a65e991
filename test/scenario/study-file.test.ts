import { describe, expect, test } from 'vitest'
import { formatProblem } from '../../src/scenario/problem.ts'
import { readStudyFile } from '../../src/scenario/study-file.ts'

const HEAD = '# What is best?\napiVersion: reconverge/v1\nkind: Study\nmetadata: { name: best }\nscenario: x.yaml\n'

const problems = (text: string): string[] => {
  const read = readStudyFile('s.yaml', text)
  return read.ok ? [] : read.problems.map((problem) => formatProblem(problem).split('\n')[0] as string)
}

describe('A study file', () => {
  test('names a scenario, what holds at every point, the axes, and what to weigh', () => {
    const text = `${HEAD}replications: 50\nseed: 7\nset: [horizon=10m]\nsweep:\n  - n=1..3\n  - { path: image, values: ["a,b", 2, true] }\npareto: [convergence.p95, evictions]\n`
    expect(readStudyFile('s.yaml', text)).toEqual({
      ok: true,
      study: {
        ...{ name: 'best', question: 'What is best?', scenario: 'x.yaml', seed: '7', replications: 50, set: ['horizon=10m'] },
        axes: [
          { path: 'n', values: ['1', '2', '3'] },
          { path: 'image', values: ['"a,b"', '2', 'true'] },
        ],
        pareto: ['convergence.p95', 'evictions'],
      },
    })
  })

  test('is told from a scenario and from what is no YAML', () => {
    expect(readStudyFile('s.yaml', 'kind: Scenario\n')).toMatchObject({ ok: false, isStudy: false })
    expect(readStudyFile('s.yaml', '')).toMatchObject({ ok: false, isStudy: false })
    expect(readStudyFile('s.yaml', 'a: [')).toMatchObject({ ok: false, isStudy: false })
  })

  test('says everything that is wrong with it, each at its place', () => {
    expect(problems(`${HEAD}swep: [n=1]\n`)).toEqual([
      's.yaml:2:1: error[missing-field]: expected the field "sweep", got nothing, in sweep',
      's.yaml:6:1: error[unknown-field]: unknown field "swep"',
    ])
    expect(problems(`${HEAD}sweep: [n=3..1, n=1, n=2]\npareto: [a]\n`)).toHaveLength(1)
    expect(problems(`${HEAD}sweep: [n=3..1, n=1, n=2]\n`)).toEqual([
      's.yaml:6:9: error[invalid-set]: expected a range that grows, got "3..1", in sweep[0]',
      's.yaml:6:22: error[duplicate-name]: expected path names to differ, got "n" twice, in sweep[2]',
    ])
  })
})
