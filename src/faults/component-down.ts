import { z } from 'zod'
import type { Answer } from '../cluster/control-plane.ts'
import { PROGRAMS, type Program } from '../cluster/control-plane.ts'
import { release } from '../control/leader-election.ts'
import { exclusiveFields } from '../scenario/problems.ts'
import { diagnosed } from '../scenario/schema/values.ts'
import type { Fault } from './fault.ts'
import { instanceOf, instanceTargets, type Role, wholeTarget } from './instances.ts'

interface Parameters {
  readonly component: Program | 'dns'
  readonly role: Role
  readonly answer?: Answer | undefined
  readonly exit: 'killed' | 'terminated'
}

/** How calls to what is down end: a closed port, or a request to the DNS that nobody answers. */
const answerOf = ({ component, answer }: Parameters): Answer => answer ?? (component === 'dns' ? 'timeout' : 'refused')

const NO_LEADER = exclusiveFields('expected no role: it has no leader')
const NO_CALLERS = exclusiveFields(
  'expected answer only beside component: kube-apiserver or dns, which alone are called',
  'without etcd an API server answers nothing for 7 s',
)

/**
 * A program of the control plane does not run on the machines hit; when the fault ends its kubelet starts it again. The DNS, wherever it
 * runs, answers nobody.
 */
export const componentDown: Fault<Parameters> = {
  name: 'component-down',
  doc: 'A program of the control plane is down, everywhere or where `who` says, or the DNS of the cluster. Its end starts it again, with all memory lost; `for: 0s` is a crash.',
  victim: 'component',
  components: [...PROGRAMS, 'dns'],
  lasting: true,
  parameters: () =>
    z
      .strictObject({
        component: z.enum([...PROGRAMS, 'dns']).meta({ description: 'Which program is down.' }),
        role: z.enum(['any', 'leader', 'follower']).default('any').meta({
          description: 'Only processes that lead (by leader election, or in etcd) when the fault fires, or only those that do not.',
        }),
        answer: z.enum(['refused', 'timeout']).optional().meta({
          description:
            'Of kube-apiserver and dns: how calls to it end, refused at once (the default of kube-apiserver) or never answered (that of dns).',
        }),
        exit: z.enum(['killed', 'terminated']).default('killed').meta({
          description:
            'Killed, or told to end: then kube-scheduler gives its lease up from 1.27, so that another need not wait for its end, and etcd hands its leadership on.',
        }),
      })
      .superRefine((row, context) => {
        const called = row.component === 'kube-apiserver' || row.component === 'dns'
        if (called && row.role !== 'any') diagnosed(context, row, NO_LEADER, ['role'])
        if (!called && row.answer !== undefined) diagnosed(context, row, NO_CALLERS, ['answer'])
      }) as unknown as z.ZodType<Parameters>,
  candidates: (run, who, { component, role }) => (component === 'dns' ? [wholeTarget('dns')] : instanceTargets(run, who, component, role)),
  begin(run, target, parameters) {
    if (parameters.component === 'dns') {
      run.world.dns.takeDown(run, answerOf(parameters))
      return
    }
    const instance = instanceOf(run, target)
    if (parameters.exit === 'terminated') release(run, instance)
    run.world.controlPlane.takeDown(run, instance, answerOf(parameters))
  },
  end(run, target, parameters) {
    if (parameters.component === 'dns') run.world.dns.bringUp(run, answerOf(parameters))
    else run.world.controlPlane.bringUp(run, instanceOf(run, target), answerOf(parameters))
  },
}
