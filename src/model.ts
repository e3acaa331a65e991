import { applyWorkloads, createWorkloads, createWorld, populate } from './cluster/build.ts'
import { startProcess } from './cluster/processes.ts'
import type { World } from './cluster/world.ts'
import { apiServer } from './control/api-server.ts'
import { converge, convergedPlacement, convergeGiven } from './control/converged.ts'
import { components } from './control/index.ts'
import { beginElections, leaderElection } from './control/leader-election.ts'
import type { Placement } from './control/scheduler.ts'
import { faults } from './faults/index.ts'
import { scheduleFaults } from './faults/timetable.ts'
import { distributions } from './kernel/distributions/index.ts'
import { Fingerprint } from './kernel/fingerprint.ts'
import type { Elision } from './kernel/loop.ts'
import type { EventQueue } from './kernel/queue.ts'
import { type QueueName, queues } from './kernel/queues.ts'
import { Random } from './kernel/random.ts'
import { type EventKind, type Observer, Simulation, type Tracer } from './kernel/simulation.ts'
import type { Instant } from './kernel/time.ts'
import { inspectWorld } from './measure/inspect.ts'
import type { Inspection } from './measure/inspection.ts'
import { measures } from './measure/measures/index.ts'
import type { Recording, ReplicationResult } from './measure/record.ts'
import { Recorder } from './measure/recorder.ts'
import { operations } from './operations/index.ts'
import { scheduleOperations } from './operations/timetable.ts'
import type { Scenario } from './scenario/scenario.ts'
import type { Vocabulary } from './scenario/vocabulary.ts'

export { BrokenInvariant } from './measure/invariants.ts'

/** Every word a scenario may use. */
export const vocabulary: Vocabulary = {
  components: [apiServer, leaderElection, ...components],
  faults,
  operations,
  measures,
  distributions,
}

/** Makes an empty event queue. */
export type NewQueue = () => EventQueue<EventKind<World, never>>

/** How to run one replication, and who looks on. */
export interface SimulateOptions {
  readonly recording: Recording
  /** Which event queue, by name or as a maker of empty ones, and whether idle loops are events: neither changes what is answered. */
  readonly queue: QueueName | NewQueue
  readonly elision: Elision
  /** Events after which the run gives up, with a remark. */
  readonly eventLimit: number
  /** Stop here instead of at the horizon. */
  readonly until?: Instant
  readonly tracer?: Tracer
  /** Sees every event; never changes the run. */
  readonly observe?: Observer<World>
}

/** Runs one replication to the horizon (or `until`). Pure: equal arguments give equal results. Throws BrokenInvariant. */
export function simulate(scenario: Scenario, replication: number, options: SimulateOptions): ReplicationResult {
  const { run, recorder, fingerprint } = begin(scenario, replication, options)
  const ending = run.runUntil(options.until ?? scenario.horizon, options.eventLimit)
  if (ending === 'event limit')
    run.world.observers.remark(run, `stopped at ${run.now / 1e6} s: the limit of ${options.eventLimit} events was reached`)
  return { replication, ...recorder.result(run), handled: run.handled, fingerprint: fingerprint.hex }
}

/** What the API would answer at one instant of one replication, with the truth beside it. */
export function inspect(scenario: Scenario, replication: number, at: Instant, eventLimit = Number.POSITIVE_INFINITY): Inspection {
  const recording = { timeline: false, events: false }
  const { run } = begin(scenario, replication, { recording, queue: 'columns', elision: 'elided', eventLimit })
  run.runUntil(at, eventLimit)
  return inspectWorld(run)
}

/** The Pods of the scenario on its Nodes at t = 0, to ask what fits after a loss: nothing runs and no time passes. Ties fall as in replication 1. */
export function place(scenario: Scenario): Placement {
  const world = createWorld(scenario, components, 'elided')
  const run = new Simulation(world, new Random(scenario.seed, 1), queues.columns())
  populate(run)
  createWorkloads(run)
  return convergedPlacement(run)
}

function begin(scenario: Scenario, replication: number, options: SimulateOptions) {
  const world = createWorld(scenario, components, options.elision)
  const random = new Random(scenario.seed, replication)
  const fingerprint = new Fingerprint<World>()
  const newQueue: NewQueue = typeof options.queue === 'string' ? queues[options.queue] : options.queue
  const run = new Simulation(world, random, newQueue(), both(fingerprint.observe, options.observe), options.tracer)
  const recorder = new Recorder(world, options.recording, measures)
  populate(run)
  if (scenario.initial !== 'empty') createWorkloads(run)
  if (scenario.initial === 'converged') converge(run)
  if (scenario.initial === 'given') convergeGiven(run)
  recorder.begin(run)
  beginElections(run)
  for (const process of world.processes) if (!process.up) startProcess(run, process)
  if (scenario.initial === 'empty') applyWorkloads(run)
  scheduleFaults(run, faults)
  scheduleOperations(run, operations)
  return { run, recorder, fingerprint }
}

function both<W>(first: Observer<W>, second: Observer<W> | undefined): Observer<W> {
  if (second === undefined) return first
  return (now, kind, subject, detail, sequence) => {
    first(now, kind, subject, detail, sequence)
    second(now, kind, subject, detail, sequence)
  }
}
