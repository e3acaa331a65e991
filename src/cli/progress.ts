import { performance } from 'node:perf_hooks'

/** What a run says of itself on stderr while it lasts. */
export interface Progress {
  update(done: number): void
  stop(): void
}

/** Silent for so long [ms]. */
const PATIENCE = 2000
/** Between lines where there is no terminal [ms]. */
const PERIOD = 10_000

/** A bar on a terminal, elsewhere and under CI a line every 10 s; nothing in the first 2 s. */
export async function progressOf(
  label: string,
  total: number,
  {
    interactive,
    write,
    now = () => performance.now(),
    noun = 'replications',
  }: { interactive: boolean; write: (text: string) => void; now?: () => number; noun?: string },
): Promise<Progress> {
  return interactive ? barOf(label, total, now, noun) : linesOf(label, total, write, now, noun)
}

async function barOf(label: string, total: number, now: () => number, noun: string): Promise<Progress> {
  const { default: cliProgress } = await import('cli-progress')
  const bar = new cliProgress.SingleBar({
    format: `${label} {bar} {value}/{total} ${noun}, {speed}/s, {eta_formatted} to go`,
    ...{ stream: process.stderr, barsize: 30, hideCursor: true, clearOnComplete: true, etaBuffer: 50 },
    ...{ barCompleteChar: '█', barIncompleteChar: '░' },
  })
  const start = now()
  let shown = false
  let first: number | undefined
  return {
    update(done) {
      first ??= done - 1
      const speed = perSecond(done - first, now() - start)
      if (shown) bar.update(done, { speed })
      else if (now() - start > PATIENCE) {
        shown = true
        bar.start(total, done, { speed })
      }
    },
    stop() {
      if (shown) bar.stop()
    },
  }
}

function linesOf(label: string, total: number, write: (text: string) => void, now: () => number, noun: string): Progress {
  const start = now()
  let last = start
  // What an earlier run had finished is not this one's speed.
  let first: number | undefined
  return {
    update(done) {
      first ??= done - 1
      if (now() - last < PERIOD) return
      last = now()
      const [ran, elapsed] = [done - first, last - start]
      const left = Math.ceil(((total - done) * elapsed) / ran / 1000)
      write(`${label}: ${done} of ${total} ${noun}, ${perSecond(ran, elapsed)}/s${done < total ? `, about ${duration(left)} to go` : ''}\n`)
    },
    stop() {},
  }
}

/** Replications per second, in three digits. */
function perSecond(ran: number, elapsed: number): string {
  return String(Number(((1000 * ran) / Math.max(elapsed, 1)).toPrecision(3)))
}

/** `42 s`, `3 min`, `2 h 5 min`. */
function duration(seconds: number): string {
  if (seconds < 90) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
