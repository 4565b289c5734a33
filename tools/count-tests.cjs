// Jest reporter: writes how many tests there were to the file that LOCKSTEP_TEST_COUNTS names, for the line at the very end.
const { writeFileSync } = require('node:fs')

module.exports = class CountTests {
  onRunComplete(_contexts, results) {
    const counts = {
      passed: results.numPassedTests,
      // A file that does not even load has no tests to count.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    }
    writeFileSync(process.env.LOCKSTEP_TEST_COUNTS, JSON.stringify(counts))
  }
}
