import { invalidQuantity } from '../problems.ts'
import { parseQuantity } from '../quantities.ts'
import type { Manifest, ResourceQuotaManifest } from '../specs.ts'
import type { Conversion, Raw } from './shared.ts'

/** Other names of what a quota counts (pkg/quota/v1/evaluator/core/pods.go: podUsageHelper). */
const ALIASES: Readonly<Record<string, string>> = { cpu: 'requests.cpu', memory: 'requests.memory', 'count/pods': 'pods' }
/** What is counted of Pods; anything else a quota may limit does not concern them. */
const COUNTED: ReadonlySet<string> = new Set(['pods', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'])

/** A ResourceQuota, as far as it limits Pods. */
export function resourceQuota(raw: Raw, identity: Omit<Manifest, 'kind'>, { report }: Conversion): ResourceQuotaManifest {
  const entries = Object.entries((raw.spec.hard ?? {}) as Record<string, string | number>).flatMap(([written, value]) => {
    const name = ALIASES[written] ?? written
    if (!COUNTED.has(name)) return []
    const parsed = parseQuantity(value, name.replace(/^(?:requests|limits)\./, ''))
    if (parsed.ok) return [[name, parsed.value] as const]
    report(['spec', 'hard', written], invalidQuantity(parsed.message))
    return []
  })
  return { kind: 'ResourceQuota', ...identity, hard: Object.fromEntries(entries) }
}
