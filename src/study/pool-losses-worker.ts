import { Piscina } from 'piscina'
import type { Placement } from '../control/scheduler.ts'
import { place } from '../model.ts'
import { type LossTally, loseSets } from './losses.ts'
import type { LossChunk, LossJob } from './pool-losses.ts'
import { readAgain } from './worker.ts'

/** A thread's answer to stretches of sets; the Pods are placed once. */
function server(): (chunk: LossChunk) => LossTally {
  let placement: Placement | undefined
  return ({ from, to }) => {
    const { inputs, units, plan, seed } = Piscina.workerData as LossJob
    placement ??= place(readAgain(inputs))
    return loseSets(placement, units, plan, seed, from, to)
  }
}

/** What a thread answers: the losses of a stretch of sets. */
export default server()
