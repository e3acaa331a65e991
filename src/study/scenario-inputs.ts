import type { LoadedFile, LoadProblem, Source } from '../scenario/sources.ts'

/** What the command line changes of a scenario. */
export interface Overrides {
  /** `path=value`, in order. */
  readonly set: readonly string[]
  readonly seed?: string
  readonly replications?: number
  /** Fields that no Kubernetes release knows are warnings, not errors. */
  readonly allowUnknownFields: boolean
}

/** Everything a scenario is read from, as plain data: a worker reads the same scenario from it without touching a disk. */
export interface ScenarioInputs {
  readonly path: string
  readonly text: string | Uint8Array
  /** What each path or glob the scenario refers to gave. */
  readonly files: ReadonlyMap<string, readonly LoadedFile[] | LoadProblem>
  readonly overrides: Overrides
  /** Machines that lose power at once, instead of the scenario's own faults. */
  readonly losing?: readonly string[]
}

/** A source that answers from what was recorded. */
export function recorded({ path, text, files }: ScenarioInputs): Source {
  return { path, text, load: (file) => files.get(file) ?? { problem: 'file-not-found', message: `${file} was not recorded` } }
}

/** A source that passes everything on and keeps what it gave, to become `ScenarioInputs`. */
export function recording(source: Source): { readonly source: Source; inputs(overrides: Overrides): ScenarioInputs } {
  const files = new Map<string, readonly LoadedFile[] | LoadProblem>()
  const load = (path: string) => {
    const loaded = files.get(path) ?? source.load(path)
    files.set(path, loaded)
    return loaded
  }
  return {
    source: { path: source.path, text: source.text, load },
    inputs: (overrides) => ({ path: source.path, text: source.text, files, overrides }),
  }
}
