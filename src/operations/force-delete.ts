import { z } from 'zod'
import type { Pod } from '../cluster/objects.ts'
import type { Operation } from './operation.ts'

/** `kubectl delete pod --force --grace-period=0`. */
export const forceDelete: Operation = {
  name: 'force-delete',
  doc: 'Removes a Pod from the API at once, as kubectl delete --force does: nobody waits for its containers, which may run on.',
  of: ['pod'],
  parameters: () => z.strictObject({}),
  send: (run, client, object) => run.world.api.delete(run, client, object as Pod, null, 0, 0),
}
