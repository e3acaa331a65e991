import { findingsOf, type Gate } from './gate.ts'

/** JUnit XML of several gates: one suite per scenario, one case per measure and expectation; what is undecided is skipped, with its reason. */
export function junitXml(gates: readonly Gate[]): string {
  const suites = gates.map(suite)
  const total = (count: (one: Suite) => number) => suites.reduce((sum, one) => sum + count(one), 0)
  const counts = `tests="${total(({ tests }) => tests)}" failures="${total(({ failures }) => failures)}" skipped="${total(({ skipped }) => skipped)}"`
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="reconverge check" ${counts}>\n${suites.map(({ xml }) => xml).join('')}</testsuites>\n`
}

interface Suite {
  readonly tests: number
  readonly failures: number
  readonly skipped: number
  readonly xml: string
}

function suite(gate: Gate): Suite {
  const findings = findingsOf(gate)
  const failures = findings.filter(({ severity }) => severity === 'error').length
  const skipped = findings.filter(({ severity }) => severity === 'open').length
  const cases = findings.map(({ name, severity, message }) => {
    const open = `    <testcase classname="${xmlText(gate.scenario)}" name="${xmlText(name)}"`
    if (severity === 'error') {
      return `${open}>\n      <failure message="${xmlText(message.split('\n')[0] ?? '')}">${xmlText(message)}</failure>\n    </testcase>\n`
    }
    if (severity === 'open') return `${open}>\n      <skipped message="${xmlText(message)}"/>\n    </testcase>\n`
    return `${open}>\n      <system-out>${xmlText(message)}</system-out>\n    </testcase>\n`
  })
  const counts = `tests="${findings.length}" failures="${failures}" skipped="${skipped}"`
  return {
    ...{ tests: findings.length, failures, skipped },
    xml: `  <testsuite name="${xmlText(gate.scenario)}" file="${xmlText(gate.path)}" ${counts}>\n${cases.join('')}  </testsuite>\n`,
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' }

/** Text for XML: markup escaped, characters that XML 1.0 forbids left out. */
function xmlText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
  return text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '').replace(/[&<>"\n]/g, (one) => ENTITIES[one] ?? one)
}
