import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { globSync } from 'tinyglobby'
import { Gathering } from '../study/gathering.ts'
import { shardOf } from '../study/shard.ts'
import { EXIT, gravest, UsageError } from './exit.ts'
import { finishStudy } from './finish-study.ts'
import type { MergeArguments } from './merge.ts'
import { prepareFolder } from './result-files.ts'
import { byCodeUnit } from './scenario-files.ts'
import { readShardFile, type ShardFile } from './shard-files.ts'
import type { Model, Shell } from './shell.ts'
import { unpackStudy } from './study-package.ts'

/** Puts shards together, one study after the other; a study that is not complete is bad usage and nothing of any is written. */
export async function mergeShards(args: MergeArguments, shell: Shell): Promise<number> {
  const studies = byName(shardPaths(args.files).map(readShardFile))
  const model = await shell.model()
  const gathered = studies.map((shards) => gather(shards, model, shell))
  const broken = gathered.find((one) => typeof one === 'string')
  if (broken !== undefined) {
    shell.err(`${shell.errPaint.red('error:')} ${broken}\n`)
    return EXIT.broken
  }
  prepareFolder(args.out, `--out ${args.out}`)
  const codes = gathered.map((one) => {
    if (typeof one === 'string') return EXIT.broken
    return finishStudy(one.study, one.plan, one.gathering.results(), args, model, shell)
  })
  return gravest(codes)
}

/** Every shard of one study, checked against each other and for completeness; a text when two of them contradict each other. */
function gather(shards: readonly ShardFile[], model: Model, shell: Shell) {
  const [first] = shards as readonly [ShardFile, ...ShardFile[]]
  const { study } = first.header
  for (const { path, header } of shards) {
    const other = [
      [header.study.inputs !== study.inputs, 'other inputs'],
      [header.study.model !== study.model, 'another model'],
      [header.study.v8 !== study.v8, 'another V8'],
      [JSON.stringify(header.study.options) !== JSON.stringify(study.options), 'other options'],
      [header.study.command !== study.command, 'another command'],
    ].find(([differs]) => differs)
    if (other !== undefined)
      throw new UsageError(`${path} has ${other[1]} than ${first.path}`, 'merge shards of one study, computed by one version')
  }
  const plan = unpackStudy(study, first.path, model, shell)
  const gathering = new Gathering(study.points.map(({ replications }) => replications))
  const source = new Map<string, string>()
  for (const { path, lines } of shards) {
    for (const line of lines) {
      const wrong = gathering.add(line)
      if (typeof wrong === 'string') throw new UsageError(`${path}: ${wrong}`)
      if (wrong !== null) {
        const where = `${wrong.point}/${wrong.replication}`
        return `determinism is lost: ${path} and ${source.get(where) ?? 'itself'} differ in replication ${wrong.replication} of point ${wrong.point + 1} of ${study.name}`
      }
      const address = /^\{"point":(\d+),"result":\{"replication":(\d+)/.exec(line)
      source.set(`${address?.[1]}/${address?.[2]}`, path)
    }
  }
  complete(shards, gathering)
  return { study, plan, gathering }
}

/** Says which shards are missing, as `--shard` takes them. */
function complete(shards: readonly ShardFile[], gathering: Gathering): void {
  const missing = gathering.missing()
  const [first] = missing
  if (first === undefined) return
  const { study, shard } = (shards[0] as ShardFile).header
  const parts = new Set(
    missing.map(({ point, replication }) => shardOf(shard.count, point, replication, study.points[point]?.replications ?? 0).index),
  )
  const names = [...parts].sort((a, b) => a - b)
  const shown = names.slice(0, 10).map((index) => `${index}/${shard.count}`)
  const more = names.length > 10 ? ` and ${names.length - 10} more` : ''
  throw new UsageError(
    `${study.name} is not complete: ${missing.length} replications are missing`,
    `compute --shard ${shown.join(', ')}${more}`,
  )
}

/** Shards by what they are shards of, in the order in which they were named. */
function byName(files: readonly ShardFile[]): ShardFile[][] {
  const studies = new Map<string, ShardFile[]>()
  for (const file of files) {
    const { name } = file.header.study
    studies.set(name, [...(studies.get(name) ?? []), file])
  }
  return [...studies.values()]
}

function shardPaths(patterns: readonly string[]): string[] {
  const found = patterns.flatMap((pattern) => {
    const stat = statSync(pattern, { throwIfNoEntry: false })
    const files =
      stat === undefined
        ? globSync(pattern, { expandDirectories: false, dot: false }).sort(byCodeUnit)
        : stat.isDirectory()
          ? readdirSync(pattern)
              .filter((name) => /^[^.].*\.shard-\d+-of-\d+\.ndjson$/.test(name))
              .sort(byCodeUnit)
              .map((name) => join(pattern, name))
          : [pattern]
    if (files.length === 0) throw new UsageError(`no shard matches ${pattern}`)
    return files
  })
  return [...new Set(found)]
}
