import type { World } from '../../src/cluster/world.ts'
import type { Simulation } from '../../src/kernel/simulation.ts'

/** A call that was refused. */
export interface Refused {
  /** Seconds. */
  readonly at: number
  readonly verb: 'create' | 'update' | 'delete'
}

/** Where the reply and its subject stand among the arguments of a call. */
const REPLY = { create: 4, update: 5, delete: 3 } as const

/**
 * From now on the API server answers calls with this verb by −`status`, 1 ms after they were made, as long as `when` says so; `when` sees the arguments. Tells what it has
 * refused.
 */
export function refuse(run: Simulation<World>, verb: Refused['verb'], status: number, when: (...args: unknown[]) => boolean): Refused[] {
  const refused: Refused[] = []
  const api = run.world.api as unknown as Record<string, (...args: unknown[]) => void>
  const passes = (api[verb] as (...args: unknown[]) => void).bind(api)
  api[verb] = (...args) => {
    if (!when(...args)) {
      passes(...args)
      return
    }
    refused.push({ at: run.now / 1e6, verb })
    const [reply, subject] = args.slice(REPLY[verb])
    if (reply !== null) run.after(1_000, reply as never, subject as never, -status)
  }
  return refused
}
