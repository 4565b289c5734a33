// Jest reporter: the last line says how many tests there were, in a form that any CI can read.
module.exports = class ClosingLine {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    const skipped = results.numPendingTests + results.numTodoTests
    process.on('exit', () => console.log(`${results.numPassedTests} passed, ${failed} failed, ${skipped} skipped`))
  }
}
