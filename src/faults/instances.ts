import type { Instance, Program } from '../cluster/control-plane.ts'
import { type PodId, UNBOUND } from '../cluster/objects.ts'
import type { Run } from '../cluster/world.ts'
import { leads } from '../control/leader-election/state.ts'
import type { Who } from '../scenario/scenario.ts'
import type { Target } from './fault.ts'
import { machinesOf } from './who.ts'

/** Which processes of a program a fault means: each, or by what they are at the moment it fires. */
export type Role = 'any' | 'leader' | 'follower'

/** The processes of a program on the machines that `who` names, in order of machine; `{ all: true }` means the whole control plane. */
export function instanceTargets(run: Run, who: Who, program: Program, role: Role): Target[] {
  const everywhere = 'all' in who.target
  const machines = new Set(everywhere ? [] : machinesOf(run, who))
  return run.world.controlPlane
    .of(program)
    .filter((instance) => everywhere || machines.has(instance.machine))
    .filter((instance) => role === 'any' || leads(run, instance) === (role === 'leader'))
    .map(({ name }) => ({ name, key: `component/${name}`, machine: UNBOUND, pod: -1 as PodId, container: '' }))
}

/** A program as a whole, wherever it runs. */
export const wholeTarget = (program: string): Target => ({
  name: program,
  key: `component/${program}`,
  machine: UNBOUND,
  pod: -1 as PodId,
  container: '',
})

/** The process that is a victim. */
export const instanceOf = (run: Run, { name }: Target): Instance => run.world.controlPlane.named(name) as Instance
