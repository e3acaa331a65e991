import type { Run } from '../../cluster/world.ts'
import { healthOf } from './evaluation.ts'
import type { NodeLifecycle, Tick, Zone } from './state.ts'
import { schedulePass } from './taint-pass.ts'
import { computeZoneState, judgeDisruption, type ZoneState, zoneRate } from './zones.ts'

interface Judged {
  readonly zone: Zone
  readonly size: number
  readonly state: ZoneState
}

/**
 * Judges every zone by this tick's count and sets its rate. Nodes that were not looked at are ready. Answers whether master disruption begins: the caller then takes the
 * NoExecute taints off all Nodes and calls `enterMasterDisruption`. node_lifecycle_controller.go:handleDisruption (1.20 … 1.36).
 */
export function judgeZones(run: Run, state: NodeLifecycle, tick: Tick): boolean {
  const judged: Judged[] = []
  for (const [name, zone] of state.zones) {
    const { notReady, skipped } = tick.counts.get(name) ?? { notReady: 0, skipped: 0 }
    const size = zone.counted - skipped
    if (size <= 0) zone.state = null
    else judged.push({ zone, size, state: computeZoneState(size - notReady, notReady, state.flags['unhealthy-zone-threshold']) })
  }
  const before = judged.map(({ zone }) => zone.state ?? 'Initial')
  const now = judged.map((each) => each.state)
  const disruption = judgeDisruption(before, now)
  if (disruption === 'end of master disruption') forgive(run, state)
  if (disruption === 'end of master disruption' || disruption === 'zone by zone') {
    for (const each of judged) {
      if (each.zone.state !== each.state || disruption === 'end of master disruption') {
        each.zone.state = each.state
        each.zone.queue.swapLimiter(zoneRate(each.state, each.size, state.flags), run.now)
      }
    }
  }
  schedulePass(run)
  return disruption === 'master disruption'
}

/** No Node is ready: nobody is tainted until one is. */
export function enterMasterDisruption(run: Run, state: NodeLifecycle): void {
  for (const zone of state.zones.values()) {
    if (zone.counted === 0) continue
    zone.queue.swapLimiter(0, run.now)
    zone.state = 'FullDisruption'
  }
}

/** Every Node gets a fresh grace period. */
function forgive(run: Run, state: NodeLifecycle): void {
  for (const machine of state.known) {
    const health = healthOf(state, run, machine)
    if (health === undefined) continue
    health.probe = run.now
    health.transition = run.now
  }
}
