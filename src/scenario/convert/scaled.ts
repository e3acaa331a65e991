import { selectorMismatch } from '../problems.ts'
import { selects } from '../selectors.ts'
import type { LabelSelector, PodTemplate } from '../specs.ts'
import type { Conversion, Raw } from './shared.ts'

/** Reports a selector that does not select the template's Pods: the API server rejects it. */
export function checkSelector(selector: LabelSelector, template: PodTemplate, { report }: Conversion): void {
  const path = ['spec', 'selector']
  const isEmpty = Object.keys(selector.matchLabels).length === 0 && selector.matchExpressions.length === 0
  if (isEmpty) report(path, selectorMismatch('expected a selector with at least one label, got an empty one'))
  else if (!selects(selector, template.labels)) {
    const labels = JSON.stringify(template.labels)
    report(path, selectorMismatch(`expected a selector that selects the template's Pods, got one that does not match ${labels}`))
  }
}

/** Fields the replica-keeping kinds share. */
export function scaled(raw: Raw, selector: LabelSelector, template: PodTemplate, conversion: Conversion) {
  checkSelector(selector, template, conversion)
  return { replicas: raw.spec.replicas ?? 1, minReadySeconds: raw.spec.minReadySeconds ?? 0, selector, template }
}

/** Selects every object. */
export const EVERYTHING: LabelSelector = { matchLabels: {}, matchExpressions: [] }
