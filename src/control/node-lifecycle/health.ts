import type { Heartbeats } from '../../cluster/heartbeats.ts'
import type { ConditionStatus, MachineId } from '../../cluster/objects.ts'
import type { Instant } from '../../kernel/time.ts'
import { type TickLog, turnOf } from './tick-log.ts'

/** What the controller remembers of one Node. node_lifecycle_controller.go:nodeHealthData (1.20 … 1.36). */
export interface Health {
  /** When, by the controller's clock, it last saw a new heartbeat. */
  probe: Instant
  /** That heartbeat, by the instant at which it became visible. */
  seen: number
  /** Ready as last reported, or as this controller set it; null when never reported. */
  ready: ConditionStatus | null
  /** Last transition of Ready as the controller noticed it. */
  transition: Instant
  /** Ticks of the log with a smaller number are accounted for. */
  through: number
}

/** Whether a Node has been silent for longer than its grace period; exactly that long is not longer. node_lifecycle_controller.go:tryUpdateNodeHealth. */
export const isExpired = (now: Instant, probe: Instant, grace: number): boolean => now > probe + grace

/** The Node has its turn at `turn`: a heartbeat not seen before moves its probe there. */
export function observe(health: Health, heartbeats: Heartbeats, machine: MachineId, turn: Instant): void {
  const seen = heartbeats.seen(machine, turn)
  if (seen === null || seen.visible === health.seen) return
  health.seen = seen.visible
  health.probe = turn
}

/** Lets a healthy Node have the turns it had in ticks that did not look at it, because nothing could come of it. */
export function catchUp(health: Health, heartbeats: Heartbeats, machine: MachineId, ticks: TickLog): void {
  for (let number = Math.max(health.through, ticks.base); number < ticks.end; number++) {
    const turn = turnOf(ticks.at(number), machine)
    if (Number.isNaN(turn)) return
    health.through = number + 1
    observe(health, heartbeats, machine, turn)
  }
}
