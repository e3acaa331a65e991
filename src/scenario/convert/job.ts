import { exclusiveFields, invalidValue, missingField } from '../problems.ts'
import type { JobManifest, JobSpec, PodFailureRule, SuccessRule } from '../specs.ts'
import { anyTemplate } from './pod.ts'
import { type Conversion, type Identity, items, optional, type Raw, type RawValue } from './shared.ts'

type Path = readonly (string | number)[]

function failureRule(value: RawValue, path: Path, { report }: Conversion): PodFailureRule {
  const { action, onExitCodes, onPodConditions } = value
  const given = [onExitCodes, onPodConditions].filter((one) => one !== undefined && one !== null)
  if (given.length !== 1) report(path, exclusiveFields('expected one of onExitCodes and onPodConditions'))
  const conditions = items(onPodConditions).map(({ type, status }) => ({ type, status: status ?? 'True' }))
  const { containerName, operator, values } = onExitCodes ?? {}
  return {
    action,
    ...(onExitCodes
      ? { onExitCodes: { ...optional('containerName', containerName as string | undefined), operator, values: items(values) } }
      : {}),
    ...(conditions.length > 0 ? { onPodConditions: conditions } : {}),
  }
}

/** Indexes as `0,2-4` names them, those of the Job; null: not such a text. */
function indexesOf(value: string, completions: number): readonly number[] | null {
  const indexes: number[] = []
  for (const part of value.split(',')) {
    const bounds = /^(\d+)(?:-(\d+))?$/.exec(part)
    if (bounds === null) return null
    const first = Number(bounds[1])
    for (let index = first; index <= Math.min(Number(bounds[2] ?? first), completions - 1); index++) indexes.push(index)
  }
  return indexes
}

function successRule(value: RawValue, path: Path, completions: number, { report }: Conversion): SuccessRule {
  const { succeededIndexes, succeededCount } = value
  if (succeededIndexes === undefined && succeededCount === undefined) {
    report(path, missingField('succeededIndexes', 'a rule names indexes, or how many, or both'))
  }
  const indexes = succeededIndexes === undefined ? null : indexesOf(succeededIndexes, completions)
  if (succeededIndexes !== undefined && indexes === null) {
    report([...path, 'succeededIndexes'], invalidValue(`expected indexes such as 0,2-4, got ${succeededIndexes}`))
  }
  return { succeededIndexes: indexes, succeededCount: succeededCount ?? null }
}

/** What only an Indexed Job may have: limits of each index, and a policy of success (ValidateJobSpec, 1.29 … 1.36). */
function checkIndexed(spec: Raw, path: Path, { report }: Conversion): void {
  const indexed = spec.completionMode === 'Indexed'
  for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes', 'successPolicy'] as const) {
    if (spec[field] !== undefined && !indexed) report([...path, field], invalidValue(`expected completionMode Indexed with ${field}`))
  }
  if (spec.backoffLimitPerIndex !== undefined) return
  const rules = items(spec.podFailurePolicy?.rules)
  const at = rules.findIndex(({ action }) => action === 'FailIndex')
  if (at >= 0) report([...path, 'podFailurePolicy', 'rules', at, 'action'], invalidValue('expected backoffLimitPerIndex with FailIndex'))
  if (spec.maxFailedIndexes !== undefined) report([...path, 'maxFailedIndexes'], invalidValue('expected backoffLimitPerIndex with it'))
}

/** Without limits per index six failures, with them as many as there are (SetDefaults_Job). */
const UNLIMITED = 2 ** 31 - 1

/**
 * A JobSpec with the defaults of batch/v1 defaults.go: one completion and one Pod at a time when neither is given, six failures. With a failure policy only
 * Pods that have ended are replaced (SetDefaults_Job, 1.20 … 1.36).
 */
export function jobSpec(spec: Raw, path: Path, conversion: Conversion): JobSpec {
  const { report } = conversion
  const template = anyTemplate(spec.template, [...path, 'template'], conversion)
  const { restartPolicy } = template.spec
  const at: Path = [...path, 'template', 'spec', 'restartPolicy']
  if (restartPolicy === 'Always') report(at, invalidValue('expected restartPolicy OnFailure or Never in a Job, got Always'))
  const neither = (spec.completions ?? undefined) === undefined && (spec.parallelism ?? undefined) === undefined
  const completions = neither ? 1 : (spec.completions ?? null)
  const completionMode = spec.completionMode ?? 'NonIndexed'
  if (completionMode === 'Indexed' && completions === null) {
    report([...path, 'completionMode'], missingField('completions', 'an Indexed Job has as many indexes'))
  }
  const rules = spec.podFailurePolicy?.rules
  const podFailurePolicy = rules
    ? items(rules).map((rule, i) => failureRule(rule, [...path, 'podFailurePolicy', 'rules', i], conversion))
    : null
  if (podFailurePolicy !== null && restartPolicy === 'OnFailure') {
    report(at, invalidValue('expected restartPolicy Never with podFailurePolicy, got OnFailure'))
  }
  checkIndexed(spec, path, conversion)
  const successes = spec.successPolicy?.rules
  const replacement = spec.podReplacementPolicy ?? (podFailurePolicy === null ? 'TerminatingOrFailed' : 'Failed')
  if (podFailurePolicy !== null && replacement !== 'Failed') {
    report([...path, 'podReplacementPolicy'], invalidValue(`expected Failed with podFailurePolicy, got ${replacement}`))
  }
  return {
    parallelism: spec.parallelism ?? 1,
    completions,
    completionMode,
    backoffLimit: spec.backoffLimit ?? (spec.backoffLimitPerIndex === undefined ? 6 : UNLIMITED),
    backoffLimitPerIndex: spec.backoffLimitPerIndex ?? null,
    maxFailedIndexes: spec.maxFailedIndexes ?? null,
    activeDeadlineSeconds: spec.activeDeadlineSeconds ?? null,
    ttlSecondsAfterFinished: spec.ttlSecondsAfterFinished ?? null,
    suspend: spec.suspend ?? false,
    podFailurePolicy,
    podReplacementPolicy: replacement,
    successPolicy: successes
      ? items(successes).map((rule, i) => successRule(rule, [...path, 'successPolicy', 'rules', i], completions ?? 0, conversion))
      : null,
    template,
  }
}

/** A Job; its Pods are found by their owner, whatever its selector. */
export function job(raw: Raw, identity: Identity, conversion: Conversion): JobManifest {
  const { status } = raw
  const ended = items(status?.conditions).find((one) => (one.type === 'Complete' || one.type === 'Failed') && one.status === 'True')
  return {
    kind: 'Job',
    ...identity,
    ...jobSpec(raw.spec, ['spec'], conversion),
    succeeded: status?.succeeded ?? 0,
    failed: status?.failed ?? 0,
    end: ended === undefined ? null : { type: ended.type, reason: ended.reason ?? '' },
  }
}
