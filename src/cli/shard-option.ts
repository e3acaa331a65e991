import { readShard, type Shard } from '../study/shard.ts'
import { last } from './command.ts'

/** `--shard i/n` of every command that computes a study in parts. */
export const shardOption = {
  requiresArg: true,
  type: 'string',
  coerce: (given: string | readonly string[] | undefined): Shard | undefined => {
    const text = last<string | undefined>(given as string | undefined)
    const shard = text === undefined ? undefined : readShard(text)
    if (text !== undefined && shard === undefined)
      throw new Error(`--shard: expected i/n with 1 <= i <= n, such as 2/8, got ${JSON.stringify(text)}`)
    return shard
  },
  describe: 'Compute part i of n only, into a file for `merge`: 2/8',
} as const
