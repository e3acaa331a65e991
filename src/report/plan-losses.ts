import type { Refused } from '../control/scheduler.ts'
import type { LossTrial, Survival } from '../study/losses.ts'
import type { Obstacle, Room } from '../study/room.ts'
import { columns, type Paint, plural, thousands } from './text.ts'

/** Names shown of a set. */
const NAMES = 4

/** What can be lost, for a terminal: one answer per number of units lost at once, then the worst sets. */
export function lossTable(
  kind: string,
  units: number,
  waiting: readonly Refused[],
  survivals: readonly Survival[],
  paint: Paint,
): string[] {
  return [
    paint.bold(headline(kind, units, survivals)),
    ...(waiting.length === 0
      ? []
      : [
          `${plural(waiting.length, 'Pod')} fit nowhere as it is and count for nothing here, the first ${waiting[0]?.pod}: ${waiting[0]?.reason}`,
        ]),
    '',
    ...columns(
      [`${kind}s lost`, '>sets', '>examined', '>survived', '>share', '95 %'],
      survivals.map((one) => [
        String(one.k),
        Number.isFinite(one.total) ? thousands(one.total) : 'countless',
        one.exhaustive ? 'all' : `${thousands(one.examined)} at random`,
        thousands(one.survived),
        share(one.examined === 0 ? 1 : one.survived / one.examined),
        one.exhaustive ? 'exact' : `[${share(one.low)} … ${share(one.high)}]`,
      ]),
    ),
    ...survivals.flatMap((survival) => worst(kind, survival, paint)),
  ]
}

/** How many can be lost whichever they are. */
function headline(kind: string, units: number, survivals: readonly Survival[]): string {
  let any = 0
  for (const { k, exhaustive, survived, examined } of survivals) {
    if (k !== any + 1 || survived < examined) break
    if (!exhaustive) {
      return `Any ${any === 0 ? kind : `${any} ${kind}s`} of ${units} can be lost and every Pod still has a place; of ${k}, no set drawn at random leaves one without.`
    }
    any = k
  }
  if (any === 0) return `Not every ${kind} of ${units} can be lost: for some, a Pod of it has no place elsewhere.`
  return `Any ${any === 1 ? kind : `${any} ${kind}s at once`} of ${units} can be lost and every Pod still has a place.`
}

function worst(kind: string, { k, worst: trials }: Survival, paint: Paint): string[] {
  const bad = trials.filter(({ refused }) => refused.length > 0)
  const shown = bad.length > 0 ? bad.slice(0, 5) : trials.slice(0, k === 1 ? 5 : 1)
  if (shown.length === 0) return []
  const title = bad.length > 0 ? `Hurts most (${k} lost)` : `Every set of ${k} survives; closest to the edge, by Pods lost`
  return ['', paint.bold(title), ...shown.flatMap((trial) => lines(kind, trial))]
}

function lines(kind: string, { units, lost, ownerless, refused }: LossTrial): string[] {
  const names = units.length > NAMES ? `${units.slice(0, NAMES).join(', ')} and ${units.length - NAMES} more` : units.join(', ')
  const left = refused.length === 0 ? 'all placed again' : `${plural(refused.length, 'Pod')} without a place`
  const nobody = ownerless === 0 ? '' : ` (${thousands(ownerless)} of them without a controller: nobody recreates those)`
  return [
    `  ${kind} ${names}: ${plural(lost, 'Pod')} lost${nobody}, ${left}`,
    ...refused.slice(0, 1).map(({ pod, reason }) => `    ${pod}: ${reason}`),
  ]
}

/** How many more Pods fit, for a terminal: the answer and what stands in the way of one more. */
export function roomTable(
  kind: string,
  units: number,
  { workload, placed, more, obstacle, exceptions, limit }: Room,
  paint: Paint,
): string[] {
  const condition = `while any one ${kind} of ${units} can be lost`
  const answer =
    more < 0
      ? `Not even the ${plural(placed, 'Pod')} of ${workload} there ${placed === 1 ? 'is' : 'are'} survive every loss of a ${kind}.`
      : `${thousands(more)} more ${more === 1 ? 'Pod' : 'Pods'} of ${workload} (${thousands(placed)} now) fit ${condition}.`
  const next = more + 1
  const why =
    obstacle === null
      ? [`The search ended at ${plural(limit, 'Pod')} more: --limit looks further.`]
      : [`With ${next} more: ${because(kind, obstacle)}`]
  const still =
    obstacle?.what === 'loss'
      ? [
          exceptions.length === 0
            ? `Nor do ${next + 1} or ${next + 2}.`
            : `Yet ${exceptions.join(' and ')} would: placement is not monotone here.`,
        ]
      : []
  return [paint.bold(answer), ...why, ...(more < 0 ? [] : still)]
}

function because(kind: string, obstacle: Obstacle): string {
  if (obstacle.what === 'no node') return `no Node takes it: ${obstacle.reason}`
  const { unit, loss } = obstacle
  return `losing ${kind} ${unit} (${plural(loss.lost, 'Pod')}) leaves ${plural(loss.refused.length, 'Pod')} without a place, the first ${loss.refused[0]?.pod}: ${loss.refused[0]?.reason}`
}

const share = (value: number): string => `${(value * 100).toFixed(2)} %`
