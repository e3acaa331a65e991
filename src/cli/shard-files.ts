import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReplicationResult } from '../measure/record.ts'
import { type ShardEnd, type ShardHeader, shardLines } from '../study/shard-text.ts'
import { UsageError } from './exit.ts'
import { ResultFiles } from './result-files.ts'

/** What a shard file holds. */
export interface ShardFile {
  readonly path: string
  readonly header: ShardHeader
  /** One result each. */
  readonly lines: readonly string[]
}

/** Where a shard of a study is written. */
export const shardPath = (out: string, { study, shard }: ShardHeader): string =>
  join(out, `${study.name}.shard-${shard.index}-of-${shard.count}.ndjson`)

/** Writes a shard whole or not at all; answers its path. */
export function writeShard(out: string, header: ShardHeader, results: readonly (readonly ReplicationResult[])[]): string {
  const files = new ResultFiles()
  try {
    files.add(shardPath(out, header), sealed(shardLines(header, results)))
    return files.commit()[0] as string
  } finally {
    files.discard()
  }
}

function* sealed(lines: Iterable<string>): Generator<string> {
  const hash = createHash('sha256')
  let count = -1
  for (const line of lines) {
    hash.update(line)
    count++
    yield line
  }
  yield `${JSON.stringify({ end: count, sha256: hash.digest('hex') } satisfies ShardEnd)}\n`
}

/** Reads a shard; a file that is none, or is not whole, is bad usage. */
export function readShardFile(path: string): ShardFile {
  const text = textOf(path)
  const lines = text.split('\n')
  const end = lines.length >= 3 && lines.at(-1) === '' ? parsed<ShardEnd>(lines.at(-2)) : undefined
  const header = parsed<ShardHeader>(lines[0])
  if (header?.study?.schemaVersion === undefined || header.shard === undefined)
    throw new UsageError(`${path}: it is no shard`, 'run and sweep write shards with --shard i/n')
  const body = text.slice(0, text.length - (lines.at(-2)?.length ?? 0) - 1)
  if (end?.sha256 !== createHash('sha256').update(body).digest('hex') || end.end !== lines.length - 3) {
    throw new UsageError(
      `${path}: it is not whole, or was changed`,
      `compute it again with --shard ${header.shard.index}/${header.shard.count}`,
    )
  }
  return { path, header, lines: lines.slice(1, -2) }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function parsed<Value>(line: string | undefined): Value | undefined {
  try {
    return JSON.parse(line ?? '') as Value
  } catch {
    return undefined
  }
}
