import type { ReplicationResult } from '../measure/record.ts'
import { addressOf, type ShardResult } from './shard-text.ts'

/** The same replication twice, and not alike: determinism is lost. */
export interface Contradiction {
  readonly point: number
  readonly replication: number
}

/** Puts lines of several shards, workers or attempts together; the order in which they come leaves no trace. */
export class Gathering {
  private readonly lines: Map<number, string>[]
  private readonly replications: readonly number[]

  /** `replications`: how many each point has. */
  constructor(replications: readonly number[]) {
    this.replications = replications
    this.lines = replications.map(() => new Map())
  }

  /** Adds a line; one that is there already must be the same byte for byte. Answers what is wrong: a text, or the contradiction. */
  add(line: string): string | Contradiction | null {
    const address = addressOf(line)
    if (address === undefined) return 'a line is no result'
    const { point, replication } = address
    const own = this.lines[point]
    if (own === undefined || replication < 1 || replication > (this.replications[point] ?? 0)) {
      return `it holds replication ${replication} of point ${point + 1}, which the study does not have`
    }
    const known = own.get(replication)
    if (known !== undefined && known !== line) return { point, replication }
    own.set(replication, line)
    return null
  }

  /** Replications gathered. */
  get done(): number {
    return this.lines.reduce((sum, own) => sum + own.size, 0)
  }

  /** What has not come, in order. */
  missing(): { readonly point: number; readonly replication: number }[] {
    return this.replications.flatMap((replications, point) =>
      Array.from({ length: replications }, (_, i) => ({ point, replication: i + 1 })).filter(
        ({ replication }) => this.lines[point]?.has(replication) !== true,
      ),
    )
  }

  /** Results by point, in order of replication. */
  results(): ReplicationResult[][] {
    return this.lines.map((own) => [...own].sort(([a], [b]) => a - b).map(([, line]) => (JSON.parse(line) as ShardResult).result))
  }
}
