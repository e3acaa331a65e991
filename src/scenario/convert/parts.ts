import { invalidValue, shown } from '../problems.ts'
import type { IntOrPercent } from '../specs.ts'
import type { Conversion, RawValue } from './shared.ts'

type Path = readonly (string | number)[]

/** `25%` or a whole number; a default when absent. */
export function intOrPercent(value: RawValue, fallback: IntOrPercent, path: Path, { report }: Conversion): IntOrPercent {
  if (value === undefined || value === null) return fallback
  if (typeof value === 'number' && value >= 0) return { count: value }
  const percent = /^(\d{1,9})%$/.exec(String(value))
  if (percent !== null) return { percent: Number(percent[1]) }
  report(path, invalidValue(`expected a whole number or a share such as 25%, got ${shown(value)}`))
  return fallback
}

/** Whether such an amount is none. */
export const isZero = (value: IntOrPercent): boolean => ('count' in value ? value.count : value.percent) === 0
