import type { Finding, Override, SourceText } from './problem.ts'
import { invalidSet, setMatchesNothing } from './problems.ts'
import { isMap } from './walk.ts'
import type { Path } from './yaml.ts'
import { resolvePlain } from './yaml-scalar.ts'

/** One `--set`: a value for a field of the scenario, or of a manifest by `kind/namespace/name`. */
export interface Edit {
  readonly source: SourceText
  /** Absent: the scenario itself. */
  readonly target?: string
  /** List items by number, or by their `name`. */
  readonly steps: readonly string[]
  readonly value: unknown
}

const STEP = /^(?:\.?([A-Za-z0-9_-]+)|\[(?:"((?:[^"\\]|\\.)*)"|([^\]"]+))\])/
const TARGET = /^([A-Za-z]+(?:\/[A-Za-z0-9.-]+){1,2}):/
/** Fields whose text YAML would take for a number and spoil: `kubernetes=1.20`. */
const VERBATIM = new Set(['kubernetes', 'seed'])

/** Parses `path=value`; the value is a YAML scalar. */
export function parseEdit(argument: string): Edit | Finding {
  const source: SourceText = { path: '--set', text: argument }
  const wrong = (start: number, message: string): Finding => ({
    diagnosis: invalidSet(message, 'write cluster.nodes[worker].count=8 or deployment/default/web:spec.replicas=10'),
    place: { source, span: { start, end: Math.max(start + 1, argument.length) } },
  })
  const target = TARGET.exec(argument)
  const steps: string[] = []
  let at = target === null ? 0 : target[0].length
  while (argument[at] !== '=') {
    const step = STEP.exec(argument.slice(at))
    if (step === null || (steps.length === 0 && argument[at] === '.'))
      return wrong(at, `expected path=value, got ${JSON.stringify(argument.slice(at))}`)
    steps.push(step[1] ?? step[2]?.replace(/\\(.)/g, '$1') ?? (step[3] as string))
    at += step[0].length
  }
  if (steps.length === 0) return wrong(at, 'expected a path before the =, got none')
  const written = argument.slice(at + 1)
  const value = target === null && VERBATIM.has(steps.join('.')) ? written : scalar(written)
  return { source, ...(target === null ? {} : { target: (target[1] as string).toLowerCase() }), steps, value }
}

function scalar(text: string): unknown {
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(text)
  return quoted === null ? resolvePlain(text.trim()) : (quoted[1] ?? quoted[2])
}

/** The value after an edit and where it was made, or the step that found nothing. */
export type Edited = { readonly ok: true; readonly value: unknown; readonly path: Path } | { readonly ok: false; readonly missing: string }

/** A copy of `root` with the edit made; only what lies on the path is copied. Maps that are absent are made; list items are not. */
export function applyEdit(root: unknown, edit: Edit, from = 0): Edited {
  const step = edit.steps[from]
  if (step === undefined) return { ok: true, value: edit.value, path: [] }
  if (Array.isArray(root)) return editItem(root, step, edit, from)
  if (root !== undefined && root !== null && !isMap(root)) return { ok: false, missing: step }
  const fields = root ?? {}
  const inner = applyEdit(Object.hasOwn(fields, step) ? fields[step] : undefined, edit, from + 1)
  if (!inner.ok) return inner
  return { ok: true, value: { ...fields, [step]: inner.value }, path: [step, ...inner.path] }
}

function editItem(list: readonly unknown[], step: string, edit: Edit, from: number): Edited {
  const named = list.findIndex((item) => isMap(item) && item.name === step)
  const index = named === -1 && /^\d+$/.test(step) ? Number(step) : named
  if (index < 0 || index >= list.length) return { ok: false, missing: step }
  const inner = applyEdit(list[index], edit, from + 1)
  if (!inner.ok) return inner
  return { ok: true, value: list.with(index, inner.value), path: [index, ...inner.path] }
}

/** What problems about the edited field are reported at. */
export const overrideOf = ({ source }: Edit, path: Path): Override => ({ source, document: { start: 0, end: source.text.length }, path })

/** The problem of an edit that found no field. */
export const matchesNothing = ({ source }: Edit, message: string): Finding => ({
  diagnosis: setMatchesNothing(message),
  place: { source, span: { start: 0, end: source.text.length } },
})
