import { CPU, MEMORY } from '../scheduler/node-columns.ts'
import { MAX_NODE_SCORE, type ScorePlugin } from './plugin.ts'

/** Up to 1.22: how alike the CPU and memory shares are; 0 when one is full. balanced_allocation.go:balancedResourceScorer (1.20). */
export function balancedScore120(cpu: number, cpuAllocatable: number, memory: number, memoryAllocatable: number): number {
  const cpuShare = cpuAllocatable === 0 ? 1 : cpu / cpuAllocatable
  const memoryShare = memoryAllocatable === 0 ? 1 : memory / memoryAllocatable
  if (cpuShare >= 1 || memoryShare >= 1) return 0
  return Math.floor((1 - Math.abs(cpuShare - memoryShare)) * MAX_NODE_SCORE)
}

/** From 1.23 on: (1 − σ) · 100, σ the standard deviation of the shares of the resources that the node has, each at most 1. */
export function balancedScore(cpu: number, cpuAllocatable: number, memory: number, memoryAllocatable: number): number {
  if (cpuAllocatable === 0 || memoryAllocatable === 0) return MAX_NODE_SCORE
  const cpuShare = cpu > cpuAllocatable ? 1 : cpu / cpuAllocatable
  const memoryShare = memory > memoryAllocatable ? 1 : memory / memoryAllocatable
  return Math.floor((1 - Math.abs((cpuShare - memoryShare) / 2)) * MAX_NODE_SCORE)
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
    for (let i = 0; i < count; i++) {
      const node = list[i] as number
      const hasCpu = cpuAllocatable[node] as number
      const hasMemory = memoryAllocatable[node] as number
      const usedCpu = cpuRequested[node] as number
      const usedMemory = memoryRequested[node] as number
      const score = formula(usedCpu + cpu, hasCpu, usedMemory + memory, hasMemory)
      out[i] = minor >= 36 ? balancedScore136(score, formula(usedCpu, hasCpu, usedMemory, hasMemory)) : score
    }
    return true
  },
}
