import { AFTER_ORPHANING } from '../../cluster/deletion.ts'
import type { OwnerReference, Pod } from '../../cluster/objects.ts'
import { NOT_FOUND } from '../../cluster/status.ts'
import type { Kind, Run } from '../../cluster/world.ts'
import { FinalizerRemoval } from './finalizer.ts'
import { dependentsOf, isOrphaning } from './graph.ts'
import { at, cached } from './state.ts'

const NO_OWNER = { owner: null }

const release = new FinalizerRemoval('orphaned', AFTER_ORPHANING, (run) => at(run).orphaning)

/**
 * A deleted owner lets its dependents go, all at once, then goes itself. attemptToOrphanWorker, orphanDependents (garbagecollector.go, 1.20
 * … 1.36).
 */
export const Orphan: Kind = {
  name: 'garbage-collector/orphan',
  on(run, key) {
    const { client, letGo, orphaning, process } = at(run)
    const owner = cached(run, key)
    if (owner === undefined || !isOrphaning(owner)) {
      orphaning.done(run, key)
      return
    }
    const dependents = dependentsOf(process.cache, { kind: owner.kind, id: owner.id } as OwnerReference)
    letGo.set(key, { left: dependents.length, failed: false })
    for (const dependent of dependents) run.world.api.update(run, client, dependent as Pod, NO_OWNER, 0, Orphaned, key)
    if (dependents.length === 0) conclude(run, key)
  },
}

const Orphaned: Kind = {
  name: 'garbage-collector/dependent-orphaned',
  on(run, key, answer) {
    const row = at(run).letGo.get(key)
    if (row === undefined) return
    row.left--
    if (answer < 0 && answer !== NOT_FOUND) row.failed = true
    if (row.left === 0) conclude(run, key)
  },
}

function conclude(run: Run, key: number): void {
  const { letGo, orphaning } = at(run)
  const failed = letGo.get(key)?.failed === true
  letGo.delete(key)
  if (!failed) release.begin(run, key)
  else {
    orphaning.addRateLimited(run, key)
    orphaning.done(run, key)
  }
}

/** A failed orphaning is tried again. */
export const OrphanLater: Kind = { name: 'garbage-collector/orphan-later', on: (run, key) => at(run).orphaning.arrive(run, key) }
