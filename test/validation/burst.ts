import type { Fact } from './observations.ts'
import { ageOf, isAge, machine } from './replay.ts'

/** Nodes of the case, and the pace at which the recording started one after the other [s]. */
const NODES = 30
const PACE = 0.45
/** A renewal of a lease and its call, to the next [s]. */
const RENEWAL = 10.007
/** Renewals of the first kubelet up to the fault: the settled time of all repetitions, 136 … 143 s, and the start before it. */
const RENEWALS = 16
/** When the machines die [s after the begin of the simulation]. */
export const FAULT = 200
/** From the last start until all Nodes are ready and the workload is created [s]. */
const CREATED_AFTER = 12
/** Before that nobody has joined [s]. */
const EMPTY = 0.5

/** When each kubelet was started, by the ages of the leases at the fault [s]; between two recorded ones the others started evenly. */
export function joinedAt(facts: readonly Fact[]): ReadonlyMap<string, number> {
  const ages = facts.filter(isAge).map((fact) => ({ number: Number(fact.object.slice(1)), age: ageOf(fact) }))
  const start = FAULT - RENEWALS * RENEWAL - (ages[0]?.age ?? 0)
  const known = ages.map(({ number, age }) => {
    const expected = start + (number - 1) * PACE
    const renewals = Math.round((FAULT - age - expected) / RENEWAL)
    return { number, at: FAULT - age - renewals * RENEWAL }
  })
  const at = (number: number): number => {
    const before = known.findLast((each) => each.number <= number) ?? { number: 1, at: start }
    const after = known.find((each) => each.number > number) ?? { number: NODES + 1, at: before.at + (NODES + 1 - before.number) * PACE }
    return before.at + ((number - before.number) / (after.number - before.number)) * (after.at - before.at)
  }
  return new Map(Array.from({ length: NODES }, (_, i) => [machine(`n${i + 1}`), at(i + 1)]))
}

/** What the timetable of a repetition adds to the case: machines are off and their Nodes deleted at first, come up as they did, get their Pods, and one zone dies. */
export function burst(facts: readonly Fact[]): object {
  const joined = joinedAt(facts)
  const names = [...joined.keys()]
  const off = names.map((node) => ({
    name: `off-${node}`,
    fault: 'node-crash',
    when: { at: '0s' },
    who: { node },
    for: `${(joined.get(node) as number).toFixed(3)}s`,
  }))
  const last = Math.max(...joined.values()) + CREATED_AFTER
  return {
    operations: [
      ...names.map((node) => ({ when: { at: `${EMPTY}s` }, do: 'delete', of: `node/${node}` })),
      { when: { at: `${last.toFixed(3)}s` }, do: 'scale', of: 'deployment/default/web', replicas: 60 },
    ],
    faults: [...off, { name: 'crash', fault: 'node-crash', when: { at: `${FAULT}s` }, who: { zone: 'a' } }],
  }
}
