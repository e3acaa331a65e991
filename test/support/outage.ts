import { admitPod } from '../../src/cluster/admission.ts'
import type { Component } from '../../src/cluster/component.ts'
import { nodeDraft, podDraft } from '../../src/cluster/drafts.ts'
import type { MachineId, Node, Pod, PodId } from '../../src/cluster/objects.ts'
import type { World } from '../../src/cluster/world.ts'
import { nodeLifecycle } from '../../src/control/node-lifecycle.ts'
import { taintEviction } from '../../src/control/taint-eviction.ts'
import type { Elision } from '../../src/kernel/loop.ts'
import type { EventKind, Simulation } from '../../src/kernel/simulation.ts'
import type { Instant } from '../../src/kernel/time.ts'
import type { PodSpec } from '../../src/scenario/specs.ts'
import { machineSpec, podTemplate, startAll, type TestScenario, testRun } from './world.ts'

/** What the control plane wrote, in seconds; absent: never. */
export interface Story {
  /** By name of the Node: the first time each thing was written, and the last for NoExecute. */
  readonly unknown: Map<string, number>
  readonly ready: Map<string, number>
  readonly noSchedule: Map<string, number>
  readonly noExecute: Map<string, number>
  readonly noExecuteOff: Map<string, number>
  /** By key of the Pod. */
  readonly notReady: Map<string, number>
  readonly deleted: Map<string, number>
  readonly gone: Map<string, number>
  /** Every write and notice, one line each. */
  readonly lines: string[]
}

export interface Outage extends TestScenario {
  readonly components?: readonly Component[]
  readonly replication?: number
  readonly elision?: Elision
  /** Nodes by zone; their names are `<zone><i>`. */
  readonly zones: Readonly<Record<string, number>>
  /** Pods on each Node. */
  readonly pods?: number
  readonly podSpec?: Partial<PodSpec>
}

const seconds = (time: number): number => time / 1e6

/** A cluster of stopped-kubelet doubles: Nodes with Pods on them and no kubelets but their heartbeats. */
export function outage(options: Outage): { run: Simulation<World>; story: Story } {
  const machines = Object.entries(options.zones).flatMap(([zone, count]) =>
    Array.from({ length: count }, (_, i) => machineSpec(`${zone}${i}`, { zone: zone.startsWith('x') ? '' : zone })),
  )
  const run = testRun({ components: [nodeLifecycle, taintEviction], machines, ...options })
  const template = podTemplate({ app: 'web' }, options.podSpec ?? {})
  for (const { id, spec } of run.world.truth.machines) {
    for (let i = 0; i < (options.pods ?? 0); i++) {
      const name = `${spec.name}-${i}`
      const draft = admitPod(run, podDraft(name, 'default', `pod/default/${name}`, template, null))
      run.world.store.create(run, 'Pod', { ...draft, node: id, ready: true, phase: 'Running' })
    }
  }
  const story = tell(run)
  startAll(run)
  for (const { id } of run.world.truth.machines) run.world.heartbeats.start(run, id, run.now)
  return { run, story }
}

function tell(run: Simulation<World>): Story {
  const names = ['unknown', 'ready', 'noSchedule', 'noExecute', 'noExecuteOff', 'notReady', 'deleted', 'gone'] as const
  const maps = Object.fromEntries(names.map((name) => [name, new Map<string, number>()])) as unknown as Omit<Story, 'lines'>
  const story: Story = { ...maps, lines: [] }
  const first = (map: Map<string, number>, key: string, when: number): void => void (map.has(key) || map.set(key, when))
  const has = (node: Node | undefined, effect: string): boolean =>
    node?.taints.some((taint) => taint.effect === effect && /unreachable|not-ready/.test(taint.key)) === true
  run.world.observers.add({
    changed(at, { before, after }) {
      const now = seconds(at.now)
      story.lines.push(`${now} ${(after ?? before)?.key} ${describe(after as Described)}`)
      if ((after ?? before)?.kind === 'Node') {
        const [was, is] = [before as Node | undefined, after as Node | undefined]
        const name = (is ?? was)?.name as string
        if (is?.ready === 'Unknown' && was?.ready !== 'Unknown') first(story.unknown, name, now)
        if (is?.ready === 'True' && was?.ready !== 'True') first(story.ready, name, now)
        if (has(is, 'NoSchedule') && !has(was, 'NoSchedule')) first(story.noSchedule, name, now)
        if (has(is, 'NoExecute') && !has(was, 'NoExecute')) first(story.noExecute, name, now)
        if (has(was, 'NoExecute') && !has(is, 'NoExecute')) first(story.noExecuteOff, name, now)
      } else {
        const [was, is] = [before as Pod | undefined, after as Pod | undefined]
        const key = (is ?? was)?.key as string
        if (was?.ready === true && is?.ready === false) first(story.notReady, key, now)
        if (is !== undefined && is.deletionTimestamp !== null) first(story.deleted, key, now)
        if (is === undefined) first(story.gone, key, now)
      }
    },
    notice: (at, source, object, reason) => story.lines.push(`${seconds(at.now)} ${source} ${object} ${reason}`),
  })
  return story
}

type Described = Partial<Pick<Pod, 'phase' | 'deletionTimestamp'> & Pick<Node, 'ready' | 'taints'>> | undefined

const describe = (object: Described): string =>
  object === undefined
    ? 'gone'
    : `${object.ready} ${object.phase ?? ''} ${object.deletionTimestamp ?? ''} ${(object.taints ?? []).map(({ key, effect }) => `${key}:${effect}`).join()}`

type Act = (run: Simulation<World>) => void

/** Does something at a time [s] of the run. */
export function at(run: Simulation<World>, time: number, act: Act): void {
  const kind: EventKind<World> = { name: 'test/act', on: (window) => act(window as Simulation<World>) }
  run.at(Math.round(time * 1e6) as Instant, kind, 0)
}

/** Handles every event up to a time [s]. */
export function until(run: Simulation<World>, time: number): void {
  expectHorizon(run.runUntil(Math.round(time * 1e6) as Instant, 5e6))
}

function expectHorizon(ending: string): void {
  if (ending !== 'horizon') throw new Error(`the run ended by ${ending}`)
}

export const named = (run: Simulation<World>, name: string): MachineId => run.world.truth.machineNamed(name) as MachineId

/** The kubelets of these machines stop at a time [s]. */
export function crash(run: Simulation<World>, time: number, names: readonly string[]): void {
  at(run, time, (now) => {
    for (const name of names) now.world.heartbeats.stop(now, named(now, name))
  })
}

/** The kubelets of these machines run again at a time [s], register if need be, and report Ready. */
export function comeBack(run: Simulation<World>, time: number, names: readonly string[]): void {
  at(run, time, (now) => {
    for (const name of names) {
      now.world.heartbeats.start(now, named(now, name), now.now)
      const { tables } = now.world.store
      const node = tables.Node.get(named(now, name))
      if (node === undefined)
        now.world.store.create(now, 'Node', nodeDraft(named(now, name), now.world.truth.machine(named(now, name)).spec, ''))
      else now.world.store.update(now, node, { ready: 'True', readyTransition: now.now })
    }
  })
}

export const nodeOf = (run: Simulation<World>, name: string): Node => run.world.store.tables.Node.get(named(run, name)) as Node
export const podOf = (run: Simulation<World>, id: number): Pod | undefined => run.world.store.pods.get(id as PodId)
