import { CPU, MEMORY } from '../scheduler/node-columns.ts'
import { MAX_NODE_SCORE, type ScorePlugin } from './plugin.ts'

/** Up to 1.22: how alike the CPU and memory shares are; 0 when one is full. balanced_allocation.go:balancedResourceScorer (1.20). */
export function balancedScore120(cpu: readonly [number, number], memory: readonly [number, number]): number {
  const cpuShare = cpu[1] === 0 ? 1 : cpu[0] / cpu[1]
  const memoryShare = memory[1] === 0 ? 1 : memory[0] / memory[1]
  if (cpuShare >= 1 || memoryShare >= 1) return 0
  return Math.trunc((1 - Math.abs(cpuShare - memoryShare)) * MAX_NODE_SCORE)
}

/** From 1.23 on: (1 − σ) · 100, σ the standard deviation of the shares of the resources that the node has, each at most 1. */
export function balancedScore(cpu: readonly [number, number], memory: readonly [number, number]): number {
  if (cpu[1] === 0 || memory[1] === 0) return MAX_NODE_SCORE
  const deviation = Math.abs((Math.min(1, cpu[0] / cpu[1]) - Math.min(1, memory[0] / memory[1])) / 2)
  return Math.trunc((1 - deviation) * MAX_NODE_SCORE)
}

/** From 1.36 on: whether the Pod makes the node more balanced or less, from its balance with and without the Pod; 50 for no change. */
export function balancedScore136(withPod: number, without: number): number {
  return MAX_NODE_SCORE / 2 + Math.trunc((MAX_NODE_SCORE / 2 + withPod - without) / 2)
}

/**
 * NodeResourcesBalancedAllocation. From 1.23 on it reads what is requested, not the defaults of scoring; from 1.33 on it leaves Pods that
 * request nothing alone (issue #129138).
 */
export const balancedAllocation: ScorePlugin = {
  name: 'NodeResourcesBalancedAllocation',
  weight: () => 1,
  score({ nodes, profile: { minor } }, { info }, list, count, out) {
    if (minor >= 33 && info.cpu === 0 && info.memory === 0) return false
    const old = minor <= 22
    const cpuAllocatable = nodes.allocatable[CPU] as Float64Array
    const memoryAllocatable = nodes.allocatable[MEMORY] as Float64Array
    const cpuRequested = old ? nodes.nonZeroCpu : (nodes.requested[CPU] as Float64Array)
    const memoryRequested = old ? nodes.nonZeroMemory : (nodes.requested[MEMORY] as Float64Array)
    const cpu = old ? info.nonZeroCpu : info.cpu
    const memory = old ? info.nonZeroMemory : info.memory
    const formula = old ? balancedScore120 : balancedScore
    const allocatable = [0, 0]
    for (let i = 0; i < count; i++) {
      const node = list[i] as number
      allocatable[0] = cpuAllocatable[node] as number
      allocatable[1] = memoryAllocatable[node] as number
      const usedCpu = cpuRequested[node] as number
      const usedMemory = memoryRequested[node] as number
      const score = formula([usedCpu + cpu, allocatable[0]], [usedMemory + memory, allocatable[1]])
      out[i] = minor >= 36 ? balancedScore136(score, formula([usedCpu, allocatable[0]], [usedMemory, allocatable[1]])) : score
    }
    return true
  },
}
