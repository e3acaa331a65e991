import type { Axis } from '../scenario/axis.ts'
import type { Smallest, Trial } from '../study/smallest.ts'
import { type Paint, plural } from './text.ts'
import { grounds } from './verdict-table.ts'

/** The smallest size for a terminal: the answer, its guarantee, and every size that was tried, with its figures. */
export function smallestTable(axis: Axis, { trials, first, lasting, confidence }: Smallest, paint: Paint): string[] {
  const guarantee = `each size judged with ${percent(confidence)} confidence, so that all ${axis.values.length} hold together`
  return [
    paint.bold(answer(axis, trials, first, lasting)),
    paint.dim(guarantee),
    ...evidence(trials, lasting ?? first),
    '',
    paint.bold('Sizes tried'),
    ...trials.flatMap((trial) => lines(axis, trial, paint)),
  ]
}

function answer({ path, values }: Axis, trials: readonly Trial[], first: Trial | null, lasting: Trial | null): string {
  const [from, to] = [values[0], values.at(-1)]
  if (first === null) return `Of ${path} = ${from} … ${to}, none is shown to meet the expectations.`
  if (first === lasting) {
    const next = trials.slice(first.index + 1, first.index + 3).map(({ value }) => value)
    const holds =
      next.length === 0
        ? ' It is the last of the range: nothing is known beyond it.'
        : ` The next ${next.length === 1 ? 'size holds' : 'two hold'} too: ${next.join(', ')}.`
    return `${path} = ${first.value} is the first of ${from} … ${to} that meets the expectations.${holds}`
  }
  const exceptions = trials.filter(
    ({ index, decision }) => index > first.index && index < (lasting?.index ?? Number.POSITIVE_INFINITY) && decision !== 'pass',
  )
  const but = `but not every size above does: ${exceptions.map(({ value, decision }) => `${value} (${decision})`).join(', ')}`
  return `${path} = ${first.value} is the first of ${from} … ${to} that meets the expectations, ${but}. ${lasting === null ? 'No size holds together with the next two.' : `From ${lasting.value} on, the next two hold too.`}`
}

/** The nearest size that fails, below the answer. */
function evidence(trials: readonly Trial[], answer: Trial | null): string[] {
  const below = trials.filter(({ index, decision }) => decision !== 'pass' && (answer === null || index < answer.index)).at(-1)
  if (below === undefined) return answer === null ? [] : ['It is the smallest of the range: no smaller size was asked for.']
  const failing = below.verdicts.find(({ decision }) => decision !== 'pass')
  const why = failing === undefined ? '' : `: ${failing.text}: ${grounds(failing)}`
  return [`Nearest size that ${below.decision === 'fail' ? 'fails' : 'is not shown to hold'}, ${below.value}${why}`]
}

function lines({ path }: Axis, { value, n, decision, verdicts, unplaced }: Trial, paint: Paint): string[] {
  const colour = { pass: paint.green, fail: paint.red, undecided: paint.yellow }[decision]
  const waiting = unplaced === 0 ? '' : `, in ${unplaced} of them a Pod was left without a Node`
  return [
    `  ${path.split(/[.:]/).at(-1)} = ${value}: ${colour(decision)} after ${plural(n, 'replication')}${waiting}`,
    ...verdicts.map((verdict) => paint.dim(`    ${verdict.text}: ${grounds(verdict)}`)),
  ]
}

const percent = (share: number): string => `${Number((share * 100).toFixed(4))} %`
