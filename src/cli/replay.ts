import type { Failure } from '../study/replicate.ts'
import type { ReadScenario } from './scenarios.ts'
import type { Shell } from './shell.ts'

/** A broken invariant or a dead worker, with the line that replays it. */
export function reportFailure({ path, scenario, inputs }: ReadScenario, failure: Failure, { err, errPaint }: Shell): void {
  const { set, allowUnknownFields } = inputs.overrides
  const sets = set.map((one) => ` --set ${quoted(one)}`).join('')
  const lenient = allowUnknownFields ? ' --allow-unknown-fields' : ''
  err(
    `${errPaint.red(`${path}: replication ${failure.replication}: ${failure.message}`)}\n` +
      `   replay: reconverge run ${quoted(path)} --seed ${quoted(scenario.seed)} --replications ${scenario.replications} --replication ${failure.replication}${sets}${lenient}\n` +
      (failure.stack === '' ? '' : `${failure.stack.split('\n').slice(1).join('\n')}\n`),
  )
}

/** A word for a POSIX shell. */
export function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
