import type { ScorePlugin } from './plugin.ts'
import { MAX_NODE_SCORE } from './plugin.ts'

const MB = 1024 * 1024
const MIN_THRESHOLD = 23 * MB
const MAX_CONTAINER_THRESHOLD = 1000 * MB

/** One image of the Pod that is on the node: its size [bytes], and how many of all nodes have it. */
export interface PresentImage {
  readonly size: number
  readonly nodes: number
}

/**
 * Linear from 23 MiB (0) to 1000 MiB per container (100) in the sum of the sizes present, each scaled by the share of nodes that have the image.
 * pkg/scheduler/framework/plugins/imagelocality/image_locality.go (1.20 … 1.36).
 */
export function imageLocalityScore(present: readonly PresentImage[], allNodes: number, containers: number): number {
  const most = MAX_CONTAINER_THRESHOLD * containers
  const sum = present.reduce((total, { size, nodes }) => total + Math.trunc(size * (nodes / allNodes)), 0)
  const clamped = Math.min(Math.max(sum, MIN_THRESHOLD), most)
  return Math.trunc((MAX_NODE_SCORE * (clamped - MIN_THRESHOLD)) / (most - MIN_THRESHOLD))
}

/** The name as nodes report it: with a tag. */
export const normalizedImage = (image: string): string => (image.lastIndexOf(':') <= image.lastIndexOf('/') ? `${image}:latest` : image)

/** Prefers nodes that have the Pod's images, as they last reported. */
export const imageLocality: ScorePlugin = {
  name: 'ImageLocality',
  weight: () => 1,
  score({ nodes, images }, { pod }, list, count, out) {
    if (images.size === 0) return false
    const { containers } = pod.spec
    const holders = containers.flatMap((container) => {
      const holder = images.get(normalizedImage(container.image)) ?? images.get(container.image)
      return holder === undefined || holder.size === 0 ? [] : [holder]
    })
    if (holders.length === 0) return false
    for (let i = 0; i < count; i++) {
      const present = holders.flatMap((holder) => {
        const size = holder.get(list[i] as number)
        return size === undefined ? [] : [{ size, nodes: holder.size }]
      })
      out[i] = imageLocalityScore(present, nodes.count, containers.length)
    }
    return true
  },
}
