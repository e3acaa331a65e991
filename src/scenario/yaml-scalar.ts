/**
 * Plain YAML scalars as Kubernetes' Go reader resolves them (sigs.k8s.io/yaml over go-yaml v2: YAML 1.1 booleans and octals,
 * no sexagesimal numbers, timestamps stay text).
 */

const WORDS: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['.nan', '.NaN', '.NAN'].map((word) => [word, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((word) => [word, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((word) => [word, Number.NEGATIVE_INFINITY] as const),
])

const DECIMAL = /^[-+]?(?:0|[1-9][0-9]*)$/
const OCTAL = /^([-+]?)0o?([0-7]+)$/
const HEXADECIMAL = /^([-+]?)0[xX]([0-9a-fA-F]+)$/
const BINARY = /^([-+]?)0[bB]([01]+)$/
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/

/** First characters that a scalar other than text can have. */
export const MAY_BE_TYPED = /^(?:[-+.~0-9yYnNtTfFoO]|$)/

/** Whether a plain scalar that begins with this character code is text for certain. */
export function isTextForCertain(code: number): boolean {
  if (code >= 48 && code <= 57) return false
  return !'-+.~yYnNtTfFoO'.includes(String.fromCharCode(code))
}

/** The value of a plain (unquoted) scalar. Whole numbers beyond 2^53 lose digits; the validator refuses them. */
export function resolvePlain(text: string): string | number | boolean | null {
  const word = WORDS.get(text)
  if (word !== undefined) return word
  const first = text.charCodeAt(0)
  const numeric = (first >= 48 && first <= 57) || first === 45 || first === 43 || first === 46
  return numeric ? number(text) : text
}

function number(text: string): string | number {
  const plain = text.includes('_') ? text.replaceAll('_', '') : text
  if (DECIMAL.test(plain)) return Number(plain)
  for (const [pattern, base] of [
    [OCTAL, 8],
    [HEXADECIMAL, 16],
    [BINARY, 2],
  ] as const) {
    const match = pattern.exec(plain)
    if (match !== null) return (match[1] === '-' ? -1 : 1) * Number.parseInt(match[2] as string, base)
  }
  return FLOAT.test(plain) ? Number(plain) : text
}
