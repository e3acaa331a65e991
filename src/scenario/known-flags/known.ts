/** A real flag whose values would change recovery in a way that the model cannot follow. */
export interface RefusedFlag {
  /** Values that leave everything as it is here. */
  readonly harmless: readonly unknown[]
  /** What to write instead, or why there is nothing to write. */
  readonly instead: string
}

/** Real flags and configuration fields of one process that the model does not read, those of every release modelled. */
export interface KnownFlags {
  /** No recovery depends on them here. */
  readonly ignored: readonly string[]
  readonly refused: Readonly<Record<string, RefusedFlag>>
}

/** Names in a text, by the spaces between them. */
export const names = (text: string): readonly string[] => text.trim().split(/\s+/)
