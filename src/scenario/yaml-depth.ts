/** Deepest nesting of maps and lists that is read. */
export const MAX_DEPTH = 200

const INDICATORS = /^[ \t]*((?:[-?:][ \t]+)*)/

/**
 * Whether a text could nest deeper than allowed, by a count that never comes out too low: brackets left open, indents, and `- - -` on one line.
 * The general parser recurses, and where V8 runs out of stack while it compiles a regular expression the whole process ends: so this is asked first.
 */
export function mayNestTooDeep(text: string): boolean {
  return bracketDepth(text) > MAX_DEPTH || blockDepth(text) > MAX_DEPTH
}

function bracketDepth(text: string): number {
  let depth = 0
  let deepest = 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth)
    else if (code === 93 || code === 125) depth = Math.max(0, depth - 1)
  }
  return deepest
}

function blockDepth(text: string): number {
  const indents: number[] = []
  let deepest = 0
  for (const line of text.split('\n')) {
    const indent = line.search(/\S/)
    if (indent === -1) continue
    while (indents.length > 0 && (indents.at(-1) as number) >= indent) indents.pop()
    indents.push(indent)
    const inLine = (INDICATORS.exec(line)?.[1] ?? '').length
    deepest = Math.max(deepest, indents.length + inLine / 2)
  }
  return deepest
}
