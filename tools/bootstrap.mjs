// One entry for every npm script: installs what is missing, says what takes long, then runs the step under a Node that is new enough.
// Plain JavaScript for Node 20: nothing is installed yet when it starts.
import { install } from './bootstrap/install.mjs'
import { findNode } from './bootstrap/node.mjs'
import { requireTools } from './bootstrap/prerequisites.mjs'
import { STEPS } from './bootstrap/steps.mjs'

const [name = '', ...args] = process.argv.slice(2)
const step = STEPS[name]

if (!step) {
  console.error(`usage: node tools/bootstrap.mjs ${Object.keys(STEPS).join('|')} [arguments]`)
  process.exit(2)
}

try {
  requireTools()
  await install()
  process.exitCode = await step({ node: findNode(), args })
} catch (error) {
  // What a person can mend is thrown as a plain sentence; anything else is a defect and keeps its stack.
  console.error(error.remedy ? `error  ${error.message}` : error)
  process.exitCode = 4
}
