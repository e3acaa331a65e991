import { test } from 'vitest'
import { startProcess, stopProcess } from '../../../src/cluster/processes.ts'
import { kubeletsOf } from '../../../src/control/kubelet/state.ts'
import { containerSpec, machineSpec, podSpec, processOf, startAll } from '../../support/world.ts'
import { bind, convergedRun, kubeletRun, runFor, terminate, timeline } from './support.ts'

const phases = { 'kubelet.pleg': 0, 'kubelet.sync-tick': 0, 'kubelet.housekeeping': 0, 'kubelet.status-batch': 0 }
const latency = { 'pleg-relist': 20_000 }
const show = (name: string, lines: readonly (readonly [number, string])[]) =>
  console.log(name + '\n' + lines.map(([t, w]) => `${t} ${w}`).join('\n'))
const probe = {
  handler: 'httpGet',
  initialDelaySeconds: 0,
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
} as const
for (const profile of ['1.20.2', '1.34', '1.35'] as const) {
  test(`restart ${profile}`, () => {
    const run = convergedRun([{ name: 'a', spec: { containers: [containerSpec({ readinessProbe: probe })] } }, { name: 'b' }], {
      profile,
      phases,
      latency,
    })
    const lines = timeline(run)
    runFor(run, 10)
    stopProcess(run, processOf(run, 'kubelet/n'))
    runFor(run, 15)
    run.world.store.remove(run, run.world.store.pods.get(1)!)
    startProcess(run, processOf(run, 'kubelet/n'))
    runFor(run, 60)
    show(`RESTART ${profile}`, lines)
  })
  test(`static ${profile}`, () => {
    const manifest = { kind: 'Pod', name: 's', namespace: 'kube-system', labels: {}, annotations: {}, spec: podSpec() } as const
    const run = kubeletRun({ profile, phases, latency, machines: [machineSpec('n', { staticPods: [manifest] })] })
    const lines = timeline(run)
    runFor(run, 20)
    terminate(run, run.world.store.pods.find('kube-system', 's-n')!.id as never)
    runFor(run, 40)
    run.world.truth.powerOff(run, 0 as never)
    runFor(run, 50)
    run.world.truth.powerOn(run, 0 as never)
    runFor(run, 70)
    show(`STATIC ${profile}`, lines)
  })
  test(`force ${profile}`, () => {
    const run = convergedRun([{ name: 'a' }], { profile, phases, latency })
    const lines = timeline(run)
    runFor(run, 10)
    run.world.store.remove(run, run.world.store.pods.get(0)!)
    runFor(run, 40)
    show(`FORCE ${profile} ${run.world.truth.sandbox(0 as never)}`, lines)
  })
  test(`pull ${profile}`, () => {
    const run = kubeletRun({ profile, phases, latency: { ...latency, 'image-pull': 5e6 } })
    const lines = timeline(run)
    kubeletsOf(run.world).registryOutages = 1
    bind(run, { name: 'a' })
    runFor(run, 100)
    kubeletsOf(run.world).registryOutages = 0
    runFor(run, 300)
    show(`PULL ${profile}`, lines)
  })
  test(`mass ${profile}`, () => {
    const run = kubeletRun({ profile, phases, latency })
    for (let i = 0; i < 30; i++) bind(run, { name: `p${i}` })
    const ready: number[] = []
    run.world.observers.add({
      changed(r, c) {
        const p = c.after as any
        if (p?.ready && !(c.before as any)?.ready) ready.push(r.now / 1e6)
      },
    })
    runFor(run, 100)
    console.log('MASS', profile, ready.length, ready[0], ready.at(-1), run.handled)
  })
  test(`liveloop ${profile}`, () => {
    const run = convergedRun([{ name: 'a', spec: { containers: [containerSpec({ livenessProbe: probe })] } }], { profile, phases, latency })
    run.world.observers.add({
      container(r, p, n, e) {
        if (e === 'started') {
          const s = r.world.truth.sandbox(p)!
          ;(s.containers[0] as any).readyAt = Infinity
        }
      },
    })
    const s = run.world.truth.sandbox(0 as never)!
    run.world.truth.stopAnswering(run, s, s.containers[0]!)
    const lines = timeline(run)
    runFor(run, 1200)
    show(
      `LIVELOOP ${profile}`,
      lines.filter(([, w]) => w.includes('starts') || w.includes('exits')),
    )
  })
}
