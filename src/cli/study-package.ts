import { packSource, type StudyPackage, unpackInputs } from '../study/package.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import { recorded } from '../study/scenario-inputs.ts'
import { UsageError } from './exit.ts'
import type { Model, Shell } from './shell.ts'
import { objectivesOf, type PlannedPoint, planHash, type StudyPlan } from './study-plan.ts'

/** Packs a study for other machines. */
export function packStudy(command: StudyPackage['command'], plan: StudyPlan, options: ReplicationOptions, shell: Shell): StudyPackage {
  const { name, question, axes, objectives, points } = plan
  return {
    ...{ schemaVersion: 1, command, name, question, axes, options },
    ...{ inputs: planHash(plan, shell), model: shell.modelId(), v8: shell.v8 },
    objectives: objectives.map(({ text }) => text),
    source: packSource((points[0] as PlannedPoint).inputs),
    points: points.map(({ values, scenario, inputs }) => ({ values, overrides: inputs.overrides, replications: scenario.replications })),
  }
}

/** Unpacks a study; one of another model, another V8 or other inputs than it claims is bad usage. `from` names where it came from. */
export function unpackStudy(pack: StudyPackage, from: string, model: Model, shell: Shell): StudyPlan {
  if (pack.schemaVersion !== 1) throw new UsageError(`${from}: it was written by another version of reconverge`)
  if (pack.model !== shell.modelId()) {
    throw new UsageError(
      `${from}: it was computed by model ${pack.model.slice(0, 8)}, this is ${shell.modelId().slice(0, 8)}`,
      'use the same version of reconverge everywhere',
    )
  }
  if (pack.v8 !== shell.v8)
    throw new UsageError(`${from}: it was computed under V8 ${pack.v8}, this is ${shell.v8}`, 'use the same version of Node.js everywhere')
  const points = unpackInputs(pack).map((inputs, i): PlannedPoint => {
    const read = model.read(recorded(inputs), inputs.overrides)
    if (!read.ok) throw new UsageError(`${from}: its scenario cannot be read: ${read.problems[0]?.message}`)
    return { values: pack.points[i]?.values ?? [], path: inputs.path, scenario: read.scenario, warnings: read.warnings, inputs }
  })
  if (points.length === 0 || planHash({ points }, shell) !== pack.inputs) throw new UsageError(`${from}: its inputs are not what they were`)
  const { name, question, axes } = pack
  return { name, question, axes, points, objectives: objectivesOf(pack.objectives, points, model) }
}

/** A scenario as a study of one point. */
export function studyOfOne(point: PlannedPoint): StudyPlan {
  const { name, question } = point.scenario
  return { name, question, axes: [], objectives: [], points: [point] }
}
