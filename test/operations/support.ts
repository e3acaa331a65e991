import { type Instant, seconds } from '../../src/kernel/time.ts'
import { operations } from '../../src/operations/index.ts'
import { scheduleOperations } from '../../src/operations/timetable.ts'
import type { OperationSpec } from '../../src/scenario/scenario.ts'
import { type ConvergedOptions, convergedRun } from '../support/converged.ts'

/** An operation at a time [s]. */
export const operationAt = (name: string, at: number, of: string, parameters: object = {}): OperationSpec => ({
  do: name,
  when: { at: seconds(at) as number as Instant },
  of,
  parameters,
})

/** Workload controllers with stand-ins for scheduler and kubelets, converged, under operations; calls and watches take 1 ms. */
export function operatedRun(specs: readonly OperationSpec[], options: ConvergedOptions = {}): ReturnType<typeof convergedRun> {
  const run = convergedRun({ ...options, fields: { ...options.fields, operations: specs } })
  scheduleOperations(run, operations)
  return run
}
