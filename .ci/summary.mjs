// Adds up vitest's JSON reports in a folder: `node .ci/summary.mjs FOLDER FAILED`, where FAILED checks have failed
// already. A tier that left no report counts as one failure, and so does
// one that broke outside its tests: the line never looks better than the run was.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder = '.', checks = '0'] = process.argv.slice(2)
let passed = 0
let failed = Number(checks)
for (const tier of ['system', 'tests']) {
  const path = join(folder, `${tier}.json`)
  const report = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : { numPassedTests: 0, numFailedTests: 0, success: false }
  passed += report.numPassedTests
  failed += report.numFailedTests === 0 && !report.success ? 1 : report.numFailedTests
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
