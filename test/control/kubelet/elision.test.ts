import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pod } from '../../../src/cluster/objects.ts'
import { startProcess, stopProcess } from '../../../src/cluster/processes.ts'
import type { Elision } from '../../../src/kernel/loop.ts'
import type { ProfileName } from '../../../src/scenario/profile.ts'
import { constant, containerSpec, machineSpec, processOf } from '../../support/world.ts'
import { bind, convergedRun, type KubeletRun, type Line, PROBE, runFor, terminate, timeline } from './support.ts'

type Act = (run: KubeletRun, pod: number) => void

const sandboxOf = (run: KubeletRun, pod: number) => run.world.truth.sandbox(pod as never)
const machineOf = (run: KubeletRun, pod: number) => (sandboxOf(run, pod)?.machine ?? 0) as never

/** What can happen to the Pod with this number, or to its machine. */
const ACTS: Readonly<Record<string, Act>> = {
  crash(run, pod) {
    const container = sandboxOf(run, pod)?.containers[0]
    if (container !== undefined) run.world.truth.exitContainer(run, sandboxOf(run, pod) as never, container, 'app', 1, 'Error')
  },
  hang(run, pod) {
    const container = sandboxOf(run, pod)?.containers[0]
    if (container !== undefined) run.world.truth.stopAnswering(run, sandboxOf(run, pod) as never, container)
  },
  pause(run, pod) {
    const sandbox = sandboxOf(run, pod)
    if (sandbox !== undefined) run.world.truth.killPause(run, sandbox)
  },
  reboot(run, pod) {
    run.world.truth.powerOff(run, machineOf(run, pod))
    run.world.truth.powerOn(run, machineOf(run, pod))
  },
  restart(run, pod) {
    const process = processOf(run, `kubelet/n${machineOf(run, pod)}`)
    if (!process.up) return
    stopProcess(run, process)
    startProcess(run, process)
  },
  meddle(run, pod) {
    const object = run.world.store.pods.get(pod)
    if (object !== undefined) run.world.store.update(run, object, { ready: false, readyTransition: run.now })
  },
  remove(run, pod) {
    const object = run.world.store.pods.get(pod)
    if (object !== undefined && object.deletionTimestamp === null) terminate(run, pod as never)
  },
  force(run, pod) {
    const object = run.world.store.pods.get(pod)
    if (object !== undefined) run.world.store.remove(run, object)
  },
  create(run, pod) {
    bind(run, { name: `new-${run.now}`, machine: pod % 2, spec: { containers: [containerSpec({ requests: {} })] } })
  },
}

type Story = readonly { readonly act: keyof typeof ACTS; readonly pod: number; readonly after: number }[]

function play(story: Story, profile: ProfileName, elision: Elision): { run: KubeletRun; lines: readonly Line[] } {
  const containers = [containerSpec({ requests: {}, readinessProbe: PROBE, livenessProbe: PROBE, startupProbe: PROBE })]
  const pods = Array.from({ length: 6 }, (_, i) => ({ name: `p${i}`, machine: i % 2, spec: i % 3 === 0 ? {} : { containers } }))
  const behaviour = [{ select: { workload: 'pod/default/p5' }, run: constant(20e6), exitCode: 1, ready: constant(3e6) }]
  const machines = [machineSpec('n0'), machineSpec('n1')]
  const run = convergedRun(pods, { machines, profile, elision, fields: { behaviour } })
  const lines = timeline(run)
  let now = 0
  for (const { act, pod, after } of story) {
    now += after / 1000
    runFor(run, now)
    ;(ACTS[act] as Act)(run, pod)
  }
  runFor(run, now + 700)
  return { run, lines }
}

const stories = fc.array(
  fc.record({
    act: fc.constantFrom(...Object.keys(ACTS)),
    pod: fc.integer({ min: 0, max: 6 }),
    after: fc.integer({ min: 1, max: 40_000 }),
  }),
  { minLength: 1, maxLength: 8 },
)
const profiles = fc.constantFrom<ProfileName>('1.20.2', '1.27', '1.34', '1.35', '1.36')
const numRuns = process.env.RECONVERGE_FULL === '1' ? 500 : 40

describe('whatever happens to machines and Pods', () => {
  test('the timeline is the same whether idle loops are events or not', () => {
    fc.assert(
      fc.property(stories, profiles, (story, profile) => {
        const { run, lines } = play(story, profile, 'elided')
        const all = play(story, profile, 'unelided')
        expect(all.lines).toEqual(lines)
        expect(all.run.handled).toBeGreaterThan(run.handled)
      }),
      { seed: 20, numRuns },
    )
  })

  test('in the end truth, API and addresses agree', () => {
    fc.assert(
      fc.property(stories, profiles, (story, profile) => {
        const { run } = play(story, profile, 'elided')
        const { store, truth } = run.world
        const alive = [...store.pods].filter(({ phase }) => phase !== 'Failed' && phase !== 'Succeeded')
        for (const pod of alive) expect(agreement(run, pod), `${pod.name} in ${profile}`).toEqual('agrees')
        const addresses = [...store.pods].flatMap(({ id }) => truth.sandbox(id as never)?.ip ?? [])
        expect(new Set(addresses).size).toBe(addresses.length)
        const sandboxes = truth.machines.flatMap(({ pods }) => [...pods])
        expect(sandboxes.filter((id) => store.pods.get(id) === undefined)).toEqual([])
      }),
      { seed: 21, numRuns },
    )
  })
})

/** Whether a Pod that is to run does so, and the API says what is; the one that crashes for ever may be in any state. */
function agreement(run: KubeletRun, pod: Pod): string {
  if (pod.deletionTimestamp !== null) return 'still terminating'
  const sandbox = run.world.truth.sandbox(pod.id as never)
  if (sandbox?.up !== true) return 'no sandbox'
  if (pod.podIP !== sandbox.ip) return 'another address'
  if (pod.name === 'p5') return 'agrees'
  const hangs = sandbox.containers.some((container) => container?.readyAt === Number.POSITIVE_INFINITY)
  const probed = pod.spec.containers.some(({ livenessProbe }) => livenessProbe !== undefined)
  if (hangs) return probed ? 'hangs unnoticed' : 'agrees'
  return pod.ready === sandbox.serves && pod.ready ? 'agrees' : `ready ${pod.ready}, serves ${sandbox.serves}`
}
