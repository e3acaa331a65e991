import type { ControllerRevision, Draft, StatefulSet } from '../../cluster/objects.ts'
import { templateHash } from '../deployment/template.ts'

/** What becomes of the history before a pass: nothing, the revision of an earlier template becomes the newest again, or there is a new one. */
export type RevisionPlan =
  | { readonly action: 'keep'; readonly name: string }
  | { readonly action: 'bump'; readonly name: string; readonly existing: ControllerRevision; readonly revision: number }
  | { readonly action: 'create'; readonly name: string; readonly revision: number }

/** The name of the ControllerRevision of a template, from the template's text. */
export const revisionName = (set: Pick<StatefulSet, 'name'>, text: string): string => `${set.name}-${templateHash(text)}`

/** getStatefulSetRevisions (stateful_set_control.go, 1.20 … 1.36), for the revisions of one StatefulSet. */
export function planRevision(revisions: readonly ControllerRevision[], name: string): RevisionPlan {
  const newest = revisions.reduce((most, { revision }) => Math.max(most, revision), 0)
  const existing = revisions.find((one) => one.name === name)
  if (existing === undefined) return { action: 'create', name, revision: newest + 1 }
  return existing.revision === newest ? { action: 'keep', name } : { action: 'bump', name, existing, revision: newest + 1 }
}

/**
 * Revisions beyond the history limit, oldest first, that neither a Pod has nor the status names. truncateHistory (stateful_set_control.go, 1.20 … 1.36).
 */
export function cleanable(revisions: readonly ControllerRevision[], inUse: ReadonlySet<string>, limit: number): ControllerRevision[] {
  const old = revisions.filter(({ name }) => !inUse.has(name)).toSorted((a, b) => a.revision - b.revision || a.id - b.id)
  return old.slice(0, Math.max(0, old.length - limit))
}

/** A ControllerRevision of the present template. */
export function revisionDraft(set: StatefulSet, name: string, revision: number): Draft<ControllerRevision> {
  const { namespace, template } = set
  return {
    kind: 'ControllerRevision',
    namespace,
    name,
    key: `controllerrevision/${namespace}/${name}`,
    labels: template.labels,
    annotations: {},
    owner: { kind: 'StatefulSet', id: set.id },
    template,
    revision,
  }
}
