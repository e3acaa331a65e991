import { z } from 'zod'
import type { Fault } from './fault.ts'

/** The network of a machine is cut: its kubelet and the API server do not reach each other, its Pods serve nobody; all of them run on. */
export const nodePartition: Fault = {
  name: 'node-partition',
  doc: 'The network of the machine is cut: containers run on but serve nobody, its kubelet reaches neither the API server nor a registry.',
  victim: 'machine',
  lasting: true,
  parameters: () => z.strictObject({}),
  begin: (run, target) => run.world.truth.cutOff(run, target.machine),
  end: (run, target) => run.world.truth.link(run, target.machine),
}
