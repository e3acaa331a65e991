import { z } from 'zod'
import type { ApiObject } from '../cluster/objects.ts'
import type { Operation } from './operation.ts'

/** `kubectl delete`. */
export const deleteObject: Operation<{ readonly 'grace-period'?: number | undefined }> = {
  name: 'delete',
  doc: 'Deletes an object, as kubectl delete does: Pods with their grace period, dependents of other kinds by garbage collection.',
  of: ['pod', 'deployment', 'replicaset', 'replicationcontroller', 'statefulset', 'daemonset', 'job', 'cronjob', 'service', 'node'],
  parameters: () =>
    z.strictObject({ 'grace-period': z.int().min(1).optional().meta({ description: 'Grace period [s] in place of the Pod’s own.' }) }),
  send: (run, client, object, parameters) =>
    run.world.api.delete(run, client, object as ApiObject, null, 0, parameters['grace-period'] ?? -1),
}
