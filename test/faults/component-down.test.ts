import { describe, expect, test } from 'vitest'
import { scenarioOf } from '../support/play.ts'
import { crash, down, type Staged, stage, textOf, web } from './control-plane.ts'

const three = { count: 3, zones: ['a', 'b', 'c'] }
const KCM = 'kube-controller-manager'
const only = (runs: readonly Staged[]): Staged => runs[0] as Staged

/** kubernetes-semantics §9.5, §3.11. */
describe('without a controller manager', () => {
  const run = only(
    stage({
      faults: [crash(60), down(KCM, 40, 300)],
      operations: [{ when: { at: '70s' }, do: 'scale', of: 'deployment/default/web', replicas: 6 }],
    }),
  )

  test('a Node that dies is not noticed, and nothing is replaced', () => {
    expect(run.times(/^node worker-1 ready/).filter((time) => time < 340)).toEqual([])
    expect(run.times(/^pod .* created/, 1).filter((time) => time < 340)).toEqual([])
  })

  test('a Node that died meanwhile is noticed a whole grace period after its first look', () => {
    // The end at 340 s, 2 s of restart, 15 s and a look at the record of before, 3 s for its caches; then 50 s.
    const looks = run.first(/RegisteredNode/, 340)
    expect(looks).toBeGreaterThan(360)
    expect(run.first(/^node worker-1 ready status=Unknown/)).toBeCloseTo(looks + 50, 1)
  })

  test('what was asked for meanwhile is done when it is back', () => {
    const created = run.times(/^pod .* created/, 341)
    expect(created.length).toBeGreaterThanOrEqual(3)
    expect(created[0]).toBeGreaterThan(361)
    expect(created[0]).toBeLessThan(366)
  })
})

describe('a controller manager that is killed while tolerations run', () => {
  const run = only(stage({ faults: [crash(60), down(KCM, 300, 0)] }))
  const looks = run.first(/RegisteredNode/, 300)

  test('takes NoExecute off with its first look, and puts it on again with the next pass', () => {
    expect(run.first(/taint- .*unreachable:NoExecute/)).toBeCloseTo(looks, 0)
    expect(run.first(/taint\+ .*unreachable:NoExecute/, 300)).toBeCloseTo(looks, 0)
    expect(run.first(/taint\+ .*unreachable:NoExecute/, 300)).toBeGreaterThan(run.first(/taint- .*unreachable:NoExecute/))
  })

  test('begins the 300 s of toleration again', () => {
    const tainted = run.first(/taint\+ .*unreachable:NoExecute/, 300)
    expect(run.first(/^pod .* terminating/)).toBeCloseTo(tainted + 300, 0)
  })

  test('leaves the Node Unknown all the while', () => expect(run.times(/^node worker-1 ready/)).toHaveLength(1))
})

test('a controller manager that is killed after Pods were deleted brings none of them back', () => {
  const run = only(stage({ faults: [crash(60), down(KCM, 500, 0)] }))
  const deleted = run.times(/^pod .* terminating/).length
  expect(deleted).toBeGreaterThan(0)
  expect(run.times(/^pod .* terminating/, 500)).toEqual([])
  expect(run.times(/^pod .* created/, 500)).toEqual([])
})

test('without a scheduler replacements are created and wait; with one they are placed at once', () => {
  const spec = { tolerations: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 10 }] }
  const run = only(stage({ workloads: [web(3, spec)], faults: [crash(60), down('kube-scheduler', 50, 150)] }))
  expect(run.times(/^pod .* created/, 1)[0]).toBeLessThan(135)
  const scheduled = run.times(/^pod .* scheduled/, 1)
  const leads = run.first(/^component kube-scheduler.* leads/)
  // 200 s, 2 s of restart, 3 s for its caches, then 15 s and a look.
  expect(leads).toBeGreaterThan(220)
  expect(scheduled[0]).toBeGreaterThan(leads)
  expect(scheduled[0]).toBeLessThan(leads + 1)
})

/** kubernetes-semantics §9.5, §11.7. */
describe('without an API server', () => {
  const crashing = { name: 'crash', fault: 'container-crash', when: { at: '120s' }, who: { workload: 'deployment/default/web', count: 1 } }
  const scale = { when: { at: '130s' }, do: 'scale', of: 'deployment/default/web', replicas: 9 }
  const run = only(stage({ faults: [down('kube-apiserver', 60, 300), crashing], operations: [scale] }))

  test('controller manager and scheduler exit 10 … 12 s later and are restarted', () => {
    for (const program of [KCM, 'kube-scheduler']) {
      const stopped = run.times(new RegExp(`^component ${program}.* stopped`))
      expect(stopped).toHaveLength(1)
      expect(stopped[0]).toBeGreaterThanOrEqual(70)
      expect(stopped[0]).toBeLessThan(72.1)
      expect(run.first(new RegExp(`^component ${program}.* started`))).toBeCloseTo((stopped[0] as number) + 2, 4)
    }
  })

  test('a container that ends is restarted by its kubelet', () => {
    expect(run.first(/^cri .* containerStarted/, 120)).toBeLessThan(122)
  })

  test('that restart is in its status when the server is back and the kubelet has had its next batch, within 10 s', () => {
    expect(run.times(/restartCount/)[0]).toBeGreaterThan(362)
    expect(run.times(/restartCount/)[0]).toBeLessThan(372.1)
  })

  test('an operation fails, and is recorded as failed', () => {
    expect(run.result.remarks).toEqual([expect.stringMatching(/update .*web at 130.* failed: the API server did not answer/)])
    expect(run.times(/^pod .* created/, 1)).toEqual([])
  })

  test('no Node is ever taken for dead, whatever the version', () => {
    for (const kubernetes of ['1.20', '1.27', '1.34'])
      for (const outage of [8, 30, 120, 400])
        for (const one of stage({ kubernetes, faults: [down('kube-apiserver', 60, outage)], horizon: '12m' }, 3))
          expect(one.times(/^node .* (?:ready|taint)/)).toEqual([])
  })
})

test('an outage of 5 s is over before the leaders give up', () => {
  for (const run of stage({ faults: [down('kube-apiserver', 60, 5)], latency: { 'component-restart': '1ms' } }, 10)) {
    expect(run.times(/^component kube-(?:controller|scheduler).* stopped/)).toEqual([])
  }
})

test('a Pod deleted just before the outage is gone once its kubelet has heard of it, after the outage', () => {
  const kill = { name: 'kill', fault: 'pod-kill', when: { at: '59.988s' }, who: { workload: 'deployment/default/web', count: 1 } }
  const [run] = stage({ faults: [kill, down('kube-apiserver', 60, 100)], latency: { watch: '50ms' } })
  const deleted = run?.first(/^pod .* terminating/) ?? 0
  expect(deleted).toBeCloseTo(59.998, 3)
  // The change is on its way when the connection breaks: the kubelet hears of it when its reflector has backed off, up to 60 s later.
  expect(run?.first(/containerStopped/)).toBeGreaterThan(162)
  expect(run?.first(/^pod .* deleted/)).toBeGreaterThan(162)
})

describe('a call that is under way when the API server goes', () => {
  const replicas = { when: { at: '60s' }, do: 'scale', of: 'deployment/default/web', replicas: 8 }
  const latency = { 'api-request': '1s', 'component-restart': '1ms' }
  const cuts = [61.8, 62.8, 63.8, 64.8]
  const runs = cuts.flatMap((cut) => stage({ faults: [down('kube-apiserver', cut, 2)], operations: [replicas], latency }, 5))

  test('has been carried out or not: some clusters have its effect at that instant, others do not', () => {
    const cut = runs.map((run) => run.times(/^pod .* (?:created|scheduled)/, 1).filter((time) => cuts.includes(time)).length)
    expect(Math.max(...cut)).toBeGreaterThan(0)
    expect(Math.min(...cut)).toBe(0)
  })

  test('is never carried out twice: each Pod is placed once, and there are as many as are wanted', () => {
    for (const run of runs) {
      const bound = run.rows
        .filter(({ kind, event, time }) => kind === 'pod' && event === 'scheduled' && time > 0)
        .map(({ object }) => object)
      expect(new Set(bound).size).toBe(bound.length)
      const timeline = run.result.timeline?.at(-1)
      expect(timeline?.ready).toBe(8)
    }
  })
})

/** kubernetes-semantics §9.3; kubeadm joins a controller manager to the API server beside it. */
describe('of three API servers', () => {
  test('one may go: no Node is missed, no operation fails', () => {
    const scale = { when: { at: '70s' }, do: 'scale', of: 'deployment/default/web', replicas: 6 }
    for (const run of stage(
      { controlPlane: three, faults: [down('kube-apiserver', 60, 600, { who: { node: 'control-plane-1' } })], operations: [scale] },
      6,
    )) {
      expect(run.times(/^node .* (?:ready|taint)/)).toEqual([])
      expect(run.result.remarks).toEqual([])
      expect(run.result.timeline?.at(-1)?.ready).toBe(6)
    }
  })

  test('the one beside the leading controller manager takes its leadership with it', () => {
    const runs = stage({ controlPlane: three, faults: [down('kube-apiserver', 60, 600, { who: { node: 'control-plane-1' } })] }, 12)
    const led = runs.filter((run) => run.times(/^component kube-controller-manager\/control-plane-1 stopped/).length > 0)
    expect(led.length).toBeGreaterThan(0)
    expect(led.length).toBeLessThan(12)
    for (const run of led) {
      expect(run.first(/^component kube-controller-manager\/control-plane-1 stopped/)).toBeGreaterThanOrEqual(70)
      expect(run.first(/^component kube-controller-manager\/control-plane-[23] leads/)).toBeLessThan(85)
    }
  })
})

/** kubernetes-semantics §9.2, §9.5. */
describe('of three members of etcd', () => {
  const etcd = (fields: object) =>
    stage({
      controlPlane: three,
      faults: [down('etcd', 60, 100, fields)],
      operations: [{ when: { at: '60.5s' }, do: 'scale', of: 'deployment/default/web', replicas: 4 }],
    })

  test('a follower may go unnoticed', () => {
    const run = only(etcd({ role: 'follower', who: { all: true, count: 1 } }))
    expect(run.first(/^pod .* created/, 1)).toBeLessThan(60.7)
  })

  test('the loss of the leader makes calls wait until another is elected', () => {
    const run = only(etcd({ role: 'leader' }))
    expect(run.first(/^pod .* created/, 1)).toBeGreaterThan(61.5)
    expect(run.first(/^pod .* created/, 1)).toBeLessThan(61.7)
    expect(run.result.remarks).toEqual([])
  })

  test('the loss of two is an outage: the controller manager exits, and calls fail after 7 s', () => {
    const run = only(etcd({ who: { all: true, count: 2 } }))
    expect(run.result.remarks).toEqual([expect.stringMatching(/failed: the API server did not answer/)])
    expect(run.times(/^component kube-controller-manager.* stopped/)).toHaveLength(1)
    expect(run.times(/^node .* (?:ready|taint)/)).toEqual([])
  })
})

/** kubernetes-semantics §3.6, §9.4. */
describe('a machine of the control plane that loses power', () => {
  const power = (registered: boolean) =>
    stage(
      {
        controlPlane: { count: 3, registered },
        faults: [{ name: 'p', fault: 'node-crash', when: { at: '60s' }, who: { node: 'control-plane-1' }, for: '60s' }],
      },
      8,
    )

  test('takes its four processes with it, and brings them back when it has booted', () => {
    for (const run of power(false)) {
      expect(run.lines(/^component .*control-plane-1 stopped/).map(([time]) => time)).toEqual([60, 60, 60, 60])
      expect(run.lines(/^component .*control-plane-1 started/).map(([time]) => time)).toEqual([162, 162, 162, 162])
    }
  })

  test('is a Node that goes and comes where it is registered', () => {
    for (const run of power(true))
      expect(run.lines(/^node control-plane-1 ready/).map(([, what]) => what)).toEqual([
        'node control-plane-1 ready status=Unknown',
        'node control-plane-1 ready status=True',
      ])
  })
})

test('a machine that runs no control plane cannot be named as a victim', () => {
  const read = (node: string) => () => scenarioOf(textOf({ controlPlane: three, faults: [down('etcd', 60, null, { who: { node } })] }))
  expect(read('worker-1')).toThrow(/worker-1/)
  expect(read('control-plane-3')).not.toThrow()
})

describe('a parameter that would do nothing is an error:', () => {
  const reading = (fields: object) => () => scenarioOf(textOf({ faults: [down('etcd', 60, null, fields)] }))
  test.each([
    ['answer of what nobody calls', { answer: 'refused' }, /expected answer only beside component: kube-apiserver or dns/],
    [
      'answer of a controller manager',
      { component: KCM, answer: 'timeout' },
      /expected answer only beside component: kube-apiserver or dns/,
    ],
    ['the role of an API server', { component: 'kube-apiserver', role: 'follower' }, /expected no role: it has no leader/],
  ])('%s', (_, fields, message) => expect(reading(fields)).toThrow(message))
  test('answer of an API server is none', () => expect(reading({ component: 'kube-apiserver', answer: 'timeout' })).not.toThrow())
})

/** etcd server/etcdserver/server.go:TransferLeadership. */
test('a leader of etcd that is told to end hands its leadership on: calls do not wait for an election', () => {
  const created = (exit: string): number => {
    const faults = [down('etcd', 60, 100, { role: 'leader', exit })]
    const operations = [{ when: { at: '60.5s' }, do: 'scale', of: 'deployment/default/web', replicas: 4 }]
    return only(stage({ controlPlane: three, faults, operations })).first(/^pod .* created/, 1)
  }
  expect(created('terminated')).toBeLessThan(60.7)
  expect(created('killed')).toBeGreaterThan(61.5)
})
