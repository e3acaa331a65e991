import type { MachineId, PodId } from '../cluster/objects.ts'
import type { Run } from '../cluster/world.ts'
import type { Duration } from '../kernel/time.ts'
import type { Who } from '../scenario/scenario.ts'
import type { FaultWord } from '../scenario/vocabulary.ts'

/** One victim of one firing: a machine, a Pod, a container of a Pod, a process of the control plane, or the whole cluster. */
export interface Target {
  /** `worker-1`, `default/web-x7k2p`, `default/web-x7k2p/app`. */
  readonly name: string
  /** Stable identity for random draws. */
  readonly key: string
  /** The machine that is hit, or that the Pod is on; −1 when the cluster is the victim. */
  readonly machine: MachineId
  /** −1 unless a Pod or a container is the victim. */
  readonly pod: PodId
  /** Empty unless a container is the victim. */
  readonly container: string
}

/** What breaks: how it begins and, when it is lasting, the end that undoes exactly what begin did. Writes truth, or calls the API as `operator`. */
export interface Fault<Parameters = unknown> extends FaultWord {
  /** `entity` addresses the draws of this firing. */
  begin(run: Run, target: Target, parameters: Parameters, entity: string): void
  end?(run: Run, target: Target, parameters: Parameters): void
  /** Whether it lasts with these parameters, where that is not always so. */
  lasts?(parameters: Parameters): boolean
  /** Whom it hits, where `who` alone does not say. */
  candidates?(run: Run, who: Who, parameters: Parameters): Target[]
  /** How long it lasts when the scenario does not say [µs]; absent: to the end of the run. */
  readonly shortest?: Duration
  /** It deletes the Pods it hits through the API, so that it touches them a little after it fires. */
  readonly deletes?: boolean
  /** Whether what it hits falls some time after it fires. */
  strikesLater?(parameters: Parameters): boolean
  /** Whether what it began with this target is still to happen, so that its end waits until the machine is down. */
  pending?(run: Run, target: Target): boolean
}
