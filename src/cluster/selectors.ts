import { requirementMatches } from '../scenario/selectors.ts'
import type { LabelSelector, Labels, NodeSelectorTerm } from '../scenario/specs.ts'

export { requirementMatches }

/** Answers whether a set of labels is selected. */
export type Matcher = (labels: Labels) => boolean

/** Whether labels hold every pair of `wanted`: Service selectors and nodeSelector. An empty set of pairs holds everywhere. */
export function labelsMatch(wanted: Labels, labels: Labels): boolean {
  for (const key in wanted) if (labels[key] !== wanted[key]) return false
  return true
}

/** Whether a selector selects these labels: an empty selector everything, an absent one nothing. */
export function selectorMatches(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (selector === undefined) return false
  return labelsMatch(selector.matchLabels, labels) && selector.matchExpressions.every((one) => requirementMatches(one, labels))
}

/** The same question prepared once, for selectors that are asked often. */
export function compileSelector(selector: LabelSelector | undefined): Matcher {
  if (selector === undefined) return () => false
  const pairs = Object.entries(selector.matchLabels)
  const { matchExpressions } = selector
  if (matchExpressions.length === 0 && pairs.length === 1) {
    const [key, value] = pairs[0] as [string, string]
    return (labels) => labels[key] === value
  }
  return (labels) => {
    for (const [key, value] of pairs) if (labels[key] !== value) return false
    for (const requirement of matchExpressions) if (!requirementMatches(requirement, labels)) return false
    return true
  }
}

/**
 * Whether a node with these labels and this name meets one of the terms of a node selector; a term without requirements meets nothing.
 * component-helpers scheduling/corev1/nodeaffinity (1.20 … 1.36).
 */
export function nodeSelectorMatches(terms: readonly NodeSelectorTerm[], labels: Labels, name: string): boolean {
  return terms.some(({ matchExpressions, matchFields }) => {
    if (matchExpressions.length === 0 && matchFields.length === 0) return false
    const fields = { 'metadata.name': name }
    return matchExpressions.every((one) => requirementMatches(one, labels)) && matchFields.every((one) => requirementMatches(one, fields))
  })
}
