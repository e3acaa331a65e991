import type { ClusterState } from '../scheduler/cluster-state.ts'
import type { PodView } from '../scheduler/pod-info.ts'

/** The best score of a plugin. */
export const MAX_NODE_SCORE = 100

/** A score plugin of kube-scheduler. */
export interface ScorePlugin {
  /** Kubernetes' own name. */
  readonly name: string
  /** Its default weight in a release; 0 where it is not enabled. */
  weight(minor: number): number
  /**
   * Writes the score of `nodes[i]`, whole and from 0 to 100, to `out[i]` for i < `count`. Answers false, having written nothing of use, when every
   * node would get the same.
   */
  score(cluster: ClusterState, view: PodView, nodes: Int32Array, count: number, out: Float64Array): boolean
}

/** Scales to 0 … 100 by the largest; reversed, the largest is worst. plugins/helper/normalize_score.go:DefaultNormalizeScore (1.20 … 1.36). */
export function normalize(scores: Float64Array, count: number, reverse: boolean): void {
  let max = 0
  for (let i = 0; i < count; i++) max = Math.max(max, scores[i] as number)
  for (let i = 0; i < count; i++) {
    const score = max === 0 ? 0 : Math.trunc((MAX_NODE_SCORE * (scores[i] as number)) / max)
    scores[i] = reverse ? MAX_NODE_SCORE - score : score
  }
}
