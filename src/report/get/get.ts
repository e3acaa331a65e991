import { stringify } from 'yaml'
import type { Inspection } from '../../measure/inspection.ts'
import { columns } from '../text.ts'
import type { Listing, Named } from './listing.ts'

/** Which objects, and how much of them. */
export interface GetOptions {
  /** Absent: every object of the kind. */
  readonly name?: string
  /** Absent: all namespaces, with a column of their own. */
  readonly namespace?: string
  readonly output: 'table' | 'wide' | 'yaml'
  readonly truth: boolean
}

/** The objects of one kind at one instant, as kubectl prints them; null when there is none. */
export function get(inspection: Inspection, listing: Listing, { name, namespace, output, truth }: GetOptions): string | null {
  const views = listing
    .views(inspection)
    .filter(
      (view) =>
        (name === undefined || view.name === name) && (namespace === undefined || !listing.namespaced || view.namespace === namespace),
    )
    .toSorted((a, b) => compare(a.namespace ?? '', b.namespace ?? '') || compare(a.name, b.name))
  if (views.length === 0) return null
  if (output === 'yaml') return yaml(views, name !== undefined)
  const all = listing.namespaced && namespace === undefined
  const shown = [
    ...(all ? [{ heading: 'NAMESPACE', cell: (view: Named) => view.namespace ?? '' }] : []),
    ...listing.columns,
    ...(output === 'wide' ? listing.wide : []),
    ...(truth ? listing.truth : []),
  ]
  const rows = views.map((view) => shown.map(({ cell }) => cell(view, inspection.now)))
  return `${columns(
    shown.map(({ heading }) => heading),
    rows,
    3,
  ).join('\n')}\n`
}

/** One object by name, else a List, as kubectl does. */
function yaml(views: readonly Named[], single: boolean): string {
  const objects = views.map((view) => view.object ?? view)
  return stringify(single && objects.length === 1 ? objects[0] : { apiVersion: 'v1', kind: 'List', items: objects }, {
    aliasDuplicateObjects: false,
  })
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
