import { describe, expect, test } from 'vitest'
import type { Instant } from '../../src/kernel/time.ts'
import { Course } from '../../src/measure/course.ts'
import { availabilityLongrun } from '../../src/measure/measures/availability-longrun.ts'
import { WorkloadLedger } from '../../src/measure/workload-ledger.ts'

const at = (seconds: number) => (seconds * 1e6) as Instant

describe('A course', () => {
  test('spreads what was missing over its steps, and begins with the measured window', () => {
    const course = new Course(at(0), at(2000))
    course.add(at(0), at(10), 0, 2)
    course.add(at(10), at(12.5), 1, 2)
    course.add(at(12.5), at(2000), 0, 2)
    expect(course.availability.slice(9, 14)).toEqual([1, 0.5, 0.5, 0.75, 1])
    expect(course.availability).toHaveLength(2000)
    const later = new Course(at(1000), at(3000))
    later.add(at(0), at(1001), 2, 2)
    expect(later.availability.slice(0, 2)).toEqual([0, 1])
  })
})

describe('availability.longrun', () => {
  /** Two Pods over 2,000 steps of a minute: nobody serves in the first hour, then one is away for 6 s in every step. */
  function ledger(): WorkloadLedger {
    const web = new WorkloadLedger('deployment/default/web', at(0), at(0))
    web.course = new Course(at(0), at(120_000))
    web.desired = 2
    web.advance(at(3600))
    for (let minute = 60; minute < 2000; minute++) {
      web.serving = 1
      web.advance(at(60 * minute + 6))
      web.serving = 2
      web.advance(at(60 * minute + 60))
    }
    return web
  }
  const valuesOf = (web: WorkloadLedger) =>
    availabilityLongrun.values({ rows: [], services: [], ledgers: [web], windowFrom: at(0), horizon: at(120_000) })

  test('leaves the beginning out: 19 of 20 Pod seconds are served', () => {
    const [worst, web] = valuesOf(ledger())
    expect(worst).toMatchObject({ labels: '', value: web?.value })
    expect(web).toMatchObject({ labels: 'workload="deployment/default/web"', censored: false })
    expect(web?.value).toBeCloseTo(0.95, 9)
    expect(web?.batches).toHaveLength(20)
  })

  test('has no value where no fault comes again and again', () => {
    const web = ledger()
    web.course = null
    expect(valuesOf(web)).toEqual([])
  })
})
