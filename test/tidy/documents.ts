import type { File } from './tree.ts'

/** Lines of a Markdown text outside and inside of its fenced blocks. */
function split(text: string): { prose: string[]; code: string[] } {
  const prose: string[] = []
  const code: string[] = []
  let fenced = false
  for (const line of text.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced
    else (fenced ? code : prose).push(line)
  }
  return { prose, code }
}

/** Documents with no or several top headings. */
export function headings({ path, text }: File): string[] {
  const count = split(text).prose.filter((line) => /^# \S/.test(line)).length
  return count === 1 ? [] : [`${path} has ${count} headings of the first level: a document has exactly one, its title`]
}

/** npm commands in fenced blocks that package.json does not know; `scripts` are its names. */
export function unknownScripts({ path, text }: File, scripts: ReadonlySet<string>): string[] {
  const own = new Set(['test', 'start', 'stop'])
  return split(text).code.flatMap((line) => {
    const words = [...line.matchAll(/(?:^|[\s;&(])npm (run )?([\w:-]+)/g)]
    return words.flatMap(([, run, script = '']) =>
      (run !== undefined || own.has(script)) && !scripts.has(script)
        ? [`${path} shows \`npm ${run ?? ''}${script}\`: package.json has no such script`]
        : [],
    )
  })
}

/** Scenario paths in a document's fenced blocks that are no file; `exists` answers for a path from the root. */
export function missingScenarios({ path, text }: File, exists: (path: string) => boolean): string[] {
  const named = split(text).code.flatMap((line) => [...line.matchAll(/(?<![\w./-])scenarios\/[\w./-]+\.ya?ml/g)].map(([found]) => found))
  return named.filter((found) => !exists(found)).map((found) => `${path} shows ${found}: there is no such file`)
}

/** Commands of the program in fenced blocks that it does not have. */
export function unknownCommands({ path, text }: File, commands: ReadonlySet<string>): string[] {
  const named = split(text).code.flatMap((line) => [...line.matchAll(/\bnpx reconverge ([a-z][\w-]*)/g)].map(([, command = '']) => command))
  return named
    .filter((command) => !commands.has(command))
    .map((command) => `${path} shows \`npx reconverge ${command}\`: there is no such command`)
}

/** Relative links that lead nowhere. */
export function deadLinks({ path, text }: File, exists: (path: string) => boolean): string[] {
  const folder = path.slice(0, path.lastIndexOf('/') + 1)
  const targets = [
    ...split(text)
      .prose.join('\n')
      .matchAll(/\]\(([^)\s#:]+)(?:#[^)]*)?\)/g),
  ].map(([, target = '']) => target)
  return targets.filter((target) => !exists(folder + target)).map((target) => `${path} links to ${target}: there is no such file`)
}

/** A scenario asks its question in its first line. */
export function unasked({ path, text }: File): string[] {
  const first = text.split('\n', 1)[0] ?? ''
  return /^# \S.*\?$/.test(first) ? [] : [`${path} starts with "${first}": its first line is the question that it answers, "# …?"`]
}

const SECTIONS = new Set(['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'])

/** Departures from Keep a Changelog: `## [Unreleased]`, then releases with their ISO date, newest first. */
export function changelog({ path, text }: File): string[] {
  const { prose } = split(text)
  const releases = prose.filter((line) => line.startsWith('## '))
  const dates = releases.slice(1).map((line) => /^## \[\d+\.\d+\.\d+\] - (\d{4}-\d{2}-\d{2})$/.exec(line)?.[1])
  const unknown = prose.filter((line) => line.startsWith('### ') && !SECTIONS.has(line.slice(4)))
  return [
    ...(prose.find((line) => line !== '') === '# Changelog' ? [] : [`${path} does not start with "# Changelog"`]),
    ...(releases[0] === '## [Unreleased]'
      ? []
      : [`${path}: the first section is "## [Unreleased]"; what changes a result is one of its lines`]),
    ...releases
      .slice(1)
      .flatMap((line, index) => (dates[index] === undefined ? [`${path}: "${line}" is not "## [1.2.3] - 2026-01-31"`] : [])),
    ...dates.flatMap((date, index) =>
      index > 0 && (date ?? '') > (dates[index - 1] ?? '') ? [`${path}: ${date} stands below an older release`] : [],
    ),
    ...unknown.map((line) => `${path}: "${line}" is none of ${[...SECTIONS].join(', ')}`),
  ]
}
