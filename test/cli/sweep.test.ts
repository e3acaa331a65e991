import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { loadModel } from '../../src/cli/load-model.ts'
import type { Model } from '../../src/cli/shell.ts'
import { WORKER } from '../../src/study/pool.ts'
import { command, fakeModel, folderOf } from './fake-shell.ts'

const folder = mkdtempSync(join(tmpdir(), 'reconverge-sweep-'))
const at = (name: string) => join(folder, name)
const scenario = at('node-crash.yaml')
const GRACE = 'kube-controller-manager.node-monitor-grace-period=20s,40s'
const REPLICAS = 'deployment/default/web:spec.replicas=3,6'

let model: Model
const reconverge = (...words: string[]) => command(words, model, { worker: WORKER })
const lines = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n')

beforeAll(async () => {
  cpSync('scenarios/node-crash.yaml', scenario)
  cpSync('scenarios/manifests', at('manifests'), { recursive: true })
  model = await loadModel()
})

describe('reconverge sweep', { timeout: 60_000 }, () => {
  test('runs every point on the same draws and writes one tidy table: the grid first, then the summary', async () => {
    const { code, out } = await reconverge(
      'sweep',
      scenario,
      '--sweep',
      GRACE,
      '--sweep',
      REPLICAS,
      '--replications',
      '4',
      '--out',
      at('out'),
    )
    expect(code).toBe(0)
    expect(readdirSync(at('out'))).toEqual(['node-crash.sweep.csv'])
    const rows = lines(at('out/node-crash.sweep.csv'))
    expect(rows[0]).toMatch(
      /^kube-controller-manager.node-monitor-grace-period,deployment\/default\/web:spec.replicas,scenario,measure,labels,n,/,
    )
    const points = [...new Set(rows.slice(1).map((row) => row.split(',').slice(0, 2).join(' ')))]
    expect(points).toEqual(['20s 3', '20s 6', '40s 3', '40s 6'])
    const mean = (grid: string) =>
      Number(/,detection,,4,0,([\d.]+),/.exec(rows.find((row) => row.startsWith(`${grid},node-crash,detection,,`)) ?? '')?.[1])
    // The same machine dies in the same phase of every loop: with 20 s less grace it is detected 20 s earlier.
    expect(mean('40s,6') - mean('20s,6')).toBeCloseTo(20, 1)
    expect(out).toContain('How long is a Deployment short of replicas')
    expect(out).toContain('4 points')
    expect(out).not.toContain('Pareto')
  })

  test('gives the same bytes for any number of workers, and what `run --set` gives at each point', async () => {
    const sweep = async (out: string, workers: number) => {
      await reconverge(
        'sweep',
        scenario,
        '--sweep',
        REPLICAS,
        '--replications',
        '3',
        '--quiet',
        '--workers',
        String(workers),
        '--out',
        at(out),
      )
      return readFileSync(at(`${out}/node-crash.sweep.csv`), 'utf8')
    }
    const one = await sweep('one', 1)
    expect(await sweep('three', 3)).toBe(one)
    await reconverge(
      'run',
      scenario,
      '--set',
      'deployment/default/web:spec.replicas=6',
      '--replications',
      '3',
      '--quiet',
      '--undecided',
      'pass',
      '--out',
      at('run'),
    )
    const own = lines(at('run/node-crash.summary.csv')).slice(1)
    expect(one.split('\n').filter((row) => row.startsWith('6,'))).toEqual(own.map((row) => `6,${row}`))
  })

  test('shows the points at which neither of two measures can be had better for free', async () => {
    const words = [
      'sweep',
      scenario,
      '--sweep',
      REPLICAS,
      '--replications',
      '4',
      '--pareto',
      'unserved_pod_s,convergence.max',
      '--out',
      at('pareto'),
    ]
    expect((await reconverge(...words)).out).toMatch(/Pareto front of unserved_pod_s and convergence.max: [12] of 2 points/)
    const { points, axes } = JSON.parse((await reconverge(...words, '--json')).out) as {
      points: { front: boolean; objectives: number[] }[]
      axes: object[]
    }
    expect(axes).toEqual([{ path: 'deployment/default/web:spec.replicas', values: ['3', '6'] }])
    expect(points.some(({ front }) => front)).toBe(true)
    expect(points.flatMap(({ objectives }) => objectives).every((value) => value > 0)).toBe(true)
  })

  test('reads a study from its file, where paths are relative to it', async () => {
    writeFileSync(
      at('study.yaml'),
      `# Is less grace worth it?\napiVersion: reconverge/v1\nkind: Study\nmetadata: { name: grace }\nscenario: node-crash.yaml\nreplications: 2\nsweep: ['${GRACE}']\npareto: [convergence.max, false_evictions.max]\n`,
    )
    const { code, out } = await reconverge('sweep', at('study.yaml'), '--out', at('study'))
    expect(code).toBe(0)
    expect(out).toContain('Is less grace worth it?')
    expect(out).toContain('Pareto front of convergence.max and false_evictions.max: 1 of 2 points')
    expect(readdirSync(at('study'))).toEqual(['grace.sweep.csv'])
    expect((await reconverge('sweep', at('study.yaml'), '--sweep', REPLICAS)).err).toContain('a study says its own grid')
    expect((await reconverge('run', at('study.yaml'))).err).toContain('hint: a study is run with reconverge sweep')
  })

  test.each([
    [['--sweep', 'cluster.nodes[worker].count=4,x'], 'cluster.nodes[worker].count=x'],
    [['--sweep', 'cluster.nodes[wroker].count=4,5'], 'wroker'],
    [['--sweep', 'deployment/default/wbe:spec.replicas=4,5'], 'wbe'],
    [['--sweep', 'n=5..3'], 'expected a range that grows'],
    [['--sweep', REPLICAS, '--sweep', REPLICAS], 'is given twice'],
    [[], 'there is nothing to vary'],
    [['--sweep', REPLICAS, '--pareto', 'convergence.p95,evictons'], 'evictions'],
    [['--sweep', REPLICAS, '--pareto', 'convergence.p95'], 'expected two measures, got 1'],
    [['--sweep', REPLICAS, '--pareto', 'convergence{fault="power"}.p95,evictions'], 'power-loss'],
  ])('%j is an error before anything runs', async (words, said) => {
    const { code, out, err } = await reconverge('sweep', scenario, ...words, '--out', at('never'))
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(said)
    expect(existsSync(at('never'))).toBe(false)
  })

  test('says with --dry-run what would run', async () => {
    const { out } = await reconverge('sweep', scenario, '--sweep', GRACE, '--sweep', REPLICAS, '--dry-run')
    expect(out).toContain('would run 4 points, 800 replications in all; inputs ')
    expect(out).toContain('kube-controller-manager.node-monitor-grace-period=40s  deployment/default/web:spec.replicas=3')
  })
})

describe('A sweep of a model that fails', () => {
  const files = folderOf({ 'x.yaml': { name: 'x', replications: 6 } })
  const words = ['sweep', join(files, 'x.yaml'), '--sweep', 'n=1,2', '--out', join(files, 'out'), '--quiet']

  test('names the point and the replication, with the line that replays it, and writes nothing', async () => {
    const simulate: Model['simulate'] = (one, replication, options) => {
      if (replication === 5) throw new Error('a Pod runs on two machines')
      return fakeModel().simulate(one, replication, options)
    }
    const { code, err } = await command(words, fakeModel({ simulate }))
    expect(code).toBe(3)
    expect(err).toContain('replication 5: a Pod runs on two machines')
    expect(err).toContain('--replications 6 --replication 5 --set n=1')
    expect(readdirSync(join(files, 'out'))).toEqual([])
  })

  test('writes what is finished after Ctrl-C, marked partial', async () => {
    const { code } = await command(words, fakeModel(), {
      onInterrupt: (stop) => {
        stop()
        return () => {}
      },
    })
    expect(code).toBe(130)
    expect(readdirSync(join(files, 'out'))).toEqual(['x.partial.sweep.csv'])
  })
})
