import { exclusiveFields, invalidValue, missingField } from '../problems.ts'
import type { JobManifest, JobSpec, PodFailureRule } from '../specs.ts'
import { anyTemplate } from './pod.ts'
import { type Conversion, type Identity, items, optional, type Raw, type RawValue } from './shared.ts'

type Path = readonly (string | number)[]

function failureRule(value: RawValue, path: Path, { report }: Conversion): PodFailureRule {
  const { action, onExitCodes, onPodConditions } = value
  const given = [onExitCodes, onPodConditions].filter((one) => one !== undefined && one !== null)
  if (given.length !== 1) report(path, exclusiveFields('expected one of onExitCodes and onPodConditions'))
  if (action === 'FailIndex')
    report([...path, 'action'], invalidValue('expected FailJob, Ignore or Count; FailIndex needs backoffLimitPerIndex'))
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
  const replacement = spec.podReplacementPolicy ?? (podFailurePolicy === null ? 'TerminatingOrFailed' : 'Failed')
  if (podFailurePolicy !== null && replacement !== 'Failed') {
    report([...path, 'podReplacementPolicy'], invalidValue(`expected Failed with podFailurePolicy, got ${replacement}`))
  }
  return {
    parallelism: spec.parallelism ?? 1,
    completions,
    completionMode,
    backoffLimit: spec.backoffLimit ?? 6,
    activeDeadlineSeconds: spec.activeDeadlineSeconds ?? null,
    ttlSecondsAfterFinished: spec.ttlSecondsAfterFinished ?? null,
    suspend: spec.suspend ?? false,
    podFailurePolicy,
    podReplacementPolicy: replacement,
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
