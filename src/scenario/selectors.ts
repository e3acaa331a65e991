import type { Parsed } from './durations.ts'
import type { LabelSelector, Labels, Requirement } from './specs.ts'

const INTEGER = /^[+-]?\d+$/

/**
 * Whether labels meet one requirement: NotIn and DoesNotExist also hold where the key is absent; Gt and Lt compare whole numbers and
 * fail on anything else. apimachinery pkg/labels/selector.go:Requirement.Matches (1.20 … 1.36).
 */
export function requirementMatches({ key, operator, values }: Requirement, labels: Labels): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value)
    case 'NotIn':
      return value === undefined || !values.includes(value)
    case 'Exists':
      return value !== undefined
    case 'DoesNotExist':
      return value === undefined
    default: {
      const bound = values[0]
      if (value === undefined || bound === undefined || !INTEGER.test(value) || !INTEGER.test(bound)) return false
      return operator === 'Gt' ? Number(value) > Number(bound) : Number(value) < Number(bound)
    }
  }
}

/** Whether `labels` satisfy every part of `selector` (apimachinery labels.Selector). An empty selector matches everything. */
export function selects(selector: LabelSelector, labels: Labels): boolean {
  for (const [key, value] of Object.entries(selector.matchLabels)) if (labels[key] !== value) return false
  return selector.matchExpressions.every((requirement) => requirementMatches(requirement, labels))
}

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?'
const VALUE = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|'
const EQUALITY = new RegExp(`^(${NAME})\\s*(==|=|!=)\\s*(${VALUE})$`)
const SET = new RegExp(`^(${NAME})\\s+(in|notin)\\s*\\(([^()]*)\\)$`)
const PRESENCE = new RegExp(`^(!?)\\s*(${NAME})$`)

/** A selector as kubectl's `-l` reads it: `app=web,tier!=cache,env in (prod, qa),!legacy`. */
export function parseSelector(text: string): Parsed<LabelSelector> {
  const matchLabels: Record<string, string> = {}
  const matchExpressions: Requirement[] = []
  for (const term of text.split(/,(?![^(]*\))/).map((part) => part.trim())) {
    const requirement = parseTerm(term)
    if (requirement === undefined) {
      return {
        ok: false,
        message: `expected a label selector such as app=web or "env in (prod, qa)", got ${JSON.stringify(text.slice(0, 80))}`,
      }
    }
    const { key, operator, values } = requirement
    if (operator === 'In' && values.length === 1 && !Object.hasOwn(matchLabels, key)) matchLabels[key] = values[0] as string
    else matchExpressions.push(requirement)
  }
  return { ok: true, value: { matchLabels, matchExpressions } }
}

function parseTerm(term: string): Requirement | undefined {
  const equality = EQUALITY.exec(term)
  if (equality !== null)
    return { key: equality[1] as string, operator: equality[2] === '!=' ? 'NotIn' : 'In', values: [equality[3] as string] }
  const set = SET.exec(term)
  if (set !== null) {
    return {
      key: set[1] as string,
      operator: set[2] === 'in' ? 'In' : 'NotIn',
      values: (set[3] as string).split(',').map((value) => value.trim()),
    }
  }
  const presence = PRESENCE.exec(term)
  return presence === null
    ? undefined
    : { key: presence[2] as string, operator: presence[1] === '!' ? 'DoesNotExist' : 'Exists', values: [] }
}
