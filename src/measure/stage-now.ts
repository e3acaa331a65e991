import { isActive } from '../cluster/objects.ts'
import type { Run } from '../cluster/world.ts'
import type { Lineage } from './impact.ts'
import { isTainted } from './node-history.ts'
import type { Stage } from './record.ts'
import { stageOf } from './stage.ts'

/** The next thing that a replica lacks; null when it is whole. */
export function stageNow(run: Run, lineage: Lineage): Stage | null {
  const { store, truth } = run.world
  const pod = store.pods.get(lineage.pod)
  const machine = pod === undefined || pod.node < 0 ? undefined : truth.machine(pod.node)
  return stageOf({
    active: pod !== undefined && isActive(pod),
    held: pod?.owner?.kind === 'StatefulSet' || pod?.owner?.kind === 'DaemonSet',
    bound: machine !== undefined,
    unschedulable: (pod?.unschedulable ?? '') !== '',
    powered: machine !== undefined && machine.outages === 0 && machine.reachable,
    up: machine?.up ?? false,
    nodeGone: machine !== undefined && store.tables.Node.get(machine.id) === undefined,
    nodeReady: machine !== undefined && store.tables.Node.get(machine.id)?.ready === 'True',
    tainted: machine !== undefined && isTainted(store.tables.Node.get(machine.id)),
    detected: !lineage.undetected,
    serves: truth.sandbox(lineage.pod)?.serves ?? false,
    ready: pod?.ready ?? false,
    podStage: lineage.podStage,
  })
}
