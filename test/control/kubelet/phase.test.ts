import { describe, expect, test } from 'vitest'
import type { Phase } from '../../../src/cluster/objects.ts'
import { type ContainerState, podPhase } from '../../../src/control/kubelet/phase.ts'
import type { PodSpec } from '../../../src/scenario/specs.ts'
import { containerSpec, podSpec } from '../../support/world.ts'

const running: ContainerState = { state: 'running', exitCode: null }
const waiting: ContainerState = { state: 'waiting', exitCode: null }
const succeeded: ContainerState = { state: 'terminated', exitCode: 0 }
const failed: ContainerState = { state: 'terminated', exitCode: 1 }
const inBackoff: ContainerState = { state: 'waiting', exitCode: 1 }
type States = (ContainerState | undefined)[]
type Policy = PodSpec['restartPolicy']

const phase = (policy: Policy, states: States, init: States = [], terminal = false, minor = 34, sidecar = false): Phase => {
  const initContainers = init.map((_, index) =>
    containerSpec({ name: `i${index}`, ...(sidecar ? { restartPolicy: 'Always' as const } : {}) }),
  )
  return podPhase(
    podSpec({ restartPolicy: policy, containers: states.map((_, index) => containerSpec({ name: `c${index}` })), initContainers }),
    init,
    states,
    terminal,
    minor,
  )
}

/** kubelet_pods_test.go:TestPodPhaseWithRestartAlways, …RestartNever, …RestartOnFailure, …InitContainers (v1.20.2). */
describe('phase of a Pod', () => {
  test.each<[string, Policy, States, Phase]>([
    ['all run', 'Always', [running, running], 'Running'],
    ['all ended, Always', 'Always', [succeeded, failed], 'Running'],
    ['one runs, one ended', 'Always', [running, failed], 'Running'],
    ['one is unknown', 'Always', [running, undefined], 'Pending'],
    ['one never ran', 'Always', [running, waiting], 'Pending'],
    ['in CrashLoopBackOff', 'Always', [running, inBackoff], 'Running'],
    ['only CrashLoopBackOff', 'Always', [inBackoff], 'Running'],
    ['all succeeded, OnFailure', 'OnFailure', [succeeded, succeeded], 'Succeeded'],
    ['one failed, OnFailure', 'OnFailure', [succeeded, failed], 'Running'],
    ['all succeeded, Never', 'Never', [succeeded, succeeded], 'Succeeded'],
    ['one failed, Never', 'Never', [succeeded, failed], 'Failed'],
    ['one runs, Never', 'Never', [running, failed], 'Running'],
    ['nothing known', 'Never', [undefined], 'Pending'],
  ])('%s', (_, policy, states, expected) => {
    expect(phase(policy, states)).toBe(expected)
  })

  test.each<[string, Policy, States, Phase]>([
    ['an init container runs', 'Always', [running], 'Pending'],
    ['an init container has failed and is tried again', 'Always', [failed], 'Pending'],
    ['an init container has failed, Never', 'Never', [failed], 'Failed'],
    ['init containers are done', 'Always', [succeeded], 'Running'],
  ])('%s', (_, policy, init, expected) => {
    expect(phase(policy, init[0] === succeeded ? [running] : [waiting], init)).toBe(expected)
  })

  test('a Pod that was terminated ends Succeeded or Failed from 1.27, whatever its policy; before, it keeps running in name', () => {
    expect(phase('Always', [succeeded, succeeded], [], true)).toBe('Succeeded')
    expect(phase('Always', [succeeded, failed], [], true)).toBe('Failed')
    expect(phase('Always', [waiting], [], true)).toBe('Failed')
    expect(phase('Always', [succeeded, succeeded], [], false, 20)).toBe('Running')
  })

  test('a sidecar that has started holds nothing back from 1.29', () => {
    expect(phase('Always', [running], [running], false, 29, true)).toBe('Running')
    expect(phase('Always', [running], [running], false, 28, true)).toBe('Pending')
    expect(phase('Always', [waiting], [waiting], false, 29, true)).toBe('Pending')
  })
})
