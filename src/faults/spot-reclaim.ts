import { z } from 'zod'
import type { MachineId } from '../cluster/objects.ts'
import { shutDown } from '../cluster/shutdown.ts'
import { type Kind, type Run, setState, stateKey, stateOf, type World } from '../cluster/world.ts'
import { type Duration, seconds } from '../kernel/time.ts'
import type { Fault } from './fault.ts'
import { type Graceful, gracefulField, isShuttingDown } from './graceful.ts'

/** From the notice to the end of a spot instance: EC2 Spot interruption notice 2 min; Google Cloud and Azure give 30 s. */
const NOTICE = seconds(120)

interface Parameters extends Graceful {
  readonly notice?: Duration | undefined
}

/** One notice: the machine is, or is to be, taken. */
interface Reclaim {
  readonly id: number
  taken: boolean
}

interface State {
  reclaims: number
  /** By machine, oldest first. */
  readonly pending: Map<MachineId, Reclaim[]>
}

const state = stateKey<State>('spot-reclaim')

function pendingOf(world: World, machine: MachineId): Reclaim[] {
  const { pending } = stateOf(world, state)
  const known = pending.get(machine) ?? []
  pending.set(machine, known)
  return known
}

/** The notice is over: the machine is taken, unless the notice was withdrawn. Detail: which notice. */
export const SpotTaken: Kind<MachineId> = {
  name: 'spot-reclaim/taken',
  on(run, machine, id) {
    const reclaim = pendingOf(run.world, machine).find((each) => each.id === id)
    if (reclaim === undefined) return
    reclaim.taken = true
    run.world.truth.terminate(run, machine)
  },
}

function begin(run: Run, machine: MachineId, notice: number): void {
  if (!run.world.states.has(state.name)) setState(run.world, state, { reclaims: 0, pending: new Map() })
  const id = stateOf(run.world, state).reclaims++
  pendingOf(run.world, machine).push({ id, taken: false })
  run.after(Math.max(1, notice), SpotTaken, machine, id)
}

/** The provider wants a spot instance back: notice, then the end of the machine. */
export const spotReclaim: Fault<Parameters> = {
  name: 'spot-reclaim',
  doc: 'The provider takes the machine back: a notice that nothing in Kubernetes reads, then terminated as by `vm-terminate`. `graceful`: the notice is an order to shut down, as at Google Cloud. `for` counts from the notice.',
  victim: 'machine',
  lasting: true,
  strikesLater: () => true,
  pending: isShuttingDown,
  parameters: ({ duration }) =>
    z.strictObject({
      graceful: gracefulField,
      notice: duration.optional().meta({ description: 'From the notice to the end of the machine; 2m when absent.' }),
    }) as never,
  begin(run, target, { notice, graceful }) {
    if (graceful === true) shutDown(run, target.machine, 'gone', notice ?? NOTICE)
    else begin(run, target.machine, notice ?? NOTICE)
  },
  end(run, target, { graceful }) {
    if (graceful === true) {
      run.world.truth.replace(run, target.machine)
      return
    }
    const reclaim = pendingOf(run.world, target.machine).shift()
    if (reclaim?.taken === true) run.world.truth.replace(run, target.machine)
  },
}
