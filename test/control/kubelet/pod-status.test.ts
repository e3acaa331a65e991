import { expect, test } from 'vitest'
import type { Phase } from '../../../src/cluster/objects.ts'
import type { Container, Sandbox } from '../../../src/cluster/truth.ts'
import { type PodStatus, podStatus, withProbed } from '../../../src/control/kubelet/pod-status.ts'
import { type PodView, viewOf } from '../../../src/control/kubelet/view.ts'
import type { Instant } from '../../../src/kernel/time.ts'
import { containerSpec, podSpec } from '../../support/world.ts'

const spec = podSpec({ containers: [containerSpec({ name: 'a' }), containerSpec({ name: 'b' })] })
const container = (running: boolean, exitCode = 0) => ({
  running,
  container: { exitCode, startedAt: 0, finishedAt: 0, reason: '', lastExitCode: null, attempt: 0 } as unknown as Container,
})
const view = (ip: string, ...running: boolean[]): PodView => ({
  sandboxReady: ip !== '',
  ip,
  containers: running.map((runs) => container(runs)),
  initContainers: [],
})

const previous = (fields: Partial<PodStatus> = {}): PodStatus => ({
  phase: 'Running',
  reason: '',
  initialized: true,
  containersReady: true,
  ready: true,
  readyTransition: 5 as Instant,
  podIP: '10.0.0.2',
  startTime: 1 as Instant,
  containerStatuses: [],
  initContainerStatuses: [],
  ...fields,
})

const statusOf = (shown: PodView, fields: Partial<PodStatus> = {}, minor = 34, probed = true, terminal = false): PodStatus =>
  podStatus({
    spec,
    view: shown,
    reasons: new Map(),
    probed: () => ({ started: true, ready: probed }),
    previous: previous(fields),
    terminal,
    deleted: false,
    now: 9 as Instant,
    minor,
    hostIP: '192.168.0.1',
  })

/** pkg/kubelet/status/status_manager.go: a Pod never leaves a final phase (1.20 … 1.36); kubernetes-semantics §1.1. */
test.each(['Failed', 'Succeeded'] as Phase[])('A Pod that is %s stays so, and is not ready, whatever its containers do', (phase) => {
  expect(statusOf(view('10.0.0.2', true, true), { phase })).toMatchObject({ phase, ready: false, containersReady: false })
})

/** pkg/kubelet/status/generate.go:GenerateContainersReadyCondition (1.20 … 1.36). */
test('A Pod is ready when every app container is, and keeps the time of the last change of that', () => {
  expect(statusOf(view('10.0.0.2', true, true))).toMatchObject({ ready: true, containersReady: true, readyTransition: 5 })
  expect(statusOf(view('10.0.0.2', true, false))).toMatchObject({ ready: false, containersReady: false, readyTransition: 9 })
  expect(statusOf(view('10.0.0.2', true, true), {}, 34, false)).toMatchObject({ ready: false, readyTransition: 9 })
  const one = withProbed(
    statusOf(view('10.0.0.2', true, true)),
    { list: 'containers', index: 1 },
    { started: true, ready: false },
    11 as Instant,
  )
  expect([one.ready, one.readyTransition, one.containerStatuses.map(({ ready }) => ready)]).toEqual([false, 11, [true, false]])
})

/** pkg/kubelet/pleg/generic.go:getPodIPs (1.20 … 1.36). */
test('A kubelet remembers the address of a dead sandbox that it has seen alive, and one that starts later does not', () => {
  const sandbox = { up: false, stoppedAt: 50, ip: '10.0.0.2', attempt: 0, containers: [], initContainers: [] } as unknown as Sandbox
  expect(viewOf(sandbox, 60, 20)).toMatchObject({ sandboxReady: false, ip: '10.0.0.2' })
  expect(viewOf(sandbox, 60, 55)).toMatchObject({ sandboxReady: false, ip: '' })
})

/** pkg/kubelet/kubelet_pods.go:generateAPIPodStatus: from 1.22 an address is kept when the sandbox has none. */
test('A Pod whose sandbox no living kubelet has seen alive has no address up to 1.21, and keeps its last one from 1.22', () => {
  expect(statusOf(view('', false, false), {}, 21).podIP).toBe('')
  expect(statusOf(view('', false, false), {}, 22).podIP).toBe('10.0.0.2')
  expect(statusOf(view('10.0.0.3', true, true), {}, 22).podIP).toBe('10.0.0.3')
})

/** pkg/kubelet/status/generate.go:GeneratePodInitializedCondition (1.20 … 1.36), KEP-753. */
test('A Pod is initialized once its init containers have succeeded and its sidecars have started', () => {
  const withInits = podSpec({ initContainers: [containerSpec({ name: 'i' }), containerSpec({ name: 's', restartPolicy: 'Always' })] })
  const initialized = (init: ReturnType<typeof container>, sidecar: ReturnType<typeof container> | undefined, started: boolean): boolean =>
    podStatus({
      spec: withInits,
      view: { sandboxReady: true, ip: '10.0.0.2', containers: [undefined], initContainers: [init, sidecar] },
      reasons: new Map(),
      probed: () => ({ started, ready: started }),
      previous: previous(),
      terminal: false,
      deleted: false,
      now: 9 as Instant,
      minor: 34,
      hostIP: '192.168.0.1',
    }).initialized
  expect(initialized(container(true), undefined, true)).toBe(false)
  expect(initialized(container(false, 1), undefined, true)).toBe(false)
  expect(initialized(container(false), undefined, true)).toBe(false)
  expect(initialized(container(false), container(true), false)).toBe(false)
  expect(initialized(container(false), container(true), true)).toBe(true)
})
