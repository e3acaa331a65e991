import type { PodAffinityTerm } from '../../scenario/specs.ts'
import type { PodView } from './pod-info.ts'

/** Placed Pods that have one inter-Pod term, by node. */
export interface Holders {
  readonly term: PodAffinityTerm
  readonly namespace: string
  /** Preferred terms: their weight, negative for anti-affinity; required ones: 1. */
  readonly weight: number
  readonly perNode: Map<number, number>
}

type ByTerm = Map<PodAffinityTerm, Map<string, Holders>>

/** The inter-Pod terms of placed Pods: terms are shared by the Pods of a template, so there are few. */
export class TermHolders {
  /** Required anti-affinity: forbids domains to matching Pods. */
  readonly antiAffinity: ByTerm = new Map()
  /** Required affinity: attracts matching Pods with weight 1 when scored. */
  readonly affinity: ByTerm = new Map()
  /** Preferred terms of both signs. */
  readonly preferred: ByTerm = new Map()

  /** Whether nobody has such a term. */
  get empty(): boolean {
    return this.antiAffinity.size + this.affinity.size + this.preferred.size === 0
  }

  /** A Pod with terms is placed on a node (+1), or leaves it (−1). */
  tally({ pod, info }: PodView, node: number, sign: 1 | -1): void {
    if (!info.hasTerms) return
    for (const term of info.requiredAntiAffinity) count(this.antiAffinity, term, pod.namespace, 1, node, sign)
    for (const term of info.requiredAffinity) count(this.affinity, term, pod.namespace, 1, node, sign)
    for (const { weight, term } of info.preferred) count(this.preferred, term, pod.namespace, weight, node, sign)
  }
}

function count(terms: ByTerm, term: PodAffinityTerm, namespace: string, weight: number, node: number, sign: 1 | -1): void {
  const byNamespace = terms.get(term) ?? new Map<string, Holders>()
  terms.set(term, byNamespace)
  const holders = byNamespace.get(namespace) ?? { term, namespace, weight, perNode: new Map<number, number>() }
  byNamespace.set(namespace, holders)
  const next = (holders.perNode.get(node) ?? 0) + sign
  if (next !== 0) {
    holders.perNode.set(node, next)
    return
  }
  holders.perNode.delete(node)
  if (holders.perNode.size > 0) return
  byNamespace.delete(namespace)
  if (byNamespace.size === 0) terms.delete(term)
}
