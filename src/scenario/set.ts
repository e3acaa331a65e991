import type { Finding, Override, SourceText } from './problem.ts'
import { invalidSet, setMatchesNothing } from './problems.ts'
import type { ProcessName } from './scenario.ts'
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
/** Processes whose flags need no `cluster.` before them. */
const PROCESSES: ReadonlySet<ProcessName> = new Set(['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet'])

/** The left side of `path=value`, and where its `=` is; or the offset of what is no path. */
export type PathText =
  | { readonly ok: true; readonly target: string | undefined; readonly steps: readonly string[]; readonly end: number }
  | { readonly ok: false; readonly at: number; readonly message: string }

/** Reads the path of `path=value`. */
export function readPath(argument: string): PathText {
  const target = TARGET.exec(argument)
  const steps: string[] = []
  let at = target === null ? 0 : target[0].length
  while (argument[at] !== '=') {
    const step = STEP.exec(argument.slice(at))
    if (step === null || (steps.length === 0 && argument[at] === '.'))
      return { ok: false, at, message: `expected path=value, got ${JSON.stringify(argument.slice(at))}` }
    steps.push(step[1] ?? step[2]?.replace(/\\(.)/g, '$1') ?? (step[3] as string))
    at += step[0].length
  }
  if (steps.length === 0) return { ok: false, at, message: 'expected a path before the =, got none' }
  if (target === null && PROCESSES.has(steps[0] as ProcessName)) steps.unshift('cluster')
  return { ok: true, target: target?.[1]?.toLowerCase(), steps, end: at }
}

/** What a path may look like. */
export const PATH_HINT = 'write cluster.nodes[worker].count=8 or deployment/default/web:spec.replicas=10'

/** Parses `path=value`; the value is a YAML scalar. */
export function parseEdit(argument: string): Edit | Finding {
  const source: SourceText = { path: '--set', text: argument }
  const path = readPath(argument)
  if (!path.ok) {
    const span = { start: path.at, end: Math.max(path.at + 1, argument.length) }
    return { diagnosis: invalidSet(path.message, PATH_HINT), place: { source, span } }
  }
  const { target, steps } = path
  const written = argument.slice(path.end + 1)
  const value = target === undefined && VERBATIM.has(steps.join('.')) ? written : scalar(written)
  return { source, ...(target === undefined ? {} : { target }), steps, value }
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
