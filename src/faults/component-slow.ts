import { z } from 'zod'
import { PROGRAMS, type Program } from '../cluster/control-plane.ts'
import { type PodId, UNBOUND } from '../cluster/objects.ts'
import { type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import type { Distribution } from '../kernel/distribution.ts'
import { exactlyOne } from '../scenario/schema/cluster.ts'
import type { Fault } from './fault.ts'

interface Parameters {
  readonly component: Program
  readonly factor?: number | undefined
  readonly latency?: Distribution | undefined
}

/** What slows the cluster, by firing: ids of `world.slowness`. */
const slowed = stateKey<Map<Parameters, number[]>>('component-slow')

function rowsOf(run: Run, parameters: Parameters): number[] {
  if (!run.world.states.has(slowed.name)) setState(run.world, slowed, new Map())
  const firings = stateOf(run.world, slowed)
  const rows = firings.get(parameters) ?? []
  firings.set(parameters, rows)
  return rows
}

/** A program of the control plane is slow. */
export const componentSlow: Fault<Parameters> = {
  name: 'component-slow',
  doc: 'kube-apiserver is slow to answer and to deliver changes, etcd to write, kube-controller-manager to sync, or kube-scheduler to decide: calls time out, leases are lost.',
  victim: 'cluster',
  components: PROGRAMS,
  lasting: true,
  parameters: (read) =>
    exactlyOne(
      z.strictObject({
        component: z.enum([...PROGRAMS]).meta({ description: 'Which program is slow.' }),
        factor: z.number().positive().optional().meta({ description: 'Times as long as otherwise.' }),
        latency: read.durations.optional().meta({
          description:
            'In place of the usual time of a call (kube-apiserver), a write (etcd), a sync (kube-controller-manager) or a scheduling cycle (kube-scheduler).',
        }),
      }),
      ['factor', 'latency'],
    ) as unknown as z.ZodType<Parameters>,
  candidates: (_run, _who, { component }) => [
    { name: component, key: `component/${component}`, machine: UNBOUND, pod: -1 as PodId, container: '' },
  ],
  begin(run, _target, parameters) {
    const { component, factor = 1, latency = null } = parameters
    rowsOf(run, parameters).push(run.world.slowness.begin(run, component, { factor, latency }))
  },
  end(run, _target, parameters) {
    const row = rowsOf(run, parameters).shift()
    if (row !== undefined) run.world.slowness.end(run, row)
  },
}
