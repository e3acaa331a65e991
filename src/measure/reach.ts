import type { Pod, PodId } from '../cluster/objects.ts'
import type { Occurrence } from '../cluster/observers.ts'

/** Whether a Pod lies in the declared reach of an occurrence. */
export function reaches({ everywhere, machines, pods }: Occurrence, pod: Pod): boolean {
  return everywhere || machines.includes(pod.node) || pods.includes(pod.id as PodId)
}

/** The place of a Pod among the replicas of its owner: its key without the generation. */
export const placeOf = ({ key }: Pod): string => (key.includes('.') ? key.slice(0, key.lastIndexOf('.')) : key)
