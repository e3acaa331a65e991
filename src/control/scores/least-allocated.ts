import { CPU, MEMORY } from '../scheduler/node-columns.ts'
import { MAX_NODE_SCORE, type ScorePlugin } from './plugin.ts'

/** The free share of one resource after placing the Pod, 0 … 100, rounded down; 0 when there is none or too much is requested. */
export function leastRequested(requested: number, allocatable: number): number {
  if (allocatable === 0 || requested > allocatable) return 0
  return Math.floor(((allocatable - requested) * MAX_NODE_SCORE) / allocatable)
}

/**
 * The mean over CPU and memory, rounded down. Up to 1.22 a resource the node has none of counts as 0, since then it is left out.
 * pkg/scheduler/framework/plugins/noderesources/least_allocated.go (1.20 … 1.36).
 */
export function leastAllocatedScore(cpu: number, cpuAllocatable: number, memory: number, memoryAllocatable: number, minor: number): number {
  const sum = leastRequested(cpu, cpuAllocatable) + leastRequested(memory, memoryAllocatable)
  if (minor <= 22 || (cpuAllocatable > 0 && memoryAllocatable > 0)) return Math.floor(sum / 2)
  return sum
}

/** NodeResourcesLeastAllocated; the LeastAllocated strategy of NodeResourcesFit from 1.23 on. Containers without requests count with defaults. */
export const leastAllocated: ScorePlugin = {
  name: 'NodeResourcesFit',
  weight: () => 1,
  score({ nodes, profile }, { info }, list, count, out) {
    const cpuAllocatable = nodes.allocatable[CPU] as Float64Array
    const memoryAllocatable = nodes.allocatable[MEMORY] as Float64Array
    const { nonZeroCpu, nonZeroMemory } = nodes
    const { minor } = profile
    for (let i = 0; i < count; i++) {
      const node = list[i] as number
      const cpu = (nonZeroCpu[node] as number) + info.nonZeroCpu
      const memory = (nonZeroMemory[node] as number) + info.nonZeroMemory
      out[i] = leastAllocatedScore(cpu, cpuAllocatable[node] as number, memory, memoryAllocatable[node] as number, minor)
    }
    return true
  },
}
