import { markdownTable } from '../../src/report/markdown.ts'
import { named, type Rule } from './rule.ts'
import { AREAS } from './rules.ts'

const INTRODUCTION = `# What Kubernetes does, rule by rule

Written by \`npm run docs\` from [test/specification](../test/specification/rules.ts): every rule of Kubernetes that decides when something fails or converges, where it
stands in Kubernetes' source, and the tests that would fail if the model did not follow it. A rule that the model does not follow says why. Defaults and
approximations are in [MODEL.md](MODEL.md), measured timelines in [VALIDATION.md](VALIDATION.md).`

/** docs/SPECIFICATION.md. */
export function specificationDocument(): string {
  const sections = AREAS.map(({ title, rules }) => `## ${title}\n\n${markdownTable(['rule', 'source', 'shown by'], rules.map(row))}`)
  return `${[INTRODUCTION, counts(AREAS.flatMap(({ rules }) => rules)), ...sections].join('\n\n')}\n`
}

function counts(rules: readonly Rule[]): string {
  const followed = rules.filter((rule) => 'tests' in rule).length
  return `${rules.length} rules: ${followed} are followed and tested, ${rules.length - followed} are not followed.`
}

const row = (rule: Rule): string[] => [
  rule.rule,
  rule.source,
  'tests' in rule ? rule.tests.map(link).join('<br>') : `not followed: ${rule.absent}`,
]

function link(test: string): string {
  const { path, title } = named(test)
  return `[${title.replace(/[ ,:]+$/, '')}](../test/${path})`
}
