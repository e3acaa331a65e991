import { z } from 'zod'
import { ApplicationReady } from '../cluster/application-ready.ts'
import type { PodId } from '../cluster/objects.ts'
import type { Container, Sandbox } from '../cluster/truth.ts'
import { type Run, setState, stateKey, stateOf, type World } from '../cluster/world.ts'
import type { Distribution } from '../kernel/distribution.ts'
import type { Instant } from '../kernel/time.ts'
import type { Fault, Target } from './fault.ts'

interface Parameters {
  /** Absent: what runs is not ready while the fault lasts. */
  readonly delay?: Distribution | undefined
}

/** A delay of what starts in a workload, while faults say so. */
interface Delay {
  readonly delay: Distribution
  readonly entity: string
  /** One for each target of one firing. */
  faults: number
}

interface State {
  /** Faults that keep a container of a Pod from being ready, by Pod and container. */
  readonly blocks: Map<string, number>
  /** Delays by workload and container. */
  readonly delays: Map<string, Delay[]>
}

const slow = stateKey<State>('readiness-slow')

const nameOf = (pod: PodId, container: string): string => `${pod}/${container}`
const placeOf = (world: World, pod: PodId, container: string): string => `${world.workloads.of(pod)}|${container}`

function stateIn(run: Run): State {
  const { world } = run
  if (!world.states.has(slow.name)) {
    setState(world, slow, { blocks: new Map(), delays: new Map() })
    const nothing = (): void => {}
    world.truth.listeners.push({ down: nothing, up: nothing, runtime: nothing, started })
  }
  return stateOf(world, slow)
}

function containerOf(sandbox: Sandbox | undefined, name: string): Container | undefined {
  return sandbox?.containers.find((container) => container?.name === name)
}

/** A container starts: it is as unready as the one before, and its application takes as much longer as delays say. */
function started(run: Run, pod: PodId, name: string): void {
  const { blocks, delays } = stateOf(run.world, slow)
  const container = containerOf(run.world.truth.sandbox(pod), name)
  if (container === undefined || container.startedAt !== run.now) return
  container.blocked = blocks.get(nameOf(pod, name)) ?? 0
  for (const { delay, entity } of delays.get(placeOf(run.world, pod, name)) ?? []) {
    const key = run.world.truth.sandbox(pod)?.key
    const time = run.random.duration(delay, 'readiness-delay', `${entity}|${key}/${name}`, container.attempt)
    container.readyAt = (container.readyAt + Math.max(1, time)) as Instant
    if (Number.isFinite(container.readyAt)) run.at(container.readyAt, ApplicationReady, pod)
  }
}

function block(run: Run, { pod, container: name }: Target, by: 1 | -1): void {
  const { blocks } = stateIn(run)
  const { truth } = run.world
  const count = (blocks.get(nameOf(pod, name)) ?? 0) + by
  blocks.set(nameOf(pod, name), count)
  const sandbox = truth.sandbox(pod)
  const container = containerOf(sandbox, name)
  if (sandbox === undefined || container === undefined) return
  container.blocked = count
  truth.settle(run, sandbox)
  truth.changed(run, sandbox)
}

function delayStarts(run: Run, { pod, container }: Target, delay: Distribution, entity: string): void {
  const { delays } = stateIn(run)
  const place = placeOf(run.world, pod, container)
  const known = delays.get(place) ?? []
  const same = known.find((each) => each.entity === entity)
  if (same === undefined) known.push({ delay, entity, faults: 1 })
  else same.faults++
  delays.set(place, known)
}

function endDelay(run: Run, { pod, container }: Target, delay: Distribution): void {
  const known = stateIn(run).delays.get(placeOf(run.world, pod, container)) ?? []
  const index = known.findIndex((each) => each.delay === delay)
  const found = known[index]
  if (found === undefined) return
  found.faults--
  if (found.faults === 0) known.splice(index, 1)
}

/** Applications are not ready, or not ready for longer than usual: readiness probes fail, liveness probes do not. */
export const readinessSlow: Fault<Parameters> = {
  name: 'readiness-slow',
  doc: 'Applications pass no readiness probe while it lasts, liveness probes they do. With `delay` they go on, and whatever starts meanwhile in the workloads of the targets is ready that much later.',
  victim: 'container',
  lasting: true,
  parameters: (read) =>
    z.strictObject({
      delay: read.durations.optional().meta({ description: 'Only what starts meanwhile is hit: its application is ready so much later.' }),
    }),
  begin(run, target, { delay }, entity) {
    if (delay === undefined) block(run, target, 1)
    else delayStarts(run, target, delay, entity)
  },
  end(run, target, { delay }) {
    if (delay === undefined) block(run, target, -1)
    else endDelay(run, target, delay)
  },
}
