import { type Duration, type Instant, seconds } from '../kernel/time.ts'
import { type MachineId, UNBOUND } from './objects.ts'
import type { Process } from './process.ts'
import type { Kind, Run } from './world.ts'

/** The programs of a control plane, in the order in which they depend on each other. */
export const PROGRAMS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const
/** One of them. */
export type Program = (typeof PROGRAMS)[number]

/** How something that is down meets a call: it is refused at once, or never answered. */
export type Answer = 'refused' | 'timeout'

/** One process of one program, on one machine of the control plane: what truth knows of it. */
export interface Instance {
  /** Dense index into `instances`. */
  readonly id: number
  readonly program: Program
  /** `kube-apiserver/control-plane-1`. */
  readonly name: string
  /** Which machine of the control plane, from 0. */
  readonly member: number
  /** UNBOUND in a world without machines for its control plane. */
  readonly machine: MachineId
  /** Faults that keep it from running, and how many of them leave calls without any answer. */
  downs: number
  silences: number
  running: boolean
  /** Counts when it was told to start: which start a later event means. */
  starts: number
  /** When it started last; −∞ when it has been running since before the run. */
  startedAt: Instant
}

/**
 * What an API server is to its callers. `stalled`: it runs, but etcd answers it nothing: calls end with its own timeout, watches stay open. `refused` and
 * `silent`: it is away, and so are all connections to it.
 */
export type ServerState = 'serving' | 'stalled' | 'refused' | 'silent'

/** Who must hear of what happens to the control plane: the bridges of its processes. */
export interface ControlPlaneListener {
  stopped?(run: Run, instance: Instance): void
  started?(run: Run, instance: Instance): void
  /** An API server is something else to its callers than before. `serverOf` and `state` answer as it is now. */
  server?(run: Run, member: number, before: ServerState): void
}

/** The load balancer in front of all API servers, which kubelets and people use; a controller manager and a scheduler use the server beside them (kubeadm, PR #94398, 1.20). */
export const BALANCED = -1

/** etcd's own limit for a request that finds no leader: 5 s and two election timeouts (etcd server/config/config.go:ReqTimeout). */
const ETCD_TIMEOUT = seconds(7)
/** Timeout of a connection attempt (client-go transport, net.Dialer{Timeout: 30 s}, 1.20 … 1.36). */
export const DIAL_TIMEOUT = seconds(30)
/** A refusal is a round trip in the network of the machines: model. */
export const REFUSAL = 1_000 as Duration

const LONG_AGO = Number.NEGATIVE_INFINITY as Instant

/** How long a call waits for its failure [µs]; `timeout` is the caller's own patience. */
export function failureTime(state: ServerState, timeout: number): number {
  if (state === 'refused') return REFUSAL
  return Math.min(state === 'stalled' ? ETCD_TIMEOUT : DIAL_TIMEOUT, timeout)
}

/** Whether so many of so many etcd members are a majority. */
export const hasQuorum = (members: number, alive: number): boolean => alive >= Math.floor(members / 2) + 1

/** The processes of the control plane as they are, and what follows for everybody who calls the API server. Written by faults, and by the processes for their own life. */
export class ControlPlane {
  readonly instances: Instance[] = []
  readonly listeners: ControlPlaneListener[] = []
  /** Machines of the control plane. */
  members = 0
  /** Whether every API server serves and etcd has a leader: then nobody need ask for more. */
  healthy = true
  /** An etcd leader is being elected: calls wait. */
  electing = false
  /** The member that leads etcd. */
  etcdLeader = 0
  private elections = 0
  private quorum = true
  private readonly states: ServerState[] = []
  private readonly preferences = new Map<string, readonly number[]>()

  /** Makes `count` machines' worth of processes, all running; `machines` are the ids of theirs, as far as there are any. */
  fill(run: Run, count: number, machines: readonly MachineId[]): void {
    this.members = count
    for (const program of PROGRAMS) {
      for (let member = 0; member < count; member++) {
        const machine = machines[member] ?? UNBOUND
        const name = `${program}/control-plane-${member + 1}`
        const id = this.instances.length
        this.instances.push({ id, program, name, member, machine, downs: 0, silences: 0, running: true, starts: 0, startedAt: LONG_AGO })
      }
    }
    for (let member = 0; member < count; member++) this.states.push('serving')
    this.etcdLeader = count === 1 ? 0 : (this.preference(run, 'etcd')[0] as number)
    const settle = (at: Run, machine: MachineId): void => this.machineChanged(at, machine)
    run.world.truth.listeners.push({ down: settle, up: settle, runtime: () => {}, kubelet: settle, network: settle })
  }

  /** The instances of a program, by member. */
  of(program: Program): Instance[] {
    return this.instances.filter((instance) => instance.program === program)
  }

  named(name: string): Instance | undefined {
    return this.instances.find((instance) => instance.name === name)
  }

  /** What the API server of a member is to its callers. */
  state(member: number): ServerState {
    return this.states[member] as ServerState
  }

  /** The API server a process talks to: its own, or the first of its order that serves; the first of it when none does. */
  serverOf(run: Run, process: Process): number {
    if (process.member !== BALANCED) return process.member
    if (this.members === 1) return 0
    const order = this.preference(run, process.name)
    return order.find((member) => this.states[member] === 'serving') ?? this.leastBad(order)
  }

  /** What the API is to a process. */
  pathOf(run: Run, process: Process): ServerState {
    return this.healthy ? 'serving' : this.state(this.serverOf(run, process))
  }

  /** Whether no API server serves. */
  get away(): boolean {
    return !this.healthy && this.states.every((state) => state !== 'serving')
  }

  /** Whether no API server even runs where it can be reached: every connection is gone. */
  get unreachable(): boolean {
    return !this.healthy && this.states.every((state) => state === 'refused' || state === 'silent')
  }

  /** Whether a process that the load balancer distributes was connected to this member's server, which serves no more. */
  wasConnected(run: Run, process: Process, member: number): boolean {
    return this.preference(run, process.name).find((each) => each === member || this.states[each] === 'serving') === member
  }

  /** Keeps an instance from running until `bringUp`. Counted: overlapping faults each need their end. */
  takeDown(run: Run, instance: Instance, answer: Answer): void {
    instance.downs++
    if (answer === 'timeout') instance.silences++
    this.settle(run, instance)
    this.judge(run)
  }

  /** One such fault ends; with the last the instance is started again. */
  bringUp(run: Run, instance: Instance, answer: Answer): void {
    instance.downs--
    if (answer === 'timeout') instance.silences--
    this.settle(run, instance)
    this.judge(run)
  }

  /** The process ends by itself; its kubelet starts it again `pause` [µs] later than it would at once. */
  exit(run: Run, instance: Instance, pause: number): void {
    this.stop(run, instance)
    this.start(run, instance, pause)
    this.judge(run)
  }

  /** The event of a start has come due. */
  starts(run: Run, instance: Instance): void {
    instance.running = true
    instance.startedAt = run.now
    run.world.observers.controlPlane(run, instance.name, 'started')
    for (const listener of this.listeners) listener.started?.(run, instance)
    this.judge(run)
  }

  /** Whether nothing keeps the instance from running. */
  mayRun(run: Run, { downs, machine }: Instance): boolean {
    return downs === 0 && (machine === UNBOUND || run.world.truth.machine(machine).up)
  }

  private machineChanged(run: Run, machine: MachineId): void {
    let mine = false
    for (const instance of this.instances) {
      if (instance.machine !== machine) continue
      mine = true
      this.settle(run, instance)
    }
    if (mine) this.judge(run)
  }

  /** Brings what runs in line with what may run. A kubelet that is stopped starts nothing. */
  private settle(run: Run, instance: Instance): void {
    const may = this.mayRun(run, instance)
    if (!may) this.stop(run, instance)
    else if (!instance.running) this.start(run, instance, 0)
  }

  private stop(run: Run, instance: Instance): void {
    instance.starts++
    if (!instance.running) return
    instance.running = false
    run.world.observers.controlPlane(run, instance.name, 'stopped')
    for (const listener of this.listeners) listener.stopped?.(run, instance)
  }

  private start(run: Run, instance: Instance, pause: number): void {
    if (instance.machine !== UNBOUND && run.world.truth.machine(instance.machine).stops > 0) return
    instance.starts++
    const time = run.random.duration(run.world.latency['component-restart'], 'component-restart', instance.name, instance.starts)
    run.after(Math.max(1, time) + pause, InstanceStarts, instance.id, instance.starts)
  }

  /** Works out what each API server is now, and tells whoever must know. */
  private judge(run: Run): void {
    const waited = this.electing
    this.judgeEtcd(run)
    const before = [...this.states]
    for (const instance of this.of('kube-apiserver')) this.states[instance.member] = this.stateOf(run, instance)
    this.healthy = !this.electing && this.states.every((state) => state === 'serving')
    for (const [member, state] of before.entries()) {
      if (state === this.states[member]) continue
      if (state === 'serving') run.world.api.lost(run, member)
      for (const listener of this.listeners) listener.server?.(run, member, state)
    }
    if (waited && !this.electing) run.world.api.elected(run)
  }

  /** A majority without its leader elects another, which takes one to two seconds. */
  private judgeEtcd(run: Run): void {
    const alive = this.of('etcd').filter((instance) => this.works(run, instance))
    const quorum = hasQuorum(this.members, alive.length)
    const led = this.quorum && alive.some(({ member }) => member === this.etcdLeader)
    this.quorum = quorum
    if (!quorum) this.electing = false
    if (!quorum || led || this.electing || this.members === 1) return
    this.electing = true
    this.elections++
    const time = run.random.duration(run.world.latency['etcd-election'], 'etcd-election', 'etcd', this.elections)
    run.after(Math.max(1, time), EtcdElected, this.elections)
  }

  /** An election has ended: the first of its order among the members that are left leads. */
  elected(run: Run, election: number): void {
    if (!this.electing || election !== this.elections) return
    const alive = this.of('etcd').filter((instance) => this.works(run, instance))
    const order = this.preference(run, `etcd#${election}`)
    this.etcdLeader = order.find((member) => alive.some((instance) => instance.member === member)) ?? this.etcdLeader
    this.electing = false
    this.healthy = this.states.every((state) => state === 'serving')
    run.world.api.elected(run)
  }

  /**
   * A member of etcd that ends in order makes another its leader before (etcd server/etcdserver/server.go:TransferLeadership, 3.4 … 3.6),
   * so that nobody waits for an election.
   */
  handOver(run: Run, { member }: Instance): void {
    if (member !== this.etcdLeader || !this.quorum || this.electing) return
    const others = this.of('etcd').filter((other) => other.member !== member && this.works(run, other))
    const order = this.preference(run, 'etcd')
    this.etcdLeader = order.find((each) => others.some((other) => other.member === each)) ?? member
  }

  /** It runs, and others reach it. */
  private works(run: Run, { running, machine }: Instance): boolean {
    return running && (machine === UNBOUND || run.world.truth.machine(machine).reachable)
  }

  private stateOf(run: Run, server: Instance): ServerState {
    if (this.works(run, server)) {
      return this.quorum ? 'serving' : 'stalled'
    }
    const { machine, silences } = server
    const answers = machine === UNBOUND || (run.world.truth.machine(machine).up && run.world.truth.machine(machine).reachable)
    return answers && silences === 0 ? 'refused' : 'silent'
  }

  /** Where calls go that nobody will answer: the load balancer knows which servers are away. */
  private leastBad(order: readonly number[]): number {
    for (const state of ['stalled', 'refused'] as const) {
      const member = order.find((each) => this.states[each] === state)
      if (member !== undefined) return member
    }
    return order[0] as number
  }

  /** The members in an order of their own for each name. */
  private preference(run: Run, name: string): readonly number[] {
    let order = this.preferences.get(name)
    if (order === undefined) {
      const drawn = Array.from({ length: this.members }, (_, member) => ({ member, draw: run.random.draw('control-plane', name, member) }))
      order = drawn.sort((a, b) => a.draw - b.draw || a.member - b.member).map(({ member }) => member)
      this.preferences.set(name, order)
    }
    return order
  }
}

/** The kubelet of a machine has started a program of the control plane, unless it has been stopped since. Detail: which start. */
export const InstanceStarts: Kind = {
  name: 'control-plane/starts',
  on(run, id, start) {
    const { controlPlane } = run.world
    const instance = controlPlane.instances[id] as Instance
    if (instance.starts !== start || instance.running || !controlPlane.mayRun(run, instance)) return
    controlPlane.starts(run, instance)
  },
}

/** The members of etcd that are left have a leader. Subject: which election. */
export const EtcdElected: Kind = {
  name: 'control-plane/etcd-elected',
  on: (run, election) => run.world.controlPlane.elected(run, election),
}
