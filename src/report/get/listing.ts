import type { Instant } from '../../kernel/time.ts'
import type { Inspection } from '../../measure/inspection.ts'

/** One column of a listing: its heading and what an object shows there. */
export interface Shown<View> {
  readonly heading: string
  cell(view: View, now: Instant): string
}

/** What a listing needs of any object, or machine. */
export interface Named {
  readonly name: string
  readonly namespace?: string
  readonly object?: unknown
}

/** How objects of one kind are listed. */
export interface Listing<View extends Named = Named> {
  /** Every name the command accepts, the plural first. */
  readonly names: readonly string[]
  /** As `--output yaml` and messages call it, e.g. `Pod`. */
  readonly kind: string
  readonly namespaced: boolean
  readonly views: (inspection: Inspection) => readonly View[]
  readonly columns: readonly Shown<View>[]
  /** More with `-o wide`. */
  readonly wide: readonly Shown<View>[]
  /** More with `--truth`: what really is. */
  readonly truth: readonly Shown<View>[]
}

/** What kubectl shows where there is nothing. */
export const NONE = '<none>'
/** A text, or `<none>`. */
export const orNone = (text: string) => (text === '' ? NONE : text)
