import { z } from 'zod'
import type { Propagation } from '../cluster/deletion.ts'
import type { ApiObject } from '../cluster/objects.ts'
import type { Operation } from './operation.ts'

interface Parameters {
  readonly 'grace-period'?: number | undefined
  readonly cascade: Propagation
}

/** `kubectl delete`. */
export const deleteObject: Operation<Parameters> = {
  name: 'delete',
  doc: 'Deletes an object, as kubectl delete does: Pods with their grace period, dependents of other kinds by garbage collection, after their owner, before it, or not at all.',
  of: ['pod', 'deployment', 'replicaset', 'replicationcontroller', 'statefulset', 'daemonset', 'job', 'cronjob', 'service', 'node'],
  parameters: () =>
    z.strictObject({
      'grace-period': z.int().min(1).optional().meta({ description: 'Grace period [s] in place of the Pod’s own.' }),
      cascade: z.enum(['background', 'foreground', 'orphan']).default('background').meta({
        description: 'Dependents go after their owner, before it, or stay. Pods, Services and Nodes are deleted in the background.',
      }),
    }),
  send(run, client, object, parameters) {
    const owner = object as ApiObject
    const alone = owner.kind === 'Pod' || owner.kind === 'Service' || owner.kind === 'Node'
    run.world.api.delete(run, client, owner, null, 0, parameters['grace-period'] ?? -1, alone ? 'background' : parameters.cascade)
  },
}
