import { faults } from '../../src/faults/index.ts'
import { scheduleFaults } from '../../src/faults/timetable.ts'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import type { FaultSpec, Scenario } from '../../src/scenario/scenario.ts'
import { convergedRun, type KubeletRun, type Line, STEADY, type TestPod, timeline } from '../control/kubelet/support.ts'
import { constant, type TestScenario } from '../support/world.ts'

/** A fault that hits everything it can at a time [s], for some time [s]. */
export function faultAt(fault: string, at: number, fields: Partial<FaultSpec> & { readonly lasts?: number } = {}): FaultSpec {
  const { lasts, ...rest } = fields
  const ends = lasts === undefined ? {} : { for: constant(seconds(lasts)) }
  return {
    name: fault,
    fault,
    when: { at: seconds(at) as number as Instant },
    who: { target: { all: true } },
    parameters: {},
    ...ends,
    ...rest,
  }
}

/** Kubelets whose Pods have run for long, under faults; and all that happens to them. */
export function faultyRun(
  pods: readonly TestPod[],
  specs: readonly FaultSpec[],
  options: TestScenario & { readonly fields?: Partial<Scenario> } = {},
): { run: KubeletRun; lines: Line[] } {
  const latency = { ...STEADY.latency, ...options.latency }
  const run = convergedRun(pods, { ...STEADY, ...options, latency, fields: { ...options.fields, faults: specs } })
  const lines = timeline(run)
  run.world.observers.add({ fault: (at, { faultKind }, event) => lines.push([at.now / 1e6, `${faultKind} ${event}s`]) })
  scheduleFaults(run, faults)
  return { run, lines }
}
