import { describe, expect, test } from 'vitest'
import type { Container } from '../../../src/cluster/truth.ts'
import { type PodActions, podActions } from '../../../src/control/kubelet/actions.ts'
import type { ContainerView, PodView } from '../../../src/control/kubelet/view.ts'
import type { PodSpec } from '../../../src/scenario/specs.ts'
import { containerSpec, podSpec } from '../../support/world.ts'

const view = (running: boolean, exitCode = 0): ContainerView => ({ running, container: { exitCode } as Container })
const RUNS = view(true)
const ENDED = view(false)
const FAILED = view(false, 1)
type Seen = ContainerView | undefined

const seen = (sandboxReady: boolean | null, containers: Seen[], initContainers: Seen[] = []): PodView => ({
  sandboxReady,
  ip: '',
  containers,
  initContainers,
})

const two: Partial<PodSpec> = { containers: [containerSpec({ name: 'a' }), containerSpec({ name: 'b' })] }
const withInit: Partial<PodSpec> = { initContainers: [containerSpec({ name: 'i' }), containerSpec({ name: 'j' })] }
const withSidecar: Partial<PodSpec> = {
  initContainers: [containerSpec({ name: 's', restartPolicy: 'Always' }), containerSpec({ name: 'j' })],
}

interface Case {
  readonly spec?: Partial<PodSpec>
  readonly view: PodView
  readonly attempt?: number
  readonly unhealthy?: number[]
  readonly sidecars?: number[]
  readonly starting?: number[]
  readonly minor?: number
}

const decide = ({
  spec = {},
  view: shown,
  attempt = 0,
  unhealthy = [],
  sidecars = [],
  starting = [],
  minor = 34,
}: Case): Partial<PodActions> =>
  podActions(
    podSpec(spec),
    shown,
    attempt,
    { containers: new Set(unhealthy), sidecars: new Set(sidecars), starting: new Set(starting) },
    minor,
  )

/** kuberuntime_manager_test.go:TestComputePodActions and …WithInitContainers (v1.20.2), and their sidecar cases from 1.29. */
describe('what a sync does', () => {
  test.each<[string, Case, Partial<PodActions>]>([
    ['a new Pod: sandbox, then all containers', { spec: two, view: seen(null, []) }, { createSandbox: true, start: [0, 1] }],
    ['everything runs: nothing', { spec: two, view: seen(true, [RUNS, RUNS]) }, { killPod: false, start: [], kill: [] }],
    ['a dead container is started again', { spec: two, view: seen(true, [RUNS, FAILED]) }, { start: [1], kill: [] }],
    ['Always starts again what succeeded', { spec: two, view: seen(true, [RUNS, ENDED]) }, { start: [1] }],
    [
      'OnFailure starts again what failed, not what succeeded',
      { spec: { ...two, restartPolicy: 'OnFailure' }, view: seen(true, [FAILED, ENDED]) },
      { start: [0] },
    ],
    [
      'Never starts nothing again',
      { spec: { ...two, restartPolicy: 'Never' }, view: seen(true, [RUNS, FAILED]) },
      { start: [], killPod: false },
    ],
    [
      'nothing runs and nothing may start: the Pod is ended',
      { spec: { ...two, restartPolicy: 'Never' }, view: seen(true, [ENDED, FAILED]) },
      { killPod: true, createSandbox: false },
    ],
    [
      'a dead sandbox ends the whole Pod and starts it anew',
      { spec: two, view: seen(false, [RUNS, RUNS]), attempt: 1 },
      { killPod: true, createSandbox: true, start: [0, 1] },
    ],
    [
      'a dead sandbox under Never, after containers ran: no new one',
      { spec: { ...two, restartPolicy: 'Never' }, view: seen(false, [FAILED, FAILED]), attempt: 1 },
      { killPod: true, createSandbox: false },
    ],
    [
      'a dead sandbox under OnFailure: what succeeded stays ended',
      { spec: { ...two, restartPolicy: 'OnFailure' }, view: seen(false, [ENDED, FAILED]), attempt: 1 },
      { createSandbox: true, start: [1] },
    ],
    [
      'a dead sandbox under OnFailure, all succeeded: no new one',
      { spec: { ...two, restartPolicy: 'OnFailure' }, view: seen(false, [ENDED, ENDED]), attempt: 1 },
      { killPod: true, createSandbox: false },
    ],
    [
      'a failed probe ends the container and starts it again',
      { spec: two, view: seen(true, [RUNS, RUNS]), unhealthy: [1] },
      { kill: [1], start: [1] },
    ],
    [
      'a failed probe under Never only ends it',
      { spec: { ...two, restartPolicy: 'Never' }, view: seen(true, [RUNS, RUNS]), unhealthy: [1] },
      { kill: [1], start: [] },
    ],
    ['init containers first', { spec: withInit, view: seen(null, []) }, { createSandbox: true, init: [0], start: [] }],
    ['a running init container is waited for', { spec: withInit, view: seen(true, [], [RUNS]) }, { init: [], start: [], killPod: false }],
    ['the next init container', { spec: withInit, view: seen(true, [], [ENDED]) }, { init: [1], start: [] }],
    ['app containers once the last has succeeded', { spec: withInit, view: seen(true, [], [ENDED, ENDED]) }, { init: [], start: [0] }],
    ['a failed init container again', { spec: withInit, view: seen(true, [], [ENDED, FAILED]) }, { init: [1] }],
    [
      'a failed init container under Never ends the Pod',
      { spec: { ...withInit, restartPolicy: 'Never' }, view: seen(true, [], [ENDED, FAILED]) },
      { init: [], killPod: true },
    ],
    [
      'a dead sandbox begins with the first init container',
      { spec: withInit, view: seen(false, [FAILED], []), attempt: 1 },
      { createSandbox: true, init: [0] },
    ],
    ['from 1.29 a running sidecar lets the next one begin', { spec: withSidecar, view: seen(true, [], [RUNS]) }, { init: [1] }],
    [
      'a sidecar that has not started up holds back the next one',
      { spec: withSidecar, view: seen(true, [], [RUNS]), starting: [0] },
      { init: [], start: [], killSidecars: [] },
    ],
    [
      'a sidecar whose startup probe has failed is ended and started again, alone',
      { spec: withSidecar, view: seen(true, [], [RUNS]), starting: [0], sidecars: [0] },
      { killSidecars: [0], init: [0], start: [] },
    ],
    [
      'a sidecar whose liveness probe has failed is ended and started again, and does not hold back the next one',
      { spec: withSidecar, view: seen(true, [], [RUNS]), sidecars: [0] },
      { killSidecars: [0], init: [0, 1], start: [] },
    ],
    [
      'a dead sidecar and a dead app container are started in one sync',
      { spec: withSidecar, view: seen(true, [FAILED], [FAILED, ENDED]) },
      { init: [0], start: [0] },
    ],
    ['before 1.29 it is an init container', { spec: withSidecar, view: seen(true, [], [RUNS]), minor: 28 }, { init: [], start: [] }],
    [
      'a dead sidecar is started again beside the app',
      { spec: withSidecar, view: seen(true, [RUNS], [FAILED, ENDED]) },
      { init: [0], start: [] },
    ],
  ])('%s', (_, given, expected) => {
    expect(decide(given)).toMatchObject(expected)
  })
})
