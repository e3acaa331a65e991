import { z } from 'zod'
import type { Node, Taint } from '../cluster/objects.ts'
import type { Operation } from './operation.ts'

interface Parameters {
  readonly key: string
  readonly value: string
  readonly effect: Taint['effect']
  readonly remove: boolean
}

/** The taints of a Node with this one added, in place of one of the same key and effect, or removed. */
export function withTaint(taints: readonly Taint[], { key, value, effect, remove }: Parameters): readonly Taint[] {
  const others = taints.filter((taint) => taint.key !== key || taint.effect !== effect)
  return remove ? others : [...others, { key, value, effect, timeAdded: null }]
}

/** `kubectl taint --overwrite`, and with `remove` its form with a trailing minus. */
export const taint: Operation<Parameters> = {
  name: 'taint',
  doc: 'Adds a taint to a Node or removes it, as kubectl taint --overwrite does: NoExecute evicts the Pods that do not tolerate it.',
  of: ['node'],
  parameters: () =>
    z.strictObject({
      key: z.string().min(1).meta({ description: 'Key of the taint.' }),
      value: z.string().default('').meta({ description: 'Value of the taint.' }),
      effect: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']).meta({ description: 'Effect of the taint.' }),
      remove: z.boolean().default(false).meta({ description: 'Remove the taint of that key and effect.' }),
    }),
  send(run, client, object, parameters) {
    const node = object as Node
    run.world.api.update(run, client, node, { taints: withTaint(node.taints, parameters) }, 0, null, 0, true)
  },
}
