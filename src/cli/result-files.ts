import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { UsageError } from './exit.ts'

/** Makes sure, before anything runs, that results can be written into a folder; `label` is how messages call it. */
export function prepareFolder(folder: string, label: string): void {
  guard(label, () => {
    makeFolder(folder)
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error(folder), { code: 'EEXIST' })
    accessSync(folder, constants.W_OK | constants.X_OK)
  })
}

/** Level by level: Node's recursive mkdir never returns where the system refuses a new folder with ENOENT, as below /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

/** Makes sure, before anything runs, that a file can be written. */
export function prepareFile(path: string): void {
  guard(path, () => {
    accessSync(dirname(path), constants.W_OK | constants.X_OK)
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) throw Object.assign(new Error(path), { code: 'EISDIR' })
  })
}

/** Result files that appear all together or not at all: written beside their target under a temporary name, renamed by `commit`. */
export class ResultFiles {
  private readonly pending: { readonly temporary: string; readonly path: string }[] = []

  add(path: string, pieces: Iterable<string>): void {
    const temporary = join(dirname(path), `.${path.slice(dirname(path).length).replace(/^[/\\]/, '')}.${process.pid}.tmp`)
    guard(path, () => {
      const file = openSync(temporary, 'w')
      this.pending.push({ temporary, path })
      try {
        for (const piece of pieces) writeSync(file, piece)
      } finally {
        closeSync(file)
      }
    })
  }

  /** Puts every file in its place and answers their paths. */
  commit(): string[] {
    const paths = this.pending.map(({ temporary, path }) => {
      guard(path, () => renameSync(temporary, path))
      return path
    })
    this.pending.length = 0
    return paths
  }

  /** Removes what was not committed. */
  discard(): void {
    for (const { temporary } of this.pending) rmSync(temporary, { force: true })
    this.pending.length = 0
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EEXIST: 'there is a file of that name where a folder is needed',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'there is a folder of that name',
  ENOENT: 'there is no such folder',
}

/** Says what the system refused in words. */
function guard(path: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === undefined) throw error
    throw new UsageError(`cannot write ${path}: ${REASONS[code] ?? code}`)
  }
}
