import { Cache } from './cache.ts'
import { type Change, type ChangeLog, subjectOf, Watch } from './change-log.ts'
import type { Component } from './component.ts'
import { BALANCED } from './control-plane.ts'
import { type ApiObject, type KindName, type MachineId, type Pod, UNBOUND } from './objects.ts'
import type { Process } from './process.ts'
import type { Run, World } from './world.ts'

/** Registers a process that is not running yet. */
export function addProcess(world: World, name: string, program: Process['program'], machine: MachineId = UNBOUND): Process {
  const process: Process = {
    id: world.processes.length,
    name,
    program,
    machine,
    member: program === 'kube-controller-manager' || program === 'kube-scheduler' ? 0 : BALANCED,
    up: false,
    connected: true,
    incarnation: 0,
    cache: new Cache(),
    clients: new Map(),
    watches: [],
  }
  world.processes.push(process)
  if (program === 'kubelet') world.kubelets[machine] = process
  return process
}

/** Starts (or restarts) a process: LIST and WATCH of every kind its components watch, then each component's `start`, in list order. */
export function startProcess(run: Run, process: Process): void {
  const components = run.world.components.filter((component) => component.process === process.program)
  process.up = true
  process.connected = true
  process.incarnation++
  process.cache = new Cache(process.machine !== UNBOUND)
  if (process.machine === UNBOUND) watchKinds(run, process, components)
  else watchMachine(run, process, components)
  for (const component of components) component.start(run, process)
}

/** Ends a process: its watches, memory and calls under way are lost. */
export function stopProcess(run: Run, process: Process): void {
  if (!process.up) return
  process.up = false
  process.incarnation++
  for (const watch of process.watches) watch.stop()
  process.watches.length = 0
  for (const client of process.clients.values()) client.forget()
  for (const component of run.world.components) if (component.process === process.program) component.stop?.(run, process)
}

function watchKinds(run: Run, process: Process, components: readonly Component[]): void {
  const watched = new Set(components.flatMap((component) => Object.keys(component.watches)))
  const kinds = (Object.keys(run.world.store.tables) as KindName[]).filter((kind) => watched.has(kind))
  for (const kind of kinds) {
    const table = run.world.store.tables[kind]
    for (const object of table) process.cache.put(object)
    const listeners = components.filter((component) => component.watches[kind] !== undefined)
    openWatch(run, process, table.log as unknown as ChangeLog<ApiObject>, listeners, kind)
  }
}

/** A kubelet watches the Pods bound to its Node (field selector spec.nodeName). */
function watchMachine(run: Run, process: Process, components: readonly Component[]): void {
  const { store } = run.world
  for (const pod of store.podsOn(process.machine)) process.cache.put(pod)
  const log = store.podsOfMachine[process.machine] as ChangeLog<Pod>
  openWatch(run, process, log as unknown as ChangeLog<ApiObject>, components, 'Pod')
}

function openWatch(run: Run, process: Process, log: ChangeLog<ApiObject>, components: readonly Component[], kind: KindName): void {
  const handlers = components.flatMap((component) => component.watches[kind] ?? []) as ((
    run: Run,
    process: Process,
    change: Change,
  ) => void)[]
  const deliver = (at: Run, change: Change): void => {
    const held = change.after === undefined ? process.cache.remove(subjectOf(change)) : process.cache.put(change.after)
    const seen = { ...change, before: held }
    for (const handler of handlers) handler(at, process, seen)
  }
  process.watches.push(new Watch(run, log, process, deliver))
}
