/** Edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`; letter case does not count. */
export function editDistance(a: string, b: string): number {
  const from = a.toLowerCase()
  const to = b.toLowerCase()
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, i) => i)
  for (let i = 1; i <= from.length; i++) {
    const row = [i]
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1]
      let best = Math.min((previous[j] as number) + 1, (row[j - 1] as number) + 1, (previous[j - 1] as number) + (same ? 0 : 1))
      const swapped = i > 1 && j > 1 && from[i - 1] === to[j - 2] && from[i - 2] === to[j - 1]
      if (swapped) best = Math.min(best, (beforePrevious[j - 2] as number) + 1)
      row.push(best)
    }
    beforePrevious = previous
    previous = row
  }
  return previous[to.length] as number
}

/** The known name nearest to `name`, when it is near enough to have been meant; ties go to the first. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const short = name.slice(0, 80)
  let best: string | undefined
  let distance = Math.min(short.length, Math.max(1, Math.floor(short.length / 3)) + 1)
  for (const candidate of known) {
    const edits = editDistance(short, candidate)
    if (edits < distance) {
      best = candidate
      distance = edits
    }
  }
  return best
}

/** `did you mean "x"?`, or, when nothing is near, the known names as long as there are few. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known)
  if (near !== undefined) return `did you mean ${JSON.stringify(near)}?`
  return known.length > 0 && known.length <= 24 ? `known: ${known.join(', ')}` : undefined
}
