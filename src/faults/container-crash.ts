import { z } from 'zod'
import type { PodId } from '../cluster/objects.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import type { Distribution } from '../kernel/distribution.ts'
import type { Fault, Target } from './fault.ts'

interface Parameters {
  readonly 'exit-code': number
  /** Absent: one crash. Given: every later start crashes again, this long after it [µs]. */
  readonly after?: Distribution | undefined
}

/** A container that crashes again after every start, while faults say so. */
interface Crashing {
  readonly target: Target
  readonly parameters: Parameters
  readonly entity: string
  faults: number
  starts: number
}

interface State {
  readonly rows: Crashing[]
  /** Rows by Pod and container. */
  readonly byName: Map<string, number>
}

const crashing = stateKey<State>('container-crash')

/** A container's process ends with an exit code: once, again and again, or (with `per: target`) as a hazard rate per container. */
export const containerCrash: Fault<Parameters> = {
  name: 'container-crash',
  doc: 'The process of a container exits: once, or with `after` again that long after each start until the fault ends; restarts back off.',
  victim: 'container',
  lasting: true,
  parameters: (read) =>
    z.strictObject({
      'exit-code': z.int().min(0).max(255).default(1).meta({ description: 'Exit code of the process.' }),
      after: read.durations.optional().meta({ description: 'Crash again this long after each start, until the fault ends.' }),
    }),
  lasts: ({ after }) => after !== undefined,
  begin(run, target, parameters, entity) {
    if (parameters.after !== undefined) keepCrashing(run, target, parameters, entity)
    crash(run, target, parameters['exit-code'])
  },
  end(run, target) {
    const { rows, byName } = stateOf(run.world, crashing)
    const row = rows[byName.get(nameOf(target.pod, target.container)) ?? -1]
    if (row !== undefined) row.faults--
  },
}

const nameOf = (pod: PodId, container: string): string => `${pod}/${container}`

const crash = (run: Run, target: Target, exitCode: number): void =>
  exitContainer(run, target, exitCode, exitCode === 0 ? 'Completed' : 'Error')

/** The process of a container ends with this code, for this reason, if it runs. */
export function exitContainer(run: Run, target: Target, exitCode: number, reason: string): void {
  const { store, truth } = run.world
  const sandbox = truth.sandbox(target.pod)
  const spec = store.pods.get(target.pod)?.spec
  const indexIn = (list: 'containers' | 'initContainers'): number => spec?.[list].findIndex(({ name }) => name === target.container) ?? -1
  const container = sandbox?.containers[indexIn('containers')] ?? sandbox?.initContainers[indexIn('initContainers')]
  if (sandbox === undefined || container === undefined || container.state !== 'running') return
  truth.exitContainer(run, sandbox, container, target.container, exitCode, reason)
}

function keepCrashing(run: Run, target: Target, parameters: Parameters, entity: string): void {
  if (!run.world.states.has(crashing.name)) watchStarts(run)
  const { rows, byName } = stateOf(run.world, crashing)
  const name = nameOf(target.pod, target.container)
  const index = byName.get(name) ?? rows.length
  const known = rows[index]
  byName.set(name, index)
  rows[index] = { target, parameters, entity, faults: (known?.faults ?? 0) + 1, starts: known?.starts ?? 0 }
}

function watchStarts(run: Run): void {
  setState(run.world, crashing, { rows: [], byName: new Map() })
  const nothing = (): void => {}
  run.world.truth.listeners.push({ down: nothing, up: nothing, runtime: nothing, started: scheduleCrash })
}

function scheduleCrash(run: Run, pod: PodId, container: string): void {
  const { rows, byName } = stateOf(run.world, crashing)
  const index = byName.get(nameOf(pod, container))
  const row = index === undefined ? undefined : rows[index]
  if (index === undefined || row === undefined || row.faults === 0 || row.parameters.after === undefined) return
  row.starts++
  const delay = run.random.duration(row.parameters.after, 'crash-after', `${row.entity}|${row.target.key}`, row.starts)
  run.after(Math.max(1, delay), ContainerCrashes, index, row.starts)
}

/** A container crashes some time after its start, unless the fault has ended or it has been started again since; detail = which start. */
export const ContainerCrashes: Kind = {
  name: 'container-crash/crashes',
  on(run, index, start) {
    const row = stateOf(run.world, crashing).rows[index] as Crashing
    if (row.faults > 0 && row.starts === start) crash(run, row.target, row.parameters['exit-code'])
  },
}
