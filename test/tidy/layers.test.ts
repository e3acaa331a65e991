import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { ROOT } from './tree.ts'

/** What the sample tree imports: [importing file, imported file, rule that forbids it, or none]. */
const samples = [
  ['src/kernel/up.ts', 'src/scenario/read.ts', 'layer-kernel'],
  ['src/scenario/up.ts', 'src/cluster/store.ts', 'layer-scenario'],
  ['src/cluster/up.ts', 'src/control/kubelet.ts', 'layer-cluster'],
  ['src/control/up.ts', 'src/faults/node-crash.ts', 'layer-control'],
  ['src/control/count.ts', 'src/measure/record.ts', 'layer-control'],
  ['src/faults/count.ts', 'src/measure/record.ts', 'layer-faults-and-operations'],
  ['src/operations/up.ts', 'src/model.ts', 'layer-faults-and-operations'],
  ['src/measure/up.ts', 'src/model.ts', 'layer-measure'],
  ['src/model.ts', 'src/study/grid.ts', 'layer-model-ts'],
  ['src/study/up.ts', 'src/report/csv.ts', 'layer-study'],
  ['src/report/up.ts', 'src/index.ts', 'layer-report'],
  ['src/index.ts', 'src/cli/main.ts', 'layer-index-ts'],
  ['src/faults/write.ts', 'src/cluster/store.ts', 'faults-change-truth'],
  ['src/operations/write.ts', 'src/cluster/store-index.ts', 'faults-change-truth'],
  ['src/control/replicaset.ts', 'src/cluster/truth.ts', 'controllers-see-belief'],
  ['src/control/kubelet/pods.ts', 'src/cluster/truth.ts', undefined],
  ['src/kernel/files.ts', 'node:fs', 'pure-core'],
  ['src/study/replicate.ts', 'node:os', 'pure-core'],
  ['src/helpers/text.ts', 'src/kernel/time.ts', 'known-layer'],
  ['src/kernel/lost.ts', 'src/kernel/nowhere.ts', 'resolvable'],
  ['src/kernel/tool.ts', 'fast-check', 'declared'],
  ['src/kernel/ring-a.ts', 'src/kernel/ring-b.ts', 'no-cycle'],
  ['src/kernel/ring-b.ts', 'src/kernel/ring-a.ts', undefined], // a ring is reported once, at its first file
  ['src/control/one/a.ts', 'src/control/two/b.ts', 'no-cycle-between-components'],
  ['src/control/two/b.ts', 'src/control/one/a.ts', undefined],
  ['src/control/three/a.ts', 'src/control/three/b.ts', undefined],
  ['src/control/three/b.ts', 'src/control/three/a.ts', undefined],
  ['src/operations/again.ts', 'src/faults/when.ts', undefined],
  ['src/control/bridge.ts', 'src/cluster/store.ts', undefined],
  ['src/report/csv.ts', 'src/measure/record.ts', undefined],
  ['src/study/pool.ts', 'node:worker_threads', undefined],
  ['src/study/worker.ts', 'node:worker_threads', undefined],
  ['src/cli/main.ts', 'node:fs', undefined],
] as const

const isFile = (to: string): boolean => to.startsWith('src/')

/** Writes the tree, a module for each file that only imports what its row says, and cruises it. */
function cruise(folder: string): { violations: { rule: { name: string }; from: string; to: string }[] } {
  const targets = samples.map(([, to]) => to).filter((to) => isFile(to) && to !== 'src/kernel/nowhere.ts')
  for (const path of new Set([...samples.map(([from]) => from), ...targets])) {
    const to = samples.find(([from]) => from === path)?.[1]
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(
      join(folder, path),
      to === undefined
        ? 'export const a = 1\n'
        : `export * from '${isFile(to) ? `../${'../'.repeat(path.split('/').length - 2)}${to}` : to}'\n`,
    )
  }
  for (const name of ['.dependency-cruiser.cjs', 'tsconfig.json', 'package.json']) cpSync(join(ROOT, name), join(folder, name))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return depcruise(folder)
}

function depcruise(cwd: string): { violations: { rule: { name: string }; from: string; to: string }[] } {
  const bin = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
  const { stdout, stderr } = spawnSync(process.execPath, [bin, '--config', '.dependency-cruiser.cjs', '--output-type', 'json', 'src'], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout).summary
}

const folder = mkdtempSync(join(tmpdir(), 'reconverge-layers-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('Each forbidden import is refused by the rule that says why, and what is left is allowed', () => {
  const found = cruise(folder).violations.map(
    ({ rule, from, to }) => `${rule.name}: ${from}${rule.name === 'known-layer' ? '' : ` → ${to}`}`,
  )
  for (const [from, to, rule] of samples) {
    const mine = found.filter((line) => line.includes(`: ${from}`))
    if (rule === undefined) expect(mine, `${from} → ${to}`).toEqual([])
    else expect(mine.join('\n'), `${from} → ${to}`).toContain(`${rule}: ${from}`)
  }
})

test('Imports of src go one way', () => {
  const lines = depcruise(ROOT).violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)
  expect(lines, '`npm run layers` explains each rule').toEqual([])
})

test("The core is compiled without the host: no typings of Node's, where console and process would exist", () => {
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc')
  const { stdout } = spawnSync(process.execPath, [tsc, '--listFilesOnly', '-p', 'test/tsconfig.core.json'], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1e8,
  })
  const files = stdout.split('\n')
  expect(files.some((file) => file.endsWith('src/kernel/simulation.ts'))).toBe(true)
  expect(files.filter((file) => file.includes('@types/node') || file.includes('lib.dom'))).toEqual([])
})
