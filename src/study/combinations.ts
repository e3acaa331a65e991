import { Random } from '../kernel/random.ts'

/** How many sets of `k` of `n` there are; Infinity beyond what a double counts exactly. */
export function binomial(n: number, k: number): number {
  if (k < 0 || k > n) return 0
  let count = 1
  for (let i = 1; i <= Math.min(k, n - k); i++) {
    count = (count * (n - Math.min(k, n - k) + i)) / i
    if (count > Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY
  }
  return Math.round(count)
}

/** The set number `index` (from 0) of `k` of 0 … n − 1, in lexicographic order. */
export function combinationAt(n: number, k: number, index: number): number[] {
  const set: number[] = []
  let rest = index
  let first = 0
  while (set.length < k) {
    const behind = binomial(n - first - 1, k - set.length - 1)
    if (rest < behind) set.push(first)
    else rest -= behind
    first++
  }
  return set
}

/** A set of `k` of 0 … n − 1, uniformly at random, the `index`-th of its seed; ascending (Floyd 1987). */
export function randomCombination(seed: string, n: number, k: number, index: number): number[] {
  const uniform = new Random(seed, 1).stream('plan/combination', `${n}/${k}/${index}`)
  const set = new Set<number>()
  for (let last = n - k; last < n; last++) {
    const pick = Math.floor(uniform() * (last + 1))
    set.add(set.has(pick) ? last : pick)
  }
  return [...set].sort((a, b) => a - b)
}
