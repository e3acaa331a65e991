import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadModel } from '../../src/cli/load-model.ts'
import type { Model } from '../../src/cli/shell.ts'
import { WORKER } from '../../src/study/pool.ts'
import { command } from './fake-shell.ts'

const CRASH = 'scenarios/node-crash.yaml'
const TIGHT = ['--set', 'cluster.nodes[worker].allocatable.cpu=1']
const folder = mkdtempSync(join(tmpdir(), 'reconverge-plan-'))
const openb = join(folder, 'openb.yaml')

let model: Model
const plan = (...words: string[]) => command(['plan', ...words], model, { worker: WORKER })

beforeAll(async () => {
  model = await loadModel()
  for (const name of ['nodes', 'pods']) {
    writeFileSync(join(folder, `${name}.yaml`), gunzipSync(readFileSync(`test/fixtures/openb/${name}-1200.yaml.gz`)))
  }
  writeFileSync(
    openb,
    'apiVersion: reconverge/v1\nkind: Scenario\nmetadata: { name: openb }\nhorizon: 1h\ncluster: { nodes: [{ file: nodes.yaml }] }\nworkloads: [{ file: pods.yaml, adopt: replicaset }]\n',
  )
})

describe('reconverge plan --smallest', { timeout: 120_000 }, () => {
  // 18 Pods of 250m on nodes of one CPU: five nodes hold 20, and with one of them lost only 16. Six it must be.
  test('finds the answer that a hand finds, with the nearest size that fails and the next two that hold', async () => {
    const words = [CRASH, ...TIGHT, '--smallest', 'cluster.nodes[worker].count=4..8', '--replications', '16']
    words.push('--set', 'expect[0]=convergence{fault="power-loss"}.p50 < 7m')
    const { code, out } = await plan(...words)
    expect(code).toBe(0)
    expect(out).toContain('cluster.nodes[worker].count = 6 is the first of 4 … 8 that meets the expectations. The next two hold too: 7, 8.')
    expect(out).toContain('each size judged with 99 % confidence, so that all 5 hold together')
    expect(out).toContain('Nearest size that fails, 5: convergence{fault="power-loss"}.p50 < 7m: ')
    expect(out).toContain('count = 5: fail after 16 replications, in 16 of them a Pod was left without a Node')
  })

  test('says what kept it from an answer', async () => {
    const range = ['--smallest', 'cluster.nodes[worker].count=3..4']
    const none = await plan(CRASH, ...TIGHT, ...range, '--replications', '60', '--json')
    expect(none.code).toBe(1)
    expect(JSON.parse(none.out)).toMatchObject({
      question: 'smallest',
      first: null,
      lasting: null,
      trials: [{ decision: 'fail' }, { decision: 'fail' }],
    })
    expect((await plan(CRASH, ...range, '--replications', '20')).code).toBe(4)
  })
})

describe('reconverge plan --lose', { timeout: 120_000 }, () => {
  test('answers which sets of nodes leave a Pod without a place', async () => {
    const { code, out } = await plan(CRASH, '--lose', 'node', '--k', '1..3')
    expect(code).toBe(0)
    expect(out).toContain('Any 3 nodes at once of 6 can be lost and every Pod still has a place.')
    expect(out).toMatch(/2 +15 +all +15 +100.00 % {2}exact/)
    const tight = await plan(CRASH, ...TIGHT, '--lose', 'node', '--json')
    expect(tight.code).toBe(1)
    expect(JSON.parse(tight.out)).toMatchObject({
      units: 6,
      survivals: [
        { k: 1, survived: 6 },
        { k: 2, survived: 0, examined: 15 },
      ],
    })
    const zones = await plan(CRASH, ...TIGHT, '--lose', 'zone', '--k', '1')
    expect(zones.out).toContain('Not every zone of 3 can be lost')
    expect(zones.out).toContain('zone a: 6 Pods lost, 2 Pods without a place')
  })

  test('runs the recovery from each loss with --simulate, the worst first', async () => {
    const { code, out } = await plan(CRASH, ...TIGHT, '--lose', 'zone', '--k', '1', '--simulate', '--replications', '3', '--json')
    expect(code).toBe(1)
    const { recoveries } = JSON.parse(out) as { recoveries: { units: string[]; survived: number; unserved: number }[] }
    expect(recoveries.map(({ survived }) => survived)).toEqual([0, 0, 0])
    const roomy = await plan(CRASH, '--lose', 'zone', '--k', '1', '--simulate', '--replications', '3')
    expect(roomy.code).toBe(0)
    expect(roomy.out).toContain('The cluster converges again from every one of 3 losses; zone ')
    expect(roomy.out).toMatch(/a +3 of 3 +3[67]\d\.\d s/)
  })

  // 15 Pods of the trace ask for more than any node has left. The rest of the answer is the scheduler's.
  test('answers for 1,213 recorded nodes: some cannot be lost even alone, most can', async () => {
    const { code, out } = await plan(openb, '--lose', 'node', '--k', '1,3', '--samples', '100', '--quiet')
    expect(code).toBe(1)
    expect(out).toContain('Not every node of 1213 can be lost')
    expect(out).toContain('15 Pods fit nowhere as it is')
    expect(out).toMatch(/1 +1,213 +all +1,1\d\d +9\d\.\d\d % {2}exact/)
    expect(out).toMatch(/3 +296,726,486 +100 at random +\d+ +\d\d\.\d\d % {2}\[\d\d\.\d\d % … \d\d\.\d\d %\]/)
  })
})

describe('reconverge plan --fit', { timeout: 60_000 }, () => {
  // Four nodes of 4 CPUs are left without a zone: 64 Pods of 250m, of which 18 are there.
  test('answers how many more Pods fit while a zone can be lost, and what stops one more', async () => {
    const { code, out } = await plan(CRASH, '--fit', 'deployment/default/web')
    expect(code).toBe(0)
    expect(out).toContain('46 more Pods of deployment/default/web (18 now) fit while any one zone of 3 can be lost.')
    expect(out).toContain('With 47 more: losing zone ')
    expect(out).toContain('Nor do 48 or 49.')
    expect((await plan(CRASH, ...TIGHT, '--fit', 'deployment/default/web')).code).toBe(1)
    expect((await plan(CRASH, '--fit', 'deployment/default/web', '--lose', 'node')).out).toContain('62 more Pods')
  })
})

test.each([
  [[], 'there is no question'],
  [['--smallest', 'n=1..3', '--lose', 'node'], '--smallest stands alone'],
  [['--smallest', 'n'], '--smallest n: expected path=value'],
  [['--smallest', 'cluster.nodes[wroker].count=1..3'], 'wroker'],
  [['--lose', 'rack'], 'there are: node, zone'],
  [['--lose', 'node', '--k', '7'], 'there are only 6 of node to lose'],
  [['--lose', 'node', '--k', '0'], 'expected numbers such as 1,2 or 1..5'],
  [['--fit', 'deployment/default/wbe'], 'no Pod of such a workload'],
])('plan %j is bad usage', async (words, said) => {
  const { code, out, err } = await plan(CRASH, ...words)
  expect([code, out]).toEqual([2, ''])
  expect(err).toContain(said)
})
