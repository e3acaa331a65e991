import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { formatProblem, PROBLEM_CODES, type Problem } from '../../src/scenario/problem.ts'
import type { ReadOptions } from '../../src/scenario/read.ts'
import { read } from '../../src/scenario/read.ts'
import type { Source } from '../../src/scenario/sources.ts'
import { around, FILES } from './broken-support.ts'
import { loadFrom, vocabulary } from './vocabulary.ts'

const FOLDER = new URL('../fixtures/broken/', import.meta.url)

interface Case {
  readonly name: string
  readonly text: string
  /** `error[code] at line:column`, with the file when it is another. */
  readonly expected: string
}

function cases(folder: string): Case[] {
  const names = readdirSync(new URL(folder, FOLDER)).filter((name) => name.endsWith('.yaml'))
  return names.sort().map((name) => {
    const text = readFileSync(new URL(`${folder}${name}`, FOLDER), 'utf8')
    return { name, text, expected: text.slice(2, text.indexOf('\n')) }
  })
}

const problemsOf = (text: string | Uint8Array, options: ReadOptions = {}, source: Partial<Source> = {}): readonly Problem[] => {
  const result = read({ path: 'x.yaml', text, load: loadFrom(FILES), ...source }, vocabulary, options)
  return result.ok ? result.warnings : result.problems
}
const problemsAround = (name: string, manifest: string | Uint8Array, options: ReadOptions = {}): readonly Problem[] => {
  const result = around(name, manifest, options)
  return result.ok ? result.warnings : result.problems
}

const told = (problem: Problem | undefined, file: string): string => {
  if (problem === undefined) return 'no problem'
  const { severity, code, line, column } = problem
  return `${severity}[${code}] at ${line}:${column}${problem.file === file ? '' : ` of ${problem.file}`}`
}

const SOUND = `apiVersion: reconverge/v1
kind: Scenario
metadata: { name: sound }
horizon: 20m
cluster: { nodes: [{ name: worker, count: 6 }] }
workloads: [{ file: web.yaml }]
faults: [{ name: loss, fault: node-crash, when: { at: 60s }, who: { node: worker-1 } }]
`

describe('a broken scenario is told by code and place', () => {
  test.each(cases(''))('$name: $expected', ({ name, text, expected }) => {
    const result = read({ path: name, text, load: loadFrom(FILES) }, vocabulary)
    expect(told(result.ok ? undefined : result.problems[0], name)).toBe(expected)
  })

  test.each(cases('manifests/'))('manifest $name: $expected', ({ name, text, expected }) => {
    expect(told(problemsAround(name, text)[0], name)).toBe(expected)
  })
})

const bytes = (...parts: readonly (string | number)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part].map((char) => char.charCodeAt(0)))))

/** Where bytes, overrides or files matter. */
const INLINE: Readonly<Record<string, () => readonly Problem[]>> = {
  'error[not-utf8] at 2:8': () => problemsOf(bytes('kind: Scenario\nname: n', 0xe4, 'x\n')),
  'error[not-utf8] at 1:1': () => problemsOf(bytes(0xff, 0xfe, 'k')),
  'error[not-utf8] at 1:2': () => problemsOf(bytes('a', 0xed, 0xa0, 0x80)),
  'error[empty-file] at 0:0': () => problemsOf(new Uint8Array()),
  'error[file-too-large] at 0:0': () => problemsOf('x'.repeat(256e6 + 1)),
  'error[document-too-large] at 1:1': () => problemsOf(`? ${'nonsense of all sorts '.repeat(5e5)}\n`),
  'error[file-unreadable] at 6:21': () =>
    problemsOf(SOUND, {}, { load: () => ({ problem: 'file-unreadable', message: 'expected a file that may be read' }) }),
  'error[invalid-set] at 1:8 of --set': () => problemsOf(SOUND, { set: ['horizon'] }),
  'error[invalid-set] at 1:1 of --set': () => problemsOf(SOUND, { set: ['=3'] }),
  'error[set-matches-nothing] at 1:1 of --set': () => problemsOf(SOUND, { set: ['faults[flood].for=3m'] }),
  'error[unknown-field] at 1:1 of --set': () => problemsOf(SOUND, { set: ['cluster.nodes[worker].cuont=8'] }),
  'error[wrong-type] at 1:1 of --set': () => problemsOf(SOUND, { set: ['deployment/default/web:spec.replicas=many'] }),
  'error[out-of-range] at 1:1 of --replications': () => problemsOf(SOUND, { replications: 0 }),
  'error[invalid-duration] at 1:1 of --set': () => problemsOf(SOUND, { set: ['horizon=20'] }),
  'error[yaml-syntax] at 2:10': () => problemsOf('{"apiVersion": "reconverge/v1",\n  "kind" "Scenario"}'),
  'error[too-deep] at 1:1': () => problemsOf(`a: ${'['.repeat(500)}${']'.repeat(500)}`),
  'error[unknown-node] at 1:71 of pod.yaml': () =>
    problemsOf(
      SOUND.replace('web.yaml', 'pod.yaml').replace('horizon', 'initial: given\nhorizon'),
      {},
      {
        load: loadFrom({
          'pod.yaml':
            '{ apiVersion: v1, kind: Pod, metadata: { name: p }, spec: { nodeName: n9, containers: [{ name: c, image: "i:1" }] } }',
        }),
      },
    ),
}

describe('what is no text, or comes from elsewhere, is told as well', () => {
  test.each(Object.entries(INLINE))('%s', (expected, problems) => {
    expect(told(problems()[0], 'x.yaml')).toBe(expected)
  })

  test('a hole in a file of many objects is told once for each, up to fifty, and then counted', () => {
    const pods = Array.from({ length: 70 }, (_, i) => `apiVersion: v1\nkind: Pod\nmetadata: { name: p${i} }\nspec: { containerz: [] }\n`)
    const problems = problemsAround('pods.yaml', pods.join('---\n'))
    expect(problems).toHaveLength(51)
    expect(problems[1]).toMatchObject({ code: 'unknown-field', line: 9 })
    expect(problems.at(-1)).toMatchObject({ code: 'more-problems', message: 'and 20 more' })
  })

  test('all problems come at once, by place', () => {
    const text = SOUND.replace('horizon', 'horizn').replace('node-crash', 'node-crush').replace('count: 6', 'count: -1')
    expect(problemsOf(text).map(({ code, line }) => `${line} ${code}`)).toEqual([
      '1 missing-field',
      '4 unknown-field',
      '5 out-of-range',
      '7 unknown-fault',
    ])
  })

  test('every code is produced by one of these cases', () => {
    const codes = [...cases(''), ...cases('manifests/')].map(({ expected }) => expected)
    const all = [...codes, ...Object.keys(INLINE), 'error[more-problems]'].map((line) => /\[(.*)\]/.exec(line)?.[1])
    expect([...new Set(all)].sort()).toEqual([...PROBLEM_CODES].sort())
  })
})

describe('a problem is printed with its place, its lines and a hint', () => {
  test('an unknown field', () => {
    const [problem] = problemsAround('web.yaml', FILES['web.yaml'].replace('replicas: 3', 'replica: 3'))
    expect(formatProblem(problem as Problem)).toBe(
      [
        'web.yaml:5:3: error[unknown-field]: unknown field "replica" in spec',
        '   4 | spec:',
        '   5 |   replica: 3',
        '     |   ^^^^^^^',
        '   hint: did you mean "replicas"?',
      ].join('\n'),
    )
  })

  test('a part of an expectation', () => {
    const [problem] = problemsOf(`${SOUND}expect: ['convergence{fault="los"}.p95 < 7m']\n`)
    expect(problem).toMatchObject({ code: 'unknown-fault-name', line: 8, column: 23, endColumn: 34, hint: 'did you mean "loss"?' })
  })

  test('a line of half a mile is cut around the problem', () => {
    const long = `{ "apiVersion": "v1", "kind": "Pod", "x": "${'y'.repeat(5000)}", "spec": 3, "metadata": { "name": "p" } }`
    const frame = problemsAround('p.yaml', long).find(({ path }) => path === 'spec')?.frame ?? ''
    expect(frame).toContain('"spec": 3')
    expect(Math.max(...frame.split('\n').map((line) => line.length))).toBeLessThan(140)
  })

  test('an unknown field is a warning where such are allowed', () => {
    const manifest = FILES['web.yaml'].replace('replicas: 3', 'replicaz: 3')
    const result = around('web.yaml', manifest, { allowUnknownFields: true })
    expect(result.ok && result.warnings.map(({ code, severity }) => `${severity} ${code}`)).toEqual(['warning unknown-field'])
  })
})
