import { closeSync, existsSync, ftruncateSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import type { ReplicationResult } from '../measure/record.ts'
import type { ReplicationOptions } from '../study/replicate.ts'
import { UsageError } from './exit.ts'

/** What finished replications must agree in to belong to one study: everything their results depend on but how many there will be. */
export interface JournalHead {
  readonly scenario: string
  /** SHA-256 of the inputs, less the number of replications. */
  readonly inputs: string
  readonly model: string
  readonly v8: string
  readonly seed: string
  readonly recording: ReplicationOptions['recording']
  readonly elision: ReplicationOptions['elision']
  readonly eventLimit: number
}

/** Shorter studies are not worth a file while they run [ms]. */
const PATIENCE = 1000
const VERSION = 1

/** Where a study that is not finished keeps what is. */
export const journalPath = (stem: string): string => `${stem}.unfinished.jsonl`

/**
 * The finished replications of a study on disk, one JSON line each, so that neither Ctrl-C nor a crash loses them. A line is written at once; a crash can tear the last
 * one only, which is then done again.
 */
export class Journal {
  readonly path: string
  /** By replication. */
  readonly known = new Map<number, ReplicationResult>()
  private readonly head: JournalHead
  private readonly start = performance.now()
  private waiting: ReplicationResult[] = []
  private file: number | undefined
  /** Bytes of the file that are whole lines; null where it is to be begun. */
  private readonly sound: number | null

  /** Another study was broken off here, and `resume` is false. */
  readonly abandoned: boolean

  /** @param resume continue what the file holds; else it is begun anew. Throws `UsageError` for a file that is bad or of another study. */
  constructor(stem: string, head: JournalHead, resume: boolean) {
    this.path = journalPath(stem)
    this.head = head
    this.sound = resume ? this.read() : null
    this.abandoned = !resume && existsSync(this.path)
  }

  /** Takes in new results. */
  keep(results: readonly ReplicationResult[]): void {
    this.waiting.push(...results)
    if (this.file !== undefined || performance.now() - this.start > PATIENCE) this.write()
  }

  /** The study is broken off: whatever is finished is on disk from here on. */
  close(): void {
    if (this.waiting.length > 0) this.write()
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
  }

  /** The study is finished: nothing is left to continue. */
  remove(): void {
    if (this.file !== undefined) closeSync(this.file)
    this.file = undefined
    this.waiting = []
    rmSync(this.path, { force: true })
  }

  private write(): void {
    this.file ??= this.open()
    writeSync(this.file, this.waiting.map((one) => `${JSON.stringify(one)}\n`).join(''))
    this.waiting = []
  }

  private open(): number {
    if (this.sound === null) {
      const file = openSync(this.path, 'w')
      writeSync(file, `${JSON.stringify({ journal: VERSION, ...this.head })}\n`)
      return file
    }
    const file = openSync(this.path, 'r+')
    ftruncateSync(file, this.sound)
    closeSync(file)
    return openSync(this.path, 'a')
  }

  /** Reads the file into `known`; answers the bytes of its whole lines, null where there is none. */
  private read(): number | null {
    if (statSync(this.path, { throwIfNoEntry: false }) === undefined) return null
    const text = readFileSync(this.path, 'utf8')
    const end = text.lastIndexOf('\n') + 1
    if (end === 0) return null
    const [head, ...lines] = text.slice(0, end - 1).split('\n')
    this.checkHead(this.parse(head ?? '', 1))
    for (const [i, line] of lines.entries()) this.take(this.parse(line, i + 2), i + 2)
    return Buffer.byteLength(text.slice(0, end))
  }

  private parse(line: string, number: number): Record<string, unknown> {
    try {
      const value: unknown = JSON.parse(line)
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
    } catch {
      // Told below, with the place.
    }
    throw new UsageError(`${this.path}:${number}: not a line that run wrote`, DELETE)
  }

  private checkHead(found: Record<string, unknown>): void {
    if (found.journal !== VERSION) throw new UsageError(`${this.path}:1: not the head of an unfinished study`, DELETE)
    const wanted: Record<string, unknown> = { ...this.head }
    const different = ['scenario', 'model', 'v8', 'seed', 'recording', 'elision', 'eventLimit', 'inputs'].find(
      (field) => JSON.stringify(found[field]) !== JSON.stringify(wanted[field]),
    )
    if (different === undefined) return
    const what = different === 'inputs' ? 'the scenario, its manifests or --set have changed' : `its ${different} is another`
    throw new UsageError(`${this.path} is of another study: ${what}`, 'run it as it was begun, or delete the file')
  }

  private take(value: Record<string, unknown>, line: number): void {
    const { replication, fingerprint } = value
    const lists = ['rows', 'measures', 'timeline', 'events', 'unplaced', 'remarks'].every((name) => Array.isArray(value[name]))
    if (!Number.isSafeInteger(replication) || (replication as number) < 1 || !lists || typeof fingerprint !== 'string') {
      throw new UsageError(`${this.path}:${line}: not a replication`, DELETE)
    }
    const result = value as unknown as ReplicationResult
    const other = this.known.get(result.replication)
    if (other !== undefined && JSON.stringify(other) !== JSON.stringify(result)) {
      throw new UsageError(`${this.path}:${line}: replication ${result.replication} is there twice, with other results`, DELETE)
    }
    this.known.set(result.replication, result)
  }
}

const DELETE = 'delete the file, or restore it'
