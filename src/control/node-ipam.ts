import type { Change } from '../cluster/change-log.ts'
import { CidrSet } from '../cluster/cidr-set.ts'
import { Client } from '../cluster/client.ts'
import type { Component } from '../cluster/component.ts'
import type { MachineId, Node } from '../cluster/objects.ts'
import type { Process } from '../cluster/process.ts'
import { NOT_FOUND } from '../cluster/status.ts'
import { WorkQueue } from '../cluster/work-queue.ts'
import { type Kind, type Run, setState, stateKey, stateOf } from '../cluster/world.ts'
import { booleanFlag, cidrFlag, type Flags, integerFlag, resolveFlags } from '../scenario/flags.ts'
import { controllerManagerFlags } from './controller-manager-flags.ts'

const SOURCE = 'pkg/controller/nodeipam/config/v1alpha1/defaults.go, cmd/kube-controller-manager/app/options, 1.20 … 1.36'

/** Nodes that are given their range at once (cidrUpdateWorkers, pkg/controller/nodeipam/ipam/cidr_allocator.go, 1.20 … 1.36). */
const WORKERS = 30

const nodeIPAMFlags = {
  'allocate-node-cidrs': booleanFlag(
    false,
    'Whether Nodes get the ranges of their Pods from this process, which gives them back with the Node; false: from the network plugin, at once and for good.',
    SOURCE,
  ),
  'cluster-cidr': cidrFlag('The range that these are taken from, in place of cluster.network.podCIDR.', SOURCE),
  'node-cidr-mask-size': integerFlag(24, 'Bits of the prefix of a Node’s range; openvswitch has 23 unless it is set.', SOURCE),
  ...controllerManagerFlags,
} satisfies Flags

interface State {
  readonly client: Client
  readonly queue: WorkQueue<MachineId>
  readonly ranges: CidrSet
  /** Ranges that are on their way to their Node. */
  readonly given: Map<MachineId, string>
  /** A Node for which nothing is left is tried again with back-off, not only when it changes. */
  readonly retries: boolean
}

const state = stateKey<State | null>('node-ipam')
const at = (run: Run): State => stateOf(run.world, state) as State

const SyncNode: Kind<MachineId> = { name: 'node-ipam/sync', on: sync }
const Due: Kind<MachineId> = { name: 'node-ipam/due', on: (run, id) => at(run).queue.arrive(run, id) }
const Written: Kind<MachineId> = { name: 'node-ipam/written', on: written }

/** AllocateOrOccupyCIDR: a Node without a range gets the next that is free. */
function sync(run: Run, id: MachineId): void {
  const { client, queue, ranges, given, retries } = at(run)
  const node = client.process.cache.get('Node', id)
  if (node === undefined || node.podCIDR !== '') {
    end(run, id, false)
    return
  }
  const cidr = given.get(id) ?? ranges.next()
  if (cidr === '') {
    client.notice(run, node.key, 'CIDRNotAvailable', `Node ${node.name} status is now: CIDRNotAvailable`)
    if (retries) queue.addRateLimited(run, id)
    queue.done(run, id)
    return
  }
  given.set(id, cidr)
  run.world.api.update(run, client, node, { podCIDR: cidr }, 0, Written, id)
}

function written(run: Run, id: MachineId, answer: number): void {
  const { given, ranges } = at(run)
  const cidr = given.get(id) as string
  if (answer >= 0) {
    given.delete(id)
    const { latency, truth } = run.world
    const { spec, bootID } = truth.machine(id)
    run.after(Math.max(1, run.random.duration(latency.watch, 'subnet-watch', spec.name, bootID)), SubnetKnown, id)
  } else if (answer === NOT_FOUND) {
    given.delete(id)
    ranges.release(cidr)
  }
  end(run, id, answer < 0 && answer !== NOT_FOUND)
}

function end(run: Run, id: MachineId, failed: boolean): void {
  const { queue } = at(run)
  if (failed) queue.addRateLimited(run, id)
  else queue.forget(id)
  queue.done(run, id)
}

/**
 * The network plugin of a machine has heard of its Node's range: from now on Pods there get addresses (flannel
 * pkg/subnet/kube/kube.go:AcquireLease).
 */
export const SubnetKnown: Kind<MachineId> = {
  name: 'node-ipam/subnet-known',
  on(run, machine) {
    const cidr = run.world.store.tables.Node.get(machine)?.podCIDR ?? ''
    if (cidr !== '') run.world.network.configure(machine, cidr)
  },
}

function nodeChanged(run: Run, _process: Process, { before, after }: Change<Node>): void {
  const row = stateOf(run.world, state)
  if (row === null) return
  if (after === undefined) {
    if (before !== undefined) row.ranges.release(before.podCIDR)
  } else if (after.podCIDR === '') row.queue.add(run, after.id as MachineId)
  else row.ranges.occupy(after.podCIDR)
}

/** Gives each Node a range of its own for its Pods: pkg/controller/nodeipam/ipam/range_allocator.go (1.20 … 1.36). */
export const nodeIPAM: Component = {
  name: 'node-ipam',
  doc: 'Gives each Node a range of addresses for its Pods, as long as there are any, and takes it back with the Node (allocate-node-cidrs).',
  process: 'kube-controller-manager',
  flags: nodeIPAMFlags,
  watches: { Node: nodeChanged },
  start(run, process) {
    const { api, network, profile, scenario } = run.world
    const flags = resolveFlags(nodeIPAMFlags, profile, scenario.cluster.flags['kube-controller-manager'])
    if (!flags['allocate-node-cidrs']) {
      setState(run.world, state, null)
      return
    }
    const keyOf = (_run: Run, id: MachineId): string => process.cache.get('Node', id)?.key ?? ''
    const row: State = {
      client: new Client(api.clients, process, 'node-controller ipam', flags['kube-api-qps'], flags['kube-api-burst']),
      queue: new WorkQueue('node-ipam', WORKERS, SyncNode, Due, keyOf),
      ranges: new CidrSet(network.podCIDR, network.nodeMask),
      given: new Map(),
      // PR #115529, 1.27.
      retries: profile.minor >= 27,
    }
    setState(run.world, state, row)
    const nodes = [...process.cache.all('Node')]
    for (const { podCIDR } of nodes) row.ranges.occupy(podCIDR)
    for (const { id, podCIDR } of nodes) if (podCIDR === '') row.queue.add(run, id as MachineId)
  },
  stop: (run) => stateOf(run.world, state)?.queue.stop(run),
}
