import type { Fact } from './observations.ts'

/** One quantity that is compared: its values in one repetition, real or simulated [s, or a count]. */
export interface Milestone {
  readonly name: string
  readonly of: (facts: readonly Fact[]) => readonly number[]
  /** Where every value must lie whatever the simulation says. */
  readonly support?: readonly [low: number, high: number]
}

type Pick = (fact: Fact) => boolean

/** Facts of this kind and event whose detail begins so. */
const is =
  (kind: string, event: string, detail = ''): Pick =>
  (fact) =>
    fact.kind === kind && fact.event === event && fact.detail.startsWith(detail)

const unknown = is('node', 'ready', 'status=Unknown')
const nodeReady = is('node', 'ready', 'status=True')
const noSchedule = is('node', 'taint+', 'node.kubernetes.io/unreachable:NoSchedule')
const noExecute = is('node', 'taint+', 'node.kubernetes.io/unreachable:NoExecute')
const notReady = is('pod', 'ready', 'false')
const ready = is('pod', 'ready', 'true')
const terminating = is('pod', 'terminating')
const deleted = is('pod', 'deleted')
/** A Pod that is deleted without grace: the API server may write deletionTimestamp before it removes the object. */
const goes: Pick = (fact) => terminating(fact) || deleted(fact)
const created = is('pod', 'created')
const scheduled = is('pod', 'scheduled')
const running = is('pod', 'containerRunning')
const leaves = is('endpoints', 'ready-')
const joins = is('endpoints', 'ready+')

const timesOf = (facts: readonly Fact[], pick: Pick): readonly number[] => facts.filter(pick).map(({ t }) => t)

/** Whom a fact is about: endpoints name their Pod in the detail. */
const subject = (fact: Fact): string => (fact.kind === 'endpoints' ? fact.detail : fact.object)

function firsts(facts: readonly Fact[], pick: Pick): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const fact of facts) if (pick(fact) && !found.has(subject(fact))) found.set(subject(fact), fact.t)
  return found
}

/** From the first `from` to the first `to` of the same object, for each object that has both. */
function step(name: string, from: Pick, to: Pick): Milestone {
  return {
    name,
    of(facts) {
      const ends = firsts(facts, to)
      return [...firsts(facts, from)].flatMap(([object, t]) => (ends.has(object) ? [(ends.get(object) as number) - t] : []))
    },
  }
}

/** From the first `from` to the n-th `to` of anything; 1 is the first, 0 the last. */
function span(name: string, from: Pick, to: Pick, n: number): Milestone {
  return {
    name,
    of(facts) {
      const start = timesOf(facts, from)[0]
      const end = timesOf(facts, to).at(n - 1)
      return start === undefined || end === undefined ? [] : [end - start]
    },
  }
}

/** When the n-th of something came after the fault, less `since`. */
function at(name: string, pick: Pick, n: number, since = 0): Milestone {
  return {
    name,
    of(facts) {
      const t = timesOf(facts, pick).at(n - 1)
      return t === undefined ? [] : [t - since]
    },
  }
}

const count = (name: string, pick: Pick): Milestone => ({ name, of: (facts) => [facts.filter(pick).length] })

/** The i-th replacement comes i-th after the deletions. */
const replacement: Milestone = {
  name: 'deletion → replacement created',
  of(facts) {
    const births = timesOf(facts, created)
    return [...firsts(facts, goes).values()].flatMap((t, i) => (births[i] === undefined ? [] : [births[i] - t]))
  },
}

/** From the last renewal to Unknown, less the grace period: what is left is the monitor's phase, and its own run time. */
const detection: Milestone = {
  name: 'last renewal + 40 s → Unknown',
  of(facts) {
    const ages = new Map(facts.filter(is('lease', 'lastRenewSeenBeforeFault')).map(({ object, detail }) => [object, detail]))
    return facts.filter(unknown).flatMap(({ object, t }) => {
      const age = ages.get(object)
      return age === undefined ? [] : [t + Number(age.replace('ageAtFault=', '')) - 40]
    })
  },
}

const start: readonly Milestone[] = [
  step('created → scheduled', created, scheduled),
  step('scheduled → running', scheduled, running),
  step('running → Ready', running, ready),
]

const outage: readonly Milestone[] = [
  step('Unknown → NoSchedule taint', unknown, noSchedule),
  span('Unknown → first Pod not ready', unknown, notReady, 1),
  span('Unknown → last Pod not ready', unknown, notReady, 0),
  step('Pod not ready → out of Endpoints', notReady, leaves),
]

const crash = (toleration: number): readonly Milestone[] => [
  { ...detection, support: [0, 5.1] },
  ...outage,
  step('NoSchedule taint → NoExecute taint', noSchedule, noExecute),
  { ...span(`NoExecute taint + ${toleration} s → first deletion`, noExecute, terminating, 1), of: lessToleration(toleration, 1) },
  { ...span(`NoExecute taint + ${toleration} s → last deletion`, noExecute, terminating, 0), of: lessToleration(toleration, 0) },
  count('Pods deleted', terminating),
  replacement,
  ...start,
  step('Ready → in Endpoints', ready, joins),
  at('crash → last replacement Ready', ready, 0),
]

const lessToleration =
  (toleration: number, n: number) =>
  (facts: readonly Fact[]): readonly number[] =>
    span('', noExecute, terminating, n)
      .of(facts)
      .map((value) => value - toleration)

const ORDINALS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]

const zone: readonly Milestone[] = [
  detection,
  ...outage,
  at('crash → first Unknown', unknown, 1),
  at('crash → last Unknown', unknown, 0),
  ...ORDINALS.map((n) => at(`crash → NoExecute taint ${n}`, noExecute, n)),
  replacement,
  ...start,
  step('Ready → in Endpoints', ready, joins),
  at('crash → last replacement Ready', ready, 0),
]

const nodeDeleted = is('node', 'deleted')

/** PodGC alone finds what ran on a machine whose Node object is gone. */
const nodeDeletion: readonly Milestone[] = [
  span('Node deleted → first Pod deleted', nodeDeleted, goes, 1),
  span('Node deleted → last Pod deleted', nodeDeleted, goes, 0),
  count('Pods not ready before they are deleted', notReady),
  count('Pods deleted', deleted),
  step('deletion → out of Endpoints', goes, leaves),
  replacement,
  ...start,
  step('Ready → in Endpoints', ready, joins),
]

const REBOOT = 60

const reboot: readonly Milestone[] = [
  { ...detection, support: [0, 5.1] },
  ...outage,
  step('NoSchedule taint → NoExecute taint', noSchedule, noExecute),
  at('reboot → Node Ready', nodeReady, 0, REBOOT),
  step('Node Ready → NoSchedule taint gone', nodeReady, is('node', 'taint-', 'node.kubernetes.io/unreachable:NoSchedule')),
  step('Node Ready → NoExecute taint gone', nodeReady, is('node', 'taint-', 'node.kubernetes.io/unreachable:NoExecute')),
  span('Node Ready → first Pod Ready', nodeReady, ready, 1),
  span('Node Ready → last Pod Ready', nodeReady, ready, 0),
  step('Ready → in Endpoints', ready, joins),
  count('Pods deleted', terminating),
]

/** Stop of the container → its restart number k, for each Pod. */
function restart(k: number): Milestone {
  return {
    name: `container stopped → restart ${k}`,
    of(facts) {
      const pods = [...new Set(facts.filter(({ kind }) => kind === 'cri').map(({ object }) => object))]
      return pods.flatMap((pod) => {
        const own = facts.filter(({ kind, object }) => kind === 'cri' && object === pod)
        const begun = own.filter(({ event }) => event === 'containerStarted')[k]
        const ended = own.filter(({ event }) => event === 'containerStopped')[k - 1]
        return begun === undefined || ended === undefined ? [] : [begun.t - ended.t]
      })
    },
  }
}

const crashLoop: readonly Milestone[] = [
  step('created → scheduled', created, scheduled),
  step('scheduled → container started', scheduled, is('cri', 'containerStarted')),
  step('container started → running in the API', is('cri', 'containerStarted'), running),
  ...ORDINALS.map(restart),
]

const scaleUp: readonly Milestone[] = [
  count('Pods created', created),
  ...[1, 100, 500, 900, 1000].map((n) => at(`scale → Pod ${n} created`, created, n)),
  ...start,
  at('scale → last Pod Ready', ready, 0),
]

const rollout: readonly Milestone[] = [
  count('Pods created', created),
  count('Pods deleted', deleted),
  at('new image → first Pod created', created, 1),
  at('new image → Pod 30 created', created, 30),
  at('new image → last Pod created', created, 0),
  ...start,
  step('Ready → in Endpoints', ready, joins),
  step('terminating → container ended in the API', terminating, is('pod', 'containerTerminated')),
  step('terminating → object gone', terminating, deleted),
  at('new image → last Pod Ready', ready, 0),
  at('new image → last old Pod gone', deleted, 0),
]

const renewal: Milestone = {
  name: 'lease renewal → next',
  of(facts) {
    const before = new Map<string, number>()
    return facts.filter(is('lease', 'renewed')).flatMap(({ object, t }) => {
      const last = before.get(object)
      before.set(object, t)
      return last === undefined ? [] : [t - last]
    })
  },
}

const idle: readonly Milestone[] = [
  renewal,
  count('changes of Nodes, Pods and Endpoints', ({ kind, event }) => ['node', 'pod', 'endpoints'].includes(kind) && event !== 'initial'),
]

/** What is compared in each case. */
export const milestones: Readonly<Record<string, readonly Milestone[]>> = {
  p01: crash(300),
  p02: crash(30),
  p03: crash(0),
  p04: scaleUp,
  p05: rollout,
  p06: zone,
  p06b: zone,
  p07: crashLoop,
  p08: reboot,
  p09: nodeDeletion,
  p10: idle,
  p11: crash(30),
}
