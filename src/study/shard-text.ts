import type { ReplicationResult } from '../measure/record.ts'
import type { StudyPackage } from './package.ts'
import type { Shard } from './shard.ts'

/** The first line of a shard: the whole study, and which part of it follows. */
export interface ShardHeader {
  readonly study: StudyPackage
  readonly shard: Shard
}

/** One replication of one point, as a shard holds it. */
export interface ShardResult {
  /** From 0, in the order of the grid. */
  readonly point: number
  readonly result: ReplicationResult
}

/** What the last line says, so that a file that was cut is known. */
export interface ShardEnd {
  readonly end: number
  /** SHA-256 of all lines before. */
  readonly sha256: string
}

/** A result as one line: equal results give equal bytes. */
export const resultLine = (point: number, result: ReplicationResult): string => JSON.stringify({ point, result } satisfies ShardResult)

/** Where a line belongs, read from its beginning. */
export function addressOf(line: string): { readonly point: number; readonly replication: number } | undefined {
  const match = /^\{"point":(\d+),"result":\{"replication":(\d+),/.exec(line)
  return match === null ? undefined : { point: Number(match[1]), replication: Number(match[2]) }
}

/** The lines of a shard but the last, results in order of point and replication. */
export function* shardLines(header: ShardHeader, results: readonly (readonly ReplicationResult[])[]): Generator<string> {
  yield `${JSON.stringify(header)}\n`
  for (const [point, own] of results.entries()) for (const result of own) yield `${resultLine(point, result)}\n`
}
