import { z } from 'zod'
import type { Deployment } from '../cluster/objects.ts'
import type { Operation } from './operation.ts'

/** `kubectl scale`. */
export const scale: Operation<{ readonly replicas: number }> = {
  name: 'scale',
  doc: 'Sets spec.replicas, as kubectl scale does.',
  of: ['deployment', 'replicaset', 'replicationcontroller', 'statefulset'],
  parameters: () => z.strictObject({ replicas: z.int().min(0).meta({ description: 'The new number of replicas.' }) }),
  send: (run, client, object, { replicas }) => run.world.api.update(run, client, object as Deployment, { replicas }, 0, null, 0, true),
}
