import jstat from 'jstat'

/** Up to so many differences the distribution is counted out; beyond it is normal to the last digit that matters. */
const EXACT = 200

/**
 * Two-sided p of Wilcoxon's signed-rank test: how often the ranks of the positive differences would sum to something at least as far from the middle if each
 * difference were as likely positive as negative. Differences of zero say nothing and are left out (Wilcoxon 1945), equal ones share their ranks; up to 200
 * differences exact with ties, above them normal with tie and continuity correction. 1 without any difference.
 */
export function signedRankP(differences: readonly number[]): number {
  const sorted = differences.filter((one) => one !== 0).sort((a, b) => Math.abs(a) - Math.abs(b) || a - b)
  if (sorted.length === 0) return 1
  const ranks = doubledRanks(sorted.map(Math.abs))
  const total = ranks.reduce((sum, rank) => sum + rank, 0)
  const positive = ranks.reduce((sum, rank, i) => sum + ((sorted[i] as number) > 0 ? rank : 0), 0)
  const smaller = Math.min(positive, total - positive)
  return Math.min(1, 2 * (sorted.length <= EXACT ? exactTail(ranks, total, smaller) : normalTail(ranks, total, smaller)))
}

/** The smallest p that `n` differences can have: all of one sign. */
export function smallestP(n: number): number {
  return 2 ** (1 - n)
}

/** Twice the mean rank of each of the ascending sizes: whole numbers even with ties. */
function doubledRanks(sizes: readonly number[]): number[] {
  const ranks: number[] = []
  while (ranks.length < sizes.length) {
    const first = ranks.length
    let end = first + 1
    while (end < sizes.length && sizes[end] === sizes[first]) end++
    for (let i = first; i < end; i++) ranks.push(first + end + 1)
  }
  return ranks
}

/** P(sum ≤ at) over all choices of signs. */
function exactTail(ranks: readonly number[], total: number, at: number): number {
  const share = new Float64Array(total + 1)
  share[0] = 1
  let reached = 0
  for (const rank of ranks) {
    reached += rank
    for (let sum = reached; sum >= 0; sum--) share[sum] = ((share[sum] as number) + (sum >= rank ? (share[sum - rank] as number) : 0)) / 2
  }
  let tail = 0
  for (let sum = 0; sum <= at; sum++) tail += share[sum] as number
  return tail
}

/** Sums are even or odd together unless ranks are shared, so one step is 1 of the undoubled ranks: half of it is the correction. */
function normalTail(ranks: readonly number[], total: number, at: number): number {
  const deviation = Math.sqrt(ranks.reduce((sum, rank) => sum + rank * rank, 0)) / 2
  return Math.max(0, jstat.jStat.normal.cdf((at + 1 - total / 2) / deviation, 0, 1))
}
