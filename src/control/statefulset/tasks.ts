import { CONFLICT } from '../../cluster/api-server.ts'
import type { PodId, StatefulSet } from '../../cluster/objects.ts'
import type { Run } from '../../cluster/world.ts'
import type { PodTemplate } from '../../scenario/specs.ts'
import { nextBatch } from '../replicaset/plan.ts'
import type { Call } from './plan.ts'
import { claimDrafts, ownerOf, podsOf, statefulPodDraft, templateFor } from './pods.ts'
import type { Pass, State, Task } from './state.ts'

/**
 * Begins the next batch of the step under way, each call answered to `state.called`; answers false when the pass has no more to do, or is to end because a
 * call failed.
 */
export function nextTasks(run: Run, state: State, pass: Pass): boolean {
  while (!pass.failed) {
    const step = pass.steps[pass.step]
    if (step === undefined) return false
    const remaining = step.tasks.length - pass.begun
    if (remaining === 0) {
      pass.step++
      pass.begun = 0
      pass.batch = 0
      continue
    }
    pass.batch = step.parallel ? nextBatch(remaining, pass.batch) : 1
    const batch = step.tasks.slice(pass.begun, pass.begun + pass.batch)
    pass.begun += pass.batch
    const busy = batch.filter((calls) => calls.length > 0)
    pass.outstanding = busy.length
    for (const calls of busy) callNext(run, state, pass, state.tasks.add({ set: pass.set.id, calls, next: 0, place: null, claims: null }))
    if (busy.length > 0) return true
  }
  return false
}

function callNext(run: Run, state: State, pass: Pass, slot: number): void {
  const task = state.tasks.at(slot)
  const call = task.calls[task.next] as Call
  if (call.verb === 'create') createClaims(run, state, pass, task, slot)
  else remove(run, state, pass, call, slot)
}

/** Claims that are not there are created first, one after the other: createPersistentVolumeClaims (stateful_pod_control.go, 1.20 … 1.36). */
function createClaims(run: Run, state: State, pass: Pass, task: Task, slot: number): void {
  const { client } = state
  const { ordinal } = task.calls[task.next] as Call
  if (task.claims === null) {
    const known = new Set([...client.process.cache.all('PersistentVolumeClaim')].map(({ namespace, name }) => `${namespace}/${name}`))
    task.claims = claimDrafts(pass.set, ordinal).filter(({ namespace, name }) => !known.has(`${namespace}/${name}`))
  }
  const claim = task.claims.shift()
  if (claim === undefined) create(run, state, pass, task, slot)
  else run.world.api.create(run, client, 'PersistentVolumeClaim', claim, state.claimed, slot)
}

/** A claim was created, or is there already; otherwise the task has failed. Answers whether the pass has ended with it. */
export function claimAnswered(run: Run, state: State, slot: number, answer: number): boolean {
  const task = state.tasks.at(slot)
  const pass = state.passes.get(task.set) as Pass
  if (answer < 0 && answer !== CONFLICT) return taskAnswered(run, state, slot, answer)
  createClaims(run, state, pass, task, slot)
  return false
}

function create(run: Run, state: State, { set, revisions }: Pass, task: Task, slot: number): void {
  const { ordinal, revision } = task.calls[task.next] as Call
  const template = revisions.find(({ name }) => name === revision)?.template ?? set.template
  task.place = run.world.lineages.at(ownerOf(set), ordinal)
  const draft = statefulPodDraft(set, ownTemplate(run, state, set, template, revision, ordinal), task.place)
  run.world.api.create(run, state.client, 'Pod', draft, state.called, slot)
}

/** Pods of one identity and revision share their template, so that what is derived from its spec is derived once. */
function ownTemplate(run: Run, state: State, set: StatefulSet, template: PodTemplate, revision: string, ordinal: number): PodTemplate {
  const name = `${set.id}/${revision}/${ordinal}`
  const known = state.templates.get(name) ?? templateFor(set, template, revision, ordinal, run.world.profile.minor)
  state.templates.set(name, known)
  return known
}

function remove(run: Run, state: State, pass: Pass, { ordinal }: Call, slot: number): void {
  const name = `${pass.set.name}-${ordinal}`
  const pod = podsOf(state.client.process.cache, pass).find((one) => one.name === name)
  if (pod !== undefined) run.world.api.delete(run, state.client, pod, state.called, slot)
}

/** The present call of a task was answered: makes the next one. Answers whether the pass has ended with it. */
export function taskAnswered(run: Run, state: State, slot: number, answer: number): boolean {
  const task = state.tasks.at(slot)
  const pass = state.passes.get(task.set) as Pass
  const call = task.calls[task.next] as Call
  report(run, state, pass, call, task, answer)
  task.next++
  if (answer >= 0) pass.made.push(call)
  else pass.failed = true
  if (answer >= 0 && task.next < task.calls.length) {
    callNext(run, state, pass, slot)
    return false
  }
  state.tasks.take(slot)
  pass.outstanding--
  return pass.outstanding === 0 && !nextTasks(run, state, pass)
}

/** What an answer is worth an Event, but that a Pod was there already: stateful_pod_control.go:CreateStatefulPod, recordPodEvent (1.20 … 1.36). */
function report(run: Run, { client }: State, { set }: Pass, call: Call, { place }: Task, answer: number): void {
  const name = `${set.name}-${call.ordinal}`
  const verb = call.verb === 'create' ? 'Create' : 'Delete'
  const what = `${call.verb} Pod ${name} in StatefulSet ${set.name}`
  if (answer >= 0) client.notice(run, set.key, `Successful${verb}`, `${what} successful`)
  else if (call.verb === 'delete' || answer !== CONFLICT)
    client.notice(run, set.key, `Failed${verb}`, `${what} failed error: HTTP ${-answer}`)
  if (call.verb === 'create' && answer >= 0 && place !== null) run.world.lineages.hold(ownerOf(set), answer as PodId, place)
}
