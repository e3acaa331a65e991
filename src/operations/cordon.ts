import { z } from 'zod'
import type { Node } from '../cluster/objects.ts'
import type { Operation } from './operation.ts'

/** `kubectl cordon`. */
export const cordon: Operation = {
  name: 'cordon',
  doc: 'Marks a Node unschedulable, as kubectl cordon does: Pods on it stay, new ones go elsewhere.',
  of: ['node'],
  parameters: () => z.strictObject({}),
  send: (run, client, object) => run.world.api.update(run, client, object as Node, { unschedulable: true }, 0, null, 0, true),
}
