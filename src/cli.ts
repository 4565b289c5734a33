import { COMMANDS } from './cli/command-table.ts'
import { runProcess } from './cli/run-process.ts'

await runProcess(COMMANDS)
