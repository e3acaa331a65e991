import { balancedAllocation } from './balanced-allocation.ts'
import { imageLocality } from './image-locality.ts'
import { preferredPodAffinity } from './inter-pod-affinity.ts'
import { leastAllocated } from './least-allocated.ts'
import { preferredNodeAffinity } from './node-affinity.ts'
import { preferAvoidPods } from './node-prefer-avoid-pods.ts'
import type { ScorePlugin } from './plugin.ts'
import { podSpread } from './pod-topology-spread.ts'
import { preferTolerated } from './taint-toleration.ts'

/** The default score plugins; their weights by release are their own. pkg/scheduler/apis/config/v1/default_plugins.go. */
export const scorePlugins: readonly ScorePlugin[] = [
  leastAllocated,
  balancedAllocation,
  imageLocality,
  preferredPodAffinity,
  preferredNodeAffinity,
  preferTolerated,
  preferAvoidPods,
  podSpread,
]
