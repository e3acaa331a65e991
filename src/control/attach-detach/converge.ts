import { attachableOf } from '../../cluster/claims.ts'
import { isTerminal, type MachineId } from '../../cluster/objects.ts'
import type { Run } from '../../cluster/world.ts'

/**
 * Every claim is bound, and the volumes of Pods that are bound are attached and in use where they are; of several Pods on different Nodes that want one volume the
 * first has it, and the others will wait. Before any Pod runs.
 */
export function convergeVolumes(run: Run): void {
  const { store, truth } = run.world
  for (const claim of store.tables.PersistentVolumeClaim) {
    if (claim.phase !== 'Bound') store.update(run, claim, { phase: 'Bound' })
  }
  const holders = new Map<number, MachineId>()
  for (const pod of store.pods) {
    if (pod.node < 0 || isTerminal(pod) || pod.deletionTimestamp !== null) continue
    for (const { id, key } of attachableOf(run, pod)) {
      if (holders.has(id)) continue
      holders.set(id, pod.node)
      const name = `${key.split('/').slice(1).join('-')}-${truth.machine(pod.node).spec.name}`
      const own = { labels: {}, annotations: {}, owner: null, claim: id, node: pod.node, attached: true }
      store.create(run, 'VolumeAttachment', { kind: 'VolumeAttachment', namespace: '', name, key: `volumeattachment/${name}`, ...own })
    }
  }
  for (const node of store.tables.Node) {
    const here = [...holders].filter(([, machine]) => machine === node.id).map(([claim]) => claim)
    if (here.length === 0) continue
    const claims = here.sort((a, b) => a - b)
    store.update<'Node'>(run, node, { volumesAttached: claims, volumesInUse: claims })
  }
}
