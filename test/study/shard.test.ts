import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Gathering } from '../../src/study/gathering.ts'
import { readShard, shardOf, shardRange } from '../../src/study/shard.ts'
import { addressOf, resultLine } from '../../src/study/shard-text.ts'
import { fakeResults, fakeScenario } from './fakes.ts'

describe('A shard', () => {
  test.each(['0/4', '5/4', '1', '1/0', '-1/3', '1/2/3', 'a/b', ''])('is not %j', (text) => expect(readShard(text)).toBeUndefined())

  test('is part i of n', () => expect(readShard(' 2/8 ')).toEqual({ index: 2, count: 8 }))

  test('has each replication of each point together with the others exactly once, and no more than one in excess per point', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.array(fc.nat({ max: 30 }), { minLength: 1, maxLength: 6 }), (count, sizes) => {
        for (const [point, replications] of sizes.entries()) {
          const seen: number[] = []
          for (let index = 1; index <= count; index++) {
            const { from, to } = shardRange({ index, count }, point, replications)
            expect(to - from + 1).toBeGreaterThanOrEqual(Math.floor(replications / count))
            expect(to - from + 1).toBeLessThanOrEqual(Math.ceil(replications / count))
            for (let replication = from; replication <= to; replication++) {
              seen.push(replication)
              expect(shardOf(count, point, replication, replications).index).toBe(index)
            }
          }
          expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: replications }, (_, i) => i + 1))
        }
      }),
      { seed: 5 },
    )
  })

  test('gets its turn at the first replication where points have but one', () => {
    const owners = Array.from({ length: 6 }, (_, point) => shardOf(3, point, 1, 1).index)
    expect(new Set(owners)).toEqual(new Set([1, 2, 3]))
  })
})

describe('Lines of results', () => {
  const results = fakeResults(fakeScenario(), 5)
  const lines = results.map((result) => resultLine(0, result))

  test('come back as the results they were, in order, however they came', () => {
    const gathering = new Gathering([5, 1])
    for (const line of [...lines].reverse()) expect(gathering.add(line)).toBeNull()
    expect(gathering.missing()).toEqual([{ point: 1, replication: 1 }])
    expect(gathering.done).toBe(5)
    expect(gathering.results()).toEqual([results, []])
    expect(addressOf(lines[3] as string)).toEqual({ point: 0, replication: 4 })
  })

  test('may come twice if they are the same byte for byte, and contradict each other if not', () => {
    const gathering = new Gathering([5])
    gathering.add(lines[0] as string)
    expect(gathering.add(lines[0] as string)).toBeNull()
    expect(gathering.add((lines[0] as string).replace('"handled":1001', '"handled":1002'))).toEqual({ point: 0, replication: 1 })
  })

  test('that belong nowhere are refused', () => {
    const gathering = new Gathering([4])
    expect(gathering.add('{}')).toBe('a line is no result')
    expect(gathering.add(lines[4] as string)).toBe('it holds replication 5 of point 1, which the study does not have')
    expect(gathering.add(resultLine(1, results[0] as never))).toContain('point 2')
  })
})
