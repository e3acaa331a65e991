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
    format: `${label} {bar} {value}/{total} ${noun}, {eta_formatted} to go`,
    ...{ stream: process.stderr, barsize: 30, hideCursor: true, clearOnComplete: true, etaBuffer: 50 },
    ...{ barCompleteChar: '█', barIncompleteChar: '░' },
  })
  const start = now()
  let shown = false
  return {
    update(done) {
      if (shown) bar.update(done)
      else if (now() - start > PATIENCE) {
        shown = true
        bar.start(total, done)
      }
    },
    stop() {
      if (shown) bar.stop()
    },
  }
}

function linesOf(label: string, total: number, write: (text: string) => void, now: () => number, noun: string): Progress {
  let last = now()
  return {
    update(done) {
      if (now() - last < PERIOD) return
      last = now()
      write(`${label}: ${done} of ${total} ${noun}\n`)
    },
    stop() {},
  }
}
