import { describe, expect, test } from 'vitest'
import { withTokenVolume } from '../../src/cluster/admission.ts'
import { admits, type ModelledPlugin } from '../../src/cluster/admission-plugins.ts'
import { crash, type Staged, stage } from '../faults/control-plane.ts'

const flags = (enabled: readonly string[], disabled: readonly string[]) => ({
  'enable-admission-plugins': enabled,
  'disable-admission-plugins': disabled,
})

/** pkg/kubeapiserver/options/plugins.go, pkg/kubeapiserver/options/admission.go. */
test.each<[ModelledPlugin, string[], string[], boolean]>([
  ['DefaultTolerationSeconds', [], [], true],
  ['DefaultTolerationSeconds', [], ['DefaultTolerationSeconds'], false],
  ['ResourceQuota', ['NodeRestriction'], ['Priority'], true],
  ['AlwaysPullImages', [], [], false],
  ['AlwaysPullImages', ['AlwaysPullImages'], [], true],
  ['ServiceAccount', [], [], false],
  ['ServiceAccount', ['ServiceAccount'], [], true],
  ['ServiceAccount', ['ServiceAccount'], ['ServiceAccount'], false],
])('%s with %j enabled and %j disabled runs: %j', (plugin, enabled, disabled, runs) => {
  expect(admits(flags(enabled, disabled), plugin)).toBe(runs)
})

/** plugin/pkg/admission/serviceaccount/admission.go:Admit. */
test('A Pod gets its token volume unless it asks for none', () => {
  expect(withTokenVolume({ volumes: [] }).map(({ kind }) => kind)).toEqual(['projected'])
  expect(withTokenVolume({ volumes: [], automountServiceAccountToken: false })).toEqual([])
})

const only = (runs: readonly Staged[]): Staged => runs[0] as Staged
const server = (fields: object): object => ({ 'kube-apiserver': fields })

describe('kube-apiserver', () => {
  test('without DefaultTolerationSeconds lets Pods be deleted as soon as their Node is tainted', () => {
    const run = only(stage({ faults: [crash(60)], cluster: server({ 'disable-admission-plugins': 'DefaultTolerationSeconds' }) }))
    const tainted = run.first(/^node worker-1 taint\+ .*unreachable:NoExecute/)
    expect(run.first(/^pod .* terminating/) - tainted).toBeGreaterThan(0)
    expect(run.first(/^pod .* terminating/) - tainted).toBeLessThan(1)
  })

  test('with ServiceAccount makes each Pod wait for its token volume: 100 ms here', () => {
    const started = (plugins: string): number => {
      const scale = { when: { at: '60s' }, do: 'scale', of: 'deployment/default/web', replicas: 4 }
      const run = only(stage({ faults: [], operations: [scale], horizon: '2m', cluster: server({ 'enable-admission-plugins': plugins }) }))
      return run.first(/^cri .* containerStarted/, 60)
    }
    expect(started('ServiceAccount') - started('')).toBeCloseTo(0.1, 3)
  })

  test('with AlwaysPullImages makes containers that restart wait for the registry', () => {
    const faults = [
      { name: 'registry', fault: 'registry-outage', when: { at: '60s' }, for: '2m' },
      { name: 'end', fault: 'container-crash', when: { at: '70s' }, who: { workload: 'deployment/default/web', count: 1 } },
    ]
    const started = (plugins: string): number =>
      only(stage({ faults, horizon: '10m', cluster: server({ 'enable-admission-plugins': plugins }) })).first(
        /^cri .* containerStarted/,
        60,
      )
    expect(started('')).toBeLessThan(75)
    expect(started('AlwaysPullImages')).toBeGreaterThan(180)
  })

  test('without TaintNodesByCondition registers a Node without a taint; the node controller adds it when it sees that the Node is not ready', () => {
    const operations = [{ when: { at: '60s' }, do: 'delete', of: 'node/worker-1' }]
    const faults = [{ name: 'reboot', fault: 'node-reboot', when: { at: '61s' }, who: { node: 'worker-1' } }]
    const taints = (plugins: string): readonly string[] =>
      only(stage({ faults, operations, horizon: '10m', cluster: server({ 'disable-admission-plugins': plugins }) }))
        .lines(/^node worker-1 taint/)
        .map(([, what]) => what)
    const [added, removed] = ['+', '-'].map((sign) => `node worker-1 taint${sign} node.kubernetes.io/not-ready:NoSchedule`)
    expect(taints('')).toEqual([removed])
    expect(taints('TaintNodesByCondition')).toEqual([added, removed])
  })

  test('has as many seats as its flags say: who finds none asks again a second later', () => {
    const scale = { when: { at: '60s' }, do: 'scale', of: 'deployment/default/web', replicas: 8 }
    const last = (seats: number): number => {
      const cluster = server({ 'max-requests-inflight': 0, 'max-mutating-requests-inflight': seats })
      return only(stage({ faults: [], operations: [scale], horizon: '2m', cluster }))
        .times(/^pod .* created/, 60)
        .at(-1) as number
    }
    expect(last(200)).toBeLessThan(60.5)
    expect(last(1)).toBeGreaterThan(61)
  })
})
