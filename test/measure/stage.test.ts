import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Instant, seconds } from '../../src/kernel/time.ts'
import { STAGES } from '../../src/measure/record.ts'
import { type Facts, StageLog, stageOf } from '../../src/measure/stage.ts'

const whole: Facts = {
  active: true,
  held: false,
  bound: true,
  unschedulable: false,
  powered: true,
  up: true,
  nodeGone: false,
  nodeReady: true,
  tainted: false,
  detected: true,
  serves: true,
  ready: true,
  podStage: null,
}
const dead: Facts = { ...whole, serves: false, powered: false, up: false }
const at = (s: number): Instant => seconds(s) as number as Instant

describe('the next thing a replica lacks', () => {
  test.each([
    ['nothing, when it is active, ready and serves', whole, null],
    ['the status, when it serves, the kubelet knows and the API does not', { ...whole, ready: false, podStage: 'settle' }, 'settle'],
    ['its readiness, while it serves and no probe has seen it', { ...whole, ready: false, podStage: 'ready' }, 'ready'],
    ['detection, while its Node is Ready and its machine dead', dead, 'detect'],
    ['the NoExecute taint, once its Node is not Ready', { ...dead, nodeReady: false }, 'taint'],
    ['the end of its toleration, once the taint is there', { ...dead, nodeReady: false, tainted: true }, 'tolerate'],
    ['its own end, once its Node is deleted', { ...dead, nodeReady: false, nodeGone: true }, 'terminate'],
    ['a replacement, once it is deleted', { ...dead, active: false }, 'create'],
    ['the end of its object, while that has the only name there is', { ...dead, active: false, held: true }, 'terminate'],
    ['a node, before the first attempt', { ...whole, bound: false, serves: false, ready: false }, 'schedule'],
    ['room, after an attempt that found none', { ...whole, bound: false, unschedulable: true, serves: false }, 'capacity'],
    ['its start, while the machine boots', { ...whole, up: false, serves: false }, 'start'],
    ['detection by the kubelet, while nobody has looked', { ...whole, serves: false, detected: false }, 'detect'],
    ['its image, while it is pulled', { ...whole, serves: false, podStage: 'pull' }, 'pull'],
    ['the end of its back-off', { ...whole, serves: false, podStage: 'backoff' }, 'backoff'],
    ['its readiness, once it runs', { ...whole, serves: false, podStage: 'ready' }, 'ready'],
  ] as const)('is %s', (_name, facts, stage) => {
    expect(stageOf(facts)).toBe(stage)
  })
})

describe('the stages of one replica', () => {
  test('partition the time from the fault to convergence to the microsecond', () => {
    const log = new StageLog()
    log.enter(at(60), 'detect')
    log.enter(at(100), 'taint')
    log.enter(at(105), 'tolerate')
    log.enter(at(405), 'create')
    log.enter(at(406), null)
    const sums = log.between(at(60), at(407))
    expect(sums).toMatchObject({ detect: seconds(40), taint: seconds(5), tolerate: seconds(300), create: seconds(1), settle: seconds(1) })
  })

  test('all become repair when the machine comes back before the Pod is deleted', () => {
    const log = new StageLog()
    log.enter(at(60), 'detect')
    log.enter(at(100), 'taint')
    log.enter(at(105), 'tolerate')
    log.repaired(at(60))
    log.enter(at(150), 'start')
    log.enter(at(152), null)
    expect(log.between(at(60), at(152))).toMatchObject({ repair: seconds(90), start: seconds(2), detect: 0, taint: 0, tolerate: 0 })
  })

  test('are what they were when the Pod is deleted although the machine came back', () => {
    const log = new StageLog()
    log.enter(at(60), 'detect')
    log.enter(at(100), 'tolerate')
    log.repaired(at(60))
    log.enter(at(360), 'start')
    log.replaced()
    log.enter(at(400), 'create')
    log.enter(at(401), null)
    expect(log.between(at(60), at(401))).toMatchObject({
      repair: 0,
      detect: seconds(40),
      tolerate: seconds(260),
      start: seconds(40),
      create: seconds(1),
    })
  })

  test('seen from a later fault count from that fault on', () => {
    const log = new StageLog()
    log.enter(at(60), 'detect')
    log.enter(at(100), 'taint')
    log.enter(at(110), null)
    expect(log.between(at(90), at(110))).toMatchObject({ detect: seconds(10), taint: seconds(10) })
  })

  test('always add up, whatever happened', () => {
    const step = fc.record({ gap: fc.nat(1000), stage: fc.constantFrom(...STAGES, null) })
    fc.assert(
      fc.property(fc.array(step), fc.nat(3000), fc.nat(3000), (steps, a, b) => {
        const log = new StageLog()
        let now = 0
        for (const { gap, stage } of steps) {
          now += gap
          log.enter(now as Instant, stage)
        }
        const [from, to] = [Math.min(a, b) as Instant, Math.max(a, b) as Instant]
        const sums = log.between(from, to)
        expect(Object.values(sums).reduce((sum, each) => sum + each, 0)).toBe(to - from)
      }),
      { seed: 1 },
    )
  })
})
