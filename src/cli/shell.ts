import type { Placement } from '../control/scheduler.ts'
import type { Observer, Tracer } from '../kernel/simulation.ts'
import type { Instant } from '../kernel/time.ts'
import type { Inspection } from '../measure/inspection.ts'
import type { ReplicationResult } from '../measure/record.ts'
import type { Paint } from '../report/text.ts'
import type { Problem } from '../scenario/problem.ts'
import type { Scenario } from '../scenario/scenario.ts'
import type { Source } from '../scenario/sources.ts'
import type { Vocabulary } from '../scenario/vocabulary.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import type { Overrides } from '../study/scenario-inputs.ts'

/** A scenario, or everything that is wrong with it. */
export type ReadOutcome =
  | { readonly ok: true; readonly scenario: Scenario; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Sees and traces a replication; never changes it. */
export interface Watching {
  readonly observe?: Observer<never>
  readonly tracer?: Tracer
}

/** The model as commands use it; loaded only by those that need it. */
export interface Model {
  readonly vocabulary: Vocabulary
  read(source: Source, overrides: Overrides): ReadOutcome
  simulate(scenario: Scenario, replication: number, options: ReplicationOptions & Watching): ReplicationResult
  /** The Pods on their Nodes at t = 0, to ask what fits after a loss. */
  place(scenario: Scenario): Placement
  /** The world at an instant of a replication. */
  inspect(scenario: Scenario, replication: number, at: Instant): Inspection
  /** JSON Schema of scenario files. */
  jsonSchema(): unknown
}

/** All that a command has of the world around it; tests give it another. */
export interface Shell {
  /** Data, to stdout. */
  readonly out: (text: string) => void
  /** Diagnostics, to stderr. */
  readonly err: (text: string) => void
  /** Colours for stdout, and for stderr. */
  readonly paint: Paint
  readonly errPaint: Paint
  /** Whether stderr shows a moving bar. */
  readonly interactive: boolean
  readonly env: Readonly<Record<string, string | undefined>>
  /** Threads this machine runs at once. */
  readonly processors: number
  readonly v8: string
  readonly model: () => Promise<Model>
  readonly modelId: () => string
  /** The module that runs replications on other threads. */
  readonly worker: URL
  /** From now on the first Ctrl-C calls `stop` and the second ends the process; answers how to undo that. */
  readonly onInterrupt: (stop: () => void) => () => void
}
