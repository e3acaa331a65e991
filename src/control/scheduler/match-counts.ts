import type { Pod, PodId } from '../../cluster/objects.ts'
import { selects } from '../../scenario/selectors.ts'
import type { LabelSelector, Labels } from '../../scenario/specs.ts'

/** A Pod as it counts: where it is, and what it is matched by. */
export interface Counted {
  readonly id: PodId
  readonly node: number
  readonly namespace: string
  readonly labels: Labels
  readonly terminating: boolean
}

/** A Pod on a node, as it counts. */
export const countedOf = (pod: Pod, node: number): Counted => ({
  id: pod.id as PodId,
  node,
  namespace: pod.namespace,
  labels: pod.labels,
  terminating: pod.deletionTimestamp !== null,
})

/** One condition on a Pod: in one of these namespaces, and selected. */
export interface Part {
  readonly namespaces: readonly string[]
  readonly selector: LabelSelector
}

/** How many placed Pods on each node meet every part. Nodes without any are absent. */
export interface MatchCount {
  readonly parts: readonly Part[]
  readonly terminating: boolean
  readonly perNode: Map<number, number>
}

interface Bucket {
  readonly pods: Map<PodId, Counted>
  readonly counts: MatchCount[]
}

/** Whether a Pod meets every part. */
export function meetsParts(parts: readonly Part[], pod: { readonly namespace: string; readonly labels: Labels }): boolean {
  return parts.every(({ namespaces, selector }) => namespaces.includes(pod.namespace) && selects(selector, pod.labels))
}

/**
 * Counts of Pods per node by selector, made when a selector is first asked for and kept up to date from then on: one change of a Pod costs the
 * selectors that share a label with it, and nobody ever scans all Pods.
 */
export class MatchCounts {
  private readonly buckets = new Map<string, Bucket>()
  private readonly keys = new Map<Labels, { readonly namespace: string; readonly keys: readonly string[] }>()
  private readonly known = new Map<LabelSelector, Map<string, MatchCount>>()
  /** Counts whose selector names no label with equality: every Pod of the namespace is tested. */
  private readonly namespaces = new Map<string, Bucket>()

  add(pod: Counted): void {
    for (const bucket of this.bucketsOf(pod)) {
      bucket.pods.set(pod.id, pod)
      for (const count of bucket.counts) tally(count, pod, 1)
    }
  }

  remove(pod: Counted): void {
    for (const bucket of this.bucketsOf(pod)) {
      bucket.pods.delete(pod.id)
      for (const count of bucket.counts) tally(count, pod, -1)
    }
  }

  /**
   * The count of these parts; `name` tells counts with the same first selector apart. `terminating`: Pods being deleted count too.
   * The parts of one (selector, name) must never differ.
   */
  of(parts: readonly Part[], name: string, terminating: boolean): MatchCount {
    const first = parts[0] as Part
    const named = this.known.get(first.selector) ?? new Map<string, MatchCount>()
    this.known.set(first.selector, named)
    const full = `${name}|${first.namespaces.join()}|${terminating}`
    let count = named.get(full)
    if (count === undefined) {
      count = { parts, terminating, perNode: new Map() }
      named.set(full, count)
      this.register(count)
    }
    return count
  }

  private register(count: MatchCount): void {
    const { namespaces, selector } = count.parts[0] as Part
    const label = Object.entries(selector.matchLabels)[0]
    for (const namespace of namespaces) {
      const bucket =
        label === undefined ? this.bucket(this.namespaces, namespace) : this.bucket(this.buckets, `${namespace}/${label[0]}=${label[1]}`)
      bucket.counts.push(count)
      for (const pod of bucket.pods.values()) tally(count, pod, 1)
    }
  }

  private bucketsOf(pod: Counted): Bucket[] {
    const buckets = [this.bucket(this.namespaces, pod.namespace)]
    for (const key of this.keysOf(pod)) buckets.push(this.bucket(this.buckets, key))
    return buckets
  }

  /** Pods of one template share their labels, so their keys are made once. */
  private keysOf({ namespace, labels }: Counted): readonly string[] {
    const known = this.keys.get(labels)
    if (known?.namespace === namespace) return known.keys
    const keys = Object.keys(labels).map((key) => `${namespace}/${key}=${labels[key]}`)
    if (keys.length > 0) this.keys.set(labels, { namespace, keys })
    return keys
  }

  private bucket(buckets: Map<string, Bucket>, key: string): Bucket {
    let bucket = buckets.get(key)
    if (bucket === undefined) {
      bucket = { pods: new Map(), counts: [] }
      buckets.set(key, bucket)
    }
    return bucket
  }
}

function tally(count: MatchCount, pod: Counted, sign: 1 | -1): void {
  if (pod.terminating && !count.terminating) return
  if (!meetsParts(count.parts, pod)) return
  const next = (count.perNode.get(pod.node) ?? 0) + sign
  if (next === 0) count.perNode.delete(pod.node)
  else count.perNode.set(pod.node, next)
}
