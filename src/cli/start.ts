import { availableParallelism } from 'node:os'
import colours from 'picocolors'
import { WORKER } from '../study/pool.ts'
import { main } from './commands.ts'
import { EXIT } from './exit.ts'
import { loadModel } from './load-model.ts'
import { modelId } from './model-id.ts'
import type { Shell } from './shell.ts'

/** Runs one command line in this process and sets its exit code. */
export async function start(words: readonly string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever read this stopped reading, as `head` does.
    if (error.code === 'EPIPE') process.exit(EXIT.good)
    throw error
  })
  try {
    process.exitCode = await main(words, shellOf())
  } catch (error) {
    process.stderr.write(`This is a bug in reconverge: ${error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = EXIT.broken
  }
}

function shellOf(): Shell {
  const { env, stdout, stderr } = process
  const dumb = env.TERM === 'dumb'
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    paint: colours.createColors(wantsColour(stdout.isTTY) && !dumb),
    errPaint: colours.createColors(wantsColour(stderr.isTTY) && !dumb),
    interactive: stderr.isTTY === true && !dumb && (env.CI ?? '') === '',
    env,
    processors: availableParallelism(),
    v8: process.versions.v8,
    model: loadModel,
    modelId,
    worker: WORKER,
    onInterrupt,
  }
}

/** NO_COLOR forbids, FORCE_COLOR demands, else a terminal gets colours. */
function wantsColour(terminal: boolean | undefined): boolean {
  if ((process.env.NO_COLOR ?? '') !== '') return false
  if ((process.env.FORCE_COLOR ?? '') !== '') return process.env.FORCE_COLOR !== '0'
  return terminal === true
}

function onInterrupt(stop: () => void): () => void {
  const once = () => {
    process.stderr.write('\nStopping: what is finished is written. Ctrl-C again ends at once.\n')
    process.removeListener('SIGINT', once)
    stop()
  }
  process.on('SIGINT', once)
  return () => void process.removeListener('SIGINT', once)
}
