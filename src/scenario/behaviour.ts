import { readWith } from './issues.ts'
import { exclusiveFields, invalidSelector, type Report } from './problems.ts'
import type { BehaviourRow, WorkloadSelector } from './scenario.ts'
import type { ScenarioSchemas } from './schema/scenario.ts'
import { parseSelector } from './selectors.ts'
import type { LabelSelector } from './specs.ts'

interface SelectInput {
  readonly workload?: string | undefined
  readonly selector?: LabelSelector | undefined
  readonly namespace?: string | undefined
  readonly all?: true | undefined
}

/** `kind/namespace/name`, a label selector, or `all`. */
function selectorOf(select: string | SelectInput, report: Report): WorkloadSelector | undefined {
  if (typeof select === 'string') {
    if (select === 'all' || select === '*') return { all: true }
    if (/^[A-Za-z]+\/[^/=]+\/[^/=]+$/.test(select)) return { workload: select.toLowerCase() }
    const parsed = parseSelector(select)
    if (parsed.ok) return { selector: parsed.value }
    report(['select'], invalidSelector('kind/namespace/name, a label selector or all', select))
    return undefined
  }
  const { workload, selector, namespace, all } = select
  const given = [workload, selector, all].filter((one) => one !== undefined).length
  if (given !== 1) {
    report(['select'], exclusiveFields('expected exactly one of workload, selector, all'))
    return undefined
  }
  if (workload !== undefined) return { workload: workload.toLowerCase() }
  if (selector !== undefined) return { selector, ...(namespace === undefined ? {} : { namespace }) }
  return { all: true }
}

/** One row of `behaviour`. */
export function readBehaviour(schemas: ScenarioSchemas, row: unknown, report: Report): BehaviourRow | undefined {
  const read = readWith(schemas.sections.behaviour.unwrap().element, row, [], report)
  if (read === undefined) return undefined
  const { select, ...rest } = read.value
  const selector = selectorOf(select, report)
  if (selector === undefined) return undefined
  if (rest.load !== undefined && rest.container !== undefined) report(['load'], exclusiveFields('expected load only without container'))
  const given = Object.entries(rest).filter(([, value]) => value !== undefined)
  return { select: selector, ...Object.fromEntries(given) }
}
