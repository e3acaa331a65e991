import { type Command, switchOption } from './command.ts'
import { EXIT } from './exit.ts'

/** Where editors look for it: the first line of a scenario may name this file. */
export const schema: Command<{ readonly compact: boolean }> = {
  usage: 'schema',
  doc: 'Print the JSON Schema of scenario files',
  examples: [['schema > scenario.schema.json', 'for `# yaml-language-server: $schema=scenario.schema.json` in an editor']],
  options: (yargs) => yargs.option('compact', switchOption('On one line')),
  run: async ({ compact }, shell) => {
    const model = await shell.model()
    shell.out(`${JSON.stringify(model.jsonSchema(), null, compact ? 0 : 2)}\n`)
    return EXIT.good
  },
}
