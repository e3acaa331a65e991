/**
 * The layers, in order: a folder imports from its own and the earlier rows only. Folders of one row may import each other.
 * Types count as imports (`tsPreCompilationDeps`): a layer that knows a later one's shapes depends on it.
 */
const layers = [
  ['kernel/'],
  ['scenario/'],
  ['cluster/'],
  ['control/'],
  ['faults/', 'operations/'],
  ['measure/'],
  ['model\\.ts$'],
  ['study/'],
  ['report/'],
  ['index\\.ts$'],
  ['cli/'],
]

const paths = (rows) => rows.flat().map((path) => `^src/${path}`)
const label = (row) => row.join(' and ').replaceAll('\\', '').replaceAll('$', '')

const layerRules = layers.slice(0, -1).map((row, index) => ({
  name: `layer-${label(row)
    .replaceAll(/[^a-z]+/g, '-')
    .replace(/-$/, '')}`,
  comment: `${label(row)} may not import a later layer (${layers
    .slice(index + 1)
    .map(label)
    .join(', ')}): move the shared part down, or take it as a parameter.`,
  severity: 'error',
  from: { path: paths([row]) },
  to: { path: paths(layers.slice(index + 1)) },
}))

/** The only files that touch clock, files and process. */
const shell = ['^src/cli/', '^src/study/pool[^/]*\\.ts$', '^src/study/worker\\.ts$']

module.exports = {
  forbidden: [
    ...layerRules,
    {
      name: 'known-layer',
      comment: 'Every file of src/ belongs to a layer: put it into one of the folders of docs/ARCHITECTURE.md.',
      severity: 'error',
      from: { path: '^src/', pathNot: paths(layers) },
      to: {},
    },
    {
      name: 'no-cycle',
      comment: 'No cycles at run time: move what both need into a third file. (Types of one layer may know each other: `import type`.)',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/control/[^/]+/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-cycle-between-components',
      comment: 'The event kinds of one component schedule each other across its files; a cycle that leaves its folder is one too many.',
      severity: 'error',
      from: { path: '^src/control/([^/]+)/' },
      to: { circular: true, via: { pathNot: '^src/control/$1/' }, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'pure-core',
      comment: "Only cli/, study/pool*.ts and study/worker.ts may import Node's modules: take text and numbers as parameters.",
      severity: 'error',
      from: { path: '^src/', pathNot: shell },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'faults-change-truth',
      comment: 'A fault changes truth or acts as the API client `operator`: nobody writes the store directly (decision 4).',
      severity: 'error',
      from: { path: '^src/(faults|operations)/' },
      to: { path: '^src/cluster/store[^/]*\\.ts$' },
    },
    {
      name: 'controllers-see-belief',
      comment: 'Only the bridges (kubelet, kube-proxy, pod network, cloud provider) see truth: a controller reads its cache (decision 4).',
      severity: 'error',
      from: { path: '^src/control/', pathNot: '^src/control/(kubelet|kube-proxy|pod-network|cloud)' },
      to: { path: '^src/cluster/truth[^/]*\\.ts$' },
    },
    {
      name: 'resolvable',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'declared',
      comment: 'What src/ imports at run time is a dependency in package.json, not a devDependency.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
}
