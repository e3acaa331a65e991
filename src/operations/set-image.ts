import { z } from 'zod'
import type { Deployment } from '../cluster/objects.ts'
import type { PodTemplate } from '../scenario/specs.ts'
import type { Operation } from './operation.ts'

interface Parameters {
  readonly to: string
  readonly container?: string | undefined
}

/** The template with another image in one container, or in every one when none is named. */
export function withImage(template: PodTemplate, image: string, container: string | undefined): PodTemplate {
  const containers = template.spec.containers.map((each) =>
    container === undefined || each.name === container ? { ...each, image } : each,
  )
  return { ...template, spec: { ...template.spec, containers } }
}

/** `kubectl set image`. */
export const setImage: Operation<Parameters> = {
  name: 'set-image',
  doc: 'Changes the image of a Pod template, as kubectl set image does: a Deployment, StatefulSet or DaemonSet rolls out.',
  of: ['deployment', 'replicaset', 'replicationcontroller', 'statefulset', 'daemonset'],
  parameters: () =>
    z.strictObject({
      to: z.string().min(1).meta({ description: 'The new image.' }),
      container: z.string().optional().meta({ description: 'The container; absent: every container.' }),
    }),
  send(run, client, object, { to, container }) {
    const workload = object as Deployment
    run.world.api.update(run, client, workload, { template: withImage(workload.template, to, container) }, 0, null, 0, true)
  },
}
