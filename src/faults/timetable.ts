import type { PodId } from '../cluster/objects.ts'
import type { Occurrence } from '../cluster/observers.ts'
import type { TruthListener } from '../cluster/truth.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import type { Instant } from '../kernel/time.ts'
import type { FaultSpec, Who } from '../scenario/scenario.ts'
import type { Fault, Target } from './fault.ts'
import { candidates, pick, targetsOfPod } from './who.ts'

/** One firing that has not ended: what its end must undo. */
interface Active {
  readonly occurrence: Occurrence
  readonly fault: number
  readonly targets: readonly Target[]
}

/** One entity with a hazard of its own (`per: target`). */
interface Hazard {
  readonly fault: number
  readonly target: Target
  fired: number
}

interface Timetable {
  /** The faults of the scenario, in order, with their code. */
  readonly faults: readonly { readonly spec: FaultSpec; readonly fault: Fault }[]
  readonly firings: number[]
  readonly occurrences: (Active | undefined)[]
  readonly hazards: Hazard[]
  /** Entities that age: fault index and key. */
  readonly aging: Set<string>
  /** Occurrences whose end waits for a machine to be down. */
  readonly waiting: Set<number>
}

const timetable = stateKey<Timetable>('faults')

/** Schedules every fault of the scenario before its horizon; `faults` is the list of all there are. */
export function scheduleFaults(run: Run, faults: readonly Fault[]): void {
  const specs = run.world.scenario.faults
  const known = new Map(faults.map((fault) => [fault.name, fault]))
  setState(run.world, timetable, {
    faults: specs.map((spec) => ({ spec, fault: known.get(spec.fault) as Fault })),
    firings: specs.map(() => 0),
    occurrences: [],
    hazards: [],
    aging: new Set<string>(),
    waiting: new Set<number>(),
  })
  for (const [index, spec] of specs.entries()) scheduleFault(run, index, spec)
  run.world.truth.listeners.push({ ...DEAF, down: endWaiting })
}

const nothing = (): void => {}
const DEAF: TruthListener = { down: nothing, up: nothing, runtime: nothing }

/** A machine is down: ends that waited for it follow. */
function endWaiting(run: Run): void {
  const { waiting } = stateOf(run.world, timetable)
  for (const id of waiting) run.after(1, FaultEnds, id)
  waiting.clear()
}

function scheduleFault(run: Run, index: number, spec: FaultSpec): void {
  const { when } = spec
  if ('at' in when) run.at(when.at, FaultFires, index)
  else if ('trace' in when) for (const [row, { at }] of when.trace.entries()) run.at(at, FaultFires, index, row + 1)
  else if (when.per === 'target') run.at(when.from, HazardsBegin, index)
  else scheduleNext(run, index, when.from)
}

function scheduleNext(run: Run, index: number, from: Instant): void {
  const { faults, firings } = stateOf(run.world, timetable)
  const { spec } = faults[index] as Timetable['faults'][number]
  if (!('every' in spec.when)) return
  const fired = firings[index] as number
  if (spec.when.count !== undefined && fired >= spec.when.count) return
  const gap = Math.max(1, run.random.duration(spec.when.every, 'fault-gap', spec.name, fired))
  if (from + gap < run.world.scenario.horizon) run.at((from + gap) as Instant, FaultFires, index)
}

/** A fault fires by its timetable; detail = the row of its trace (from 1), 0 without one. */
export const FaultFires: Kind = {
  name: 'fault/fires',
  on(run, index, row) {
    const { faults } = stateOf(run.world, timetable)
    const { spec, fault } = faults[index] as Timetable['faults'][number]
    const traced = row > 0 && 'trace' in spec.when ? spec.when.trace[row - 1] : undefined
    const who: Who = traced?.target === undefined ? spec.who : { target: { nodes: [traced.target] } }
    const number = (stateOf(run.world, timetable).firings[index] as number) + 1
    const found = victimsOf(run, who, spec, fault)
    const targets = pick(run, found, who, `${spec.name}/${number}`)
    fire(run, index, targets, traced?.for)
    scheduleNext(run, index, run.now)
  },
}

const victimsOf = (run: Run, who: Who, { parameters }: FaultSpec, fault: Fault): Target[] =>
  fault.candidates?.(run, who, parameters) ?? candidates(run, who, fault.victim)

/** Hits `targets`: one occurrence, however many they are. */
function fire(run: Run, index: number, targets: readonly Target[], lasts?: number): void {
  const { faults, firings, occurrences } = stateOf(run.world, timetable)
  const { spec, fault } = faults[index] as Timetable['faults'][number]
  const number = (firings[index] as number) + 1
  firings[index] = number
  if (targets.length === 0) {
    run.world.observers.remark(run, `${spec.name} fired at ${run.now / 1e6} s and found nothing to hit`)
  }
  const entity = `${spec.name}/${number}`
  const lasting = fault.lasts?.(spec.parameters) ?? fault.lasting
  const occurrence: Occurrence = {
    id: occurrences.length,
    fault: spec.name,
    faultKind: spec.fault,
    number,
    time: run.now,
    targets: targets.map(({ name }) => name),
    machines: targets.filter(({ machine, pod }) => machine >= 0 && pod < 0).map(({ machine }) => machine),
    pods: targets.filter(({ pod }) => pod >= 0).map(({ pod }) => pod),
    everywhere: fault.victim === 'component' || fault.victim === 'cluster',
    lasting,
    deletes: fault.deletes === true,
    strikesLater: fault.strikesLater?.(spec.parameters) === true,
  }
  occurrences.push({ occurrence, fault: index, targets })
  run.world.observers.fault(run, occurrence, 'begin')
  for (const target of targets) fault.begin(run, target, spec.parameters, entity)
  if (!lasting) return
  const duration = lasts ?? (spec.for === undefined ? fault.shortest : run.random.duration(spec.for, 'fault-for', entity))
  if (duration !== undefined) run.after(Math.max(1, duration), FaultEnds, occurrence.id)
}

/** An occurrence ends: what begin did is undone, once it has been done. */
export const FaultEnds: Kind = {
  name: 'fault/ends',
  on(run, id) {
    const { faults, occurrences, waiting } = stateOf(run.world, timetable)
    const active = occurrences[id]
    if (active === undefined) return
    const { spec, fault } = faults[active.fault] as Timetable['faults'][number]
    if (active.targets.some((target) => fault.pending?.(run, target))) {
      waiting.add(id)
      return
    }
    occurrences[id] = undefined
    run.world.observers.fault(run, active.occurrence, 'end')
    for (const target of active.targets) fault.end?.(run, target, spec.parameters)
  },
}

/** Each matching entity begins to age: a hazard per entity, so the rate of faults grows with their number as it does in life. */
export const HazardsBegin: Kind = {
  name: 'fault/hazards-begin',
  on(run, index) {
    const { faults } = stateOf(run.world, timetable)
    const { spec, fault } = faults[index] as Timetable['faults'][number]
    for (const target of victimsOf(run, spec.who, spec, fault)) startAging(run, index, target)
    if (fault.victim === 'pod' || fault.victim === 'container') follow(run, index)
  },
}

/** Pods and containers that start later age from their start. */
function follow(run: Run, index: number): void {
  run.world.truth.listeners.push({
    ...DEAF,
    started: (at, pod, name) => begins(at, index, pod, name),
  })
}

function begins(run: Run, index: number, pod: PodId, container: string): void {
  const { faults, aging } = stateOf(run.world, timetable)
  const { spec, fault } = faults[index] as Timetable['faults'][number]
  for (const target of targetsOfPod(run, spec.who, fault.victim, pod)) {
    if (target.container !== '' && target.container !== container) continue
    if (!aging.has(`${index}|${target.key}`)) startAging(run, index, target)
  }
}

function startAging(run: Run, index: number, target: Target): void {
  const { hazards, aging } = stateOf(run.world, timetable)
  aging.add(`${index}|${target.key}`)
  hazards.push({ fault: index, target, fired: 0 })
  age(run, hazards.length - 1)
}

function age(run: Run, id: number): void {
  const { faults, hazards } = stateOf(run.world, timetable)
  const hazard = hazards[id] as Hazard
  const { spec } = faults[hazard.fault] as Timetable['faults'][number]
  if (!('every' in spec.when)) return
  const gap = run.random.duration(spec.when.every, 'fault-gap', `${spec.name}|${hazard.target.key}`, hazard.fired++)
  if (run.now + gap < run.world.scenario.horizon) run.after(Math.max(1, gap), HazardFires, id)
}

/** The hazard of one entity strikes; it strikes nothing when the entity is gone for good. */
export const HazardFires: Kind = {
  name: 'fault/hazard-fires',
  on(run, id) {
    const { hazards } = stateOf(run.world, timetable)
    const { fault, target } = hazards[id] as Hazard
    if (target.pod >= 0 && run.world.store.pods.get(target.pod) === undefined) return
    fire(run, fault, [target])
    age(run, id)
  },
}
