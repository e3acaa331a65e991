/** One of `count` equal parts of a study; `index` from 1. */
export interface Shard {
  readonly index: number
  readonly count: number
}

/** Reads `i/n` with 1 ≤ i ≤ n; undefined when it is none. */
export function readShard(text: string): Shard | undefined {
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim()) ?? []
  const shard = { index: Number(index), count: Number(count) }
  return shard.index >= 1 && shard.index <= shard.count ? shard : undefined
}

/**
 * The replications of one point that belong to a shard; none when `to` < `from`. Every replication belongs to exactly one shard. Which block of a point a shard has rotates
 * from point to point, so that shards stay equal where points have few replications.
 */
export function shardRange({ index, count }: Shard, point: number, replications: number): { readonly from: number; readonly to: number } {
  const block = (index - 1 + point) % count
  return { from: Math.floor((block * replications) / count) + 1, to: Math.floor(((block + 1) * replications) / count) }
}

/** Which shard a replication of a point belongs to. */
export function shardOf(count: number, point: number, replication: number, replications: number): Shard {
  for (let index = 1; index < count; index++) {
    const { from, to } = shardRange({ index, count }, point, replications)
    if (from <= replication && replication <= to) return { index, count }
  }
  return { index: count, count }
}
