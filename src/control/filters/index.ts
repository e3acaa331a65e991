import { interPodAffinity } from './inter-pod-affinity.ts'
import { nodeAffinity } from './node-affinity.ts'
import { nodeName } from './node-name.ts'
import { nodePorts } from './node-ports.ts'
import { nodeResourcesFit } from './node-resources-fit.ts'
import { nodeUnschedulable } from './node-unschedulable.ts'
import type { FilterPlugin } from './plugin.ts'
import { podTopologySpread } from './pod-topology-spread.ts'
import { taintToleration } from './taint-toleration.ts'

/**
 * The default filters in the order in which they are asked: the first that says no gives a node its reason.
 * pkg/scheduler/apis/config/v1/default_plugins.go:getDefaultPlugins (v1beta3 and v1, ≈ 1.23 … 1.36).
 */
export const filterPlugins: readonly FilterPlugin[] = [
  nodeUnschedulable,
  nodeName,
  taintToleration,
  nodeAffinity,
  nodePorts,
  nodeResourcesFit,
  podTopologySpread,
  interPodAffinity,
]

/** The order up to 1.22: pkg/scheduler/algorithmprovider/registry.go:getDefaultConfig (1.20). */
export const filterPlugins120: readonly FilterPlugin[] = [
  nodeUnschedulable,
  nodeResourcesFit,
  nodeName,
  nodePorts,
  nodeAffinity,
  taintToleration,
  podTopologySpread,
  interPodAffinity,
]
