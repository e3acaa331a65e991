import { z } from 'zod'
import type { Node } from '../cluster/objects.ts'
import type { Operation } from './operation.ts'

/** `kubectl uncordon`. */
export const uncordon: Operation = {
  name: 'uncordon',
  doc: 'Marks a Node schedulable again, as kubectl uncordon does: Pods that were waiting for room are tried again.',
  of: ['node'],
  parameters: () => z.strictObject({}),
  send: (run, client, object) => run.world.api.update(run, client, object as Node, { unschedulable: false }, 0, null, 0, true),
}
