import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Command, last } from './command.ts'
import { EXIT, UsageError } from './exit.ts'
import { manifestTemplate, scenarioTemplate } from './init-template.ts'
import { prepareFolder, ResultFiles } from './result-files.ts'

export const init: Command<{ readonly path: string }> = {
  usage: 'init [path]',
  shown: 'init [DIR|FILE]',
  doc: 'Write a commented scenario and a small manifest that run',
  examples: [
    ['init', 'scenario.yaml and web.yaml in this folder'],
    ['init study/power-loss.yaml', 'under another name'],
  ],
  options: (yargs) =>
    yargs.positional('path', { type: 'string', default: '.', coerce: last<string>, describe: 'A folder, or the scenario file to write' }),
  run: async ({ path }, { out }) => {
    const file = /\.ya?ml$/.test(path) ? path : join(path, 'scenario.yaml')
    const manifest = join(dirname(file), 'web.yaml')
    for (const target of [file, manifest]) {
      if (existsSync(target)) throw new UsageError(`${target} exists`, 'init never overwrites: name another file or folder')
    }
    prepareFolder(dirname(file), dirname(file))
    const files = new ResultFiles()
    files.add(manifest, [manifestTemplate])
    files.add(file, [scenarioTemplate(basename(file).replace(/\.ya?ml$/, ''), 'web.yaml')])
    out(`Written: ${files.commit().join(' ')}\nNow: reconverge run ${file}\n`)
    return EXIT.good
  },
}
