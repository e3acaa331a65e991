import { z } from 'zod'
import { PROGRAMS } from '../cluster/control-plane.ts'
import type { SlowProgram } from '../cluster/slowness.ts'
import { type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import type { Distribution } from '../kernel/distribution.ts'
import { exactlyOne } from '../scenario/schema/cluster.ts'
import type { Fault } from './fault.ts'
import { wholeTarget } from './instances.ts'

const COMPONENTS = [...PROGRAMS, 'dns'] as const satisfies readonly SlowProgram[]

interface Parameters {
  readonly component: SlowProgram
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

/** A program of the control plane, or the DNS, is slow. */
export const componentSlow: Fault<Parameters> = {
  name: 'component-slow',
  doc: 'kube-apiserver is slow to answer and to deliver changes, etcd to write, kube-controller-manager to sync, kube-scheduler to decide, or the DNS to answer: calls time out, leases are lost.',
  victim: 'cluster',
  components: COMPONENTS,
  lasting: true,
  parameters: (read) =>
    exactlyOne(
      z.strictObject({
        component: z.enum(COMPONENTS).meta({ description: 'Which program is slow.' }),
        factor: z.number().positive().optional().meta({ description: 'Times as long as otherwise.' }),
        latency: read.durations.optional().meta({
          description:
            'In place of the usual time of a call (kube-apiserver), a write (etcd), a sync (kube-controller-manager), a scheduling cycle (kube-scheduler) or a query (dns).',
        }),
      }),
      ['factor', 'latency'],
    ) as unknown as z.ZodType<Parameters>,
  candidates: (_run, _who, { component }) => [wholeTarget(component)],
  begin(run, _target, parameters) {
    const { component, factor = 1, latency = null } = parameters
    rowsOf(run, parameters).push(run.world.slowness.begin(run, component, { factor, latency }))
  },
  end(run, _target, parameters) {
    const row = rowsOf(run, parameters).shift()
    if (row !== undefined) run.world.slowness.end(run, row)
  },
}
