import { OPERATOR } from '../cluster/build.ts'
import type { Client } from '../cluster/client.ts'
import type { ApiObject, KindName } from '../cluster/objects.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import type { Instant } from '../kernel/time.ts'
import type { OperationSpec } from '../scenario/scenario.ts'
import type { Operation } from './operation.ts'

interface Timetable {
  readonly operations: readonly { readonly spec: OperationSpec; readonly operation: Operation }[]
  readonly sent: number[]
}

const timetable = stateKey<Timetable>('operations')

/** Schedules every operation of the scenario before its horizon; `operations` is the list of all there are. */
export function scheduleOperations(run: Run, operations: readonly Operation[]): void {
  const specs = run.world.scenario.operations
  const known = new Map(operations.map((operation) => [operation.name, operation]))
  setState(run.world, timetable, {
    operations: specs.map((spec) => ({ spec, operation: known.get(spec.do) as Operation })),
    sent: specs.map(() => 0),
  })
  for (const [index, spec] of specs.entries()) {
    const { when } = spec
    if ('at' in when) run.at(when.at, OperationDue, index)
    else if ('trace' in when) for (const { at } of when.trace) run.at(at, OperationDue, index)
    else scheduleNext(run, index, spec, when.from)
  }
}

function scheduleNext(run: Run, index: number, { when, do: name }: OperationSpec, from: Instant): void {
  if (!('every' in when)) return
  const { sent } = stateOf(run.world, timetable)
  const count = sent[index] as number
  if (when.count !== undefined && count >= when.count) return
  const gap = Math.max(1, run.random.duration(when.every, 'operation-gap', `${name}/${index}`, count))
  if (from + gap < run.world.scenario.horizon) run.at((from + gap) as Instant, OperationDue, index)
}

/** An operation is due: the operator sends it. */
export const OperationDue: Kind = {
  name: 'operation/due',
  on(run, index) {
    const { operations, sent } = stateOf(run.world, timetable)
    const { spec, operation } = operations[index] as Timetable['operations'][number]
    sent[index] = (sent[index] as number) + 1
    scheduleNext(run, index, spec, run.now)
    const object = operation.of.length === 0 ? null : find(run, spec.of)
    if (object === undefined) {
      run.world.observers.remark(run, `${spec.do} at ${run.now / 1e6} s: there is no ${spec.of}`)
      return
    }
    run.world.observers.operation(run, spec.do, spec.of)
    operation.send(run, operator(run), object, spec.parameters)
  },
}

/** The operator's client: a person at kubectl, never limited. */
export function operator(run: Run): Client {
  return run.world.processes.find(({ name }) => name === OPERATOR)?.clients.get(OPERATOR) as Client
}

/** `deployment/default/web` or `node/worker-1` → the newest version of that object. */
function find(run: Run, of: string): ApiObject | undefined {
  const [kind, ...path] = of.split('/')
  const { tables } = run.world.store
  const name = (Object.keys(tables) as KindName[]).find((each) => each.toLowerCase() === kind)
  if (name === undefined) return undefined
  return path.length === 1 ? tables[name].find('', path[0] as string) : tables[name].find(path[0] as string, path[1] as string)
}
