import { expect, test } from 'vitest'
import type { ContainerStatus, Pod } from '../../src/cluster/objects.ts'
import { restartsOf } from '../../src/measure/inspect.ts'
import { containerSpec, podSpec } from '../support/world.ts'

const status = (restartCount: number, fields: Partial<ContainerStatus> = {}): ContainerStatus => ({
  state: 'running',
  reason: '',
  exitCode: 0,
  startedAt: null,
  finishedAt: null,
  lastExitCode: null,
  ready: true,
  started: true,
  restartCount,
  ...fields,
})
const done = (restartCount: number) => status(restartCount, { state: 'terminated', started: false })
const failed = (restartCount: number) => status(restartCount, { state: 'terminated', exitCode: 1, started: false })
const spec = podSpec({
  initContainers: [containerSpec({ name: 'i' }), containerSpec({ name: 'proxy', restartPolicy: 'Always' }), containerSpec({ name: 'j' })],
})

/** pkg/printers/internalversion/printers_test.go:TestPrintPod and …TestPrintPodWithRestartableInitContainers. */
test.each([
  ['those of its containers and sidecars when it runs', true, [done(1), status(2), done(4)], [status(8)], 34, 10],
  ['those of its containers when it runs, before there were sidecars', true, [done(1), done(2), done(4)], [status(8)], 28, 8],
  ['those of its init containers so far while it initializes', false, [done(1), status(2), failed(4)], [status(0)], 34, 7],
  ['those up to the init container that runs', false, [failed(3), status(0), done(0)], [status(0)], 34, 3],
] as const)('RESTARTS of a Pod: %s', (_, initialized, initContainerStatuses, containerStatuses, minor, restarts) => {
  expect(restartsOf({ spec, initialized, initContainerStatuses, containerStatuses } as unknown as Pod, minor)).toBe(restarts)
})
