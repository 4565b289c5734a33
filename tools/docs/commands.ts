import { COMMANDS } from '../../src/cli/command-table.ts'
import { helpOf, helpOfAll } from '../../src/cli/help.ts'
import { commentCommands } from './comment-commands.ts'

const INTRODUCTION = `# Commands

Two kinds: [in comments](#in-comments) on pull requests, and [on the command line](#on-the-command-line). This page is made from the code:
\`UPDATE_DOCS=1 node tools/run-jest.mjs test/docs\` refreshes it. Every code is in [reason-codes.md](reason-codes.md) too.
`

const COMMAND_LINE = `## On the command line

\`bin/lockstep\` works in a clone of Lockstep, from any folder. What follows is what \`--help\` prints.

- \`--format json\` prints one document on stdout and nothing else there; errors are \`{code, message, file?, line?, column?, object?,
  remedy}\`, and \`problems\` with all of them where there are several. Messages and logs go to stderr.
- A mistake is one line on stderr, \`file:line:column CODE message. remedy\`.
- A defect ends with code 4 and one line; \`LOCKSTEP_DEBUG=1\` adds the stack.
- Colour is for terminals only; \`NO_COLOR\` and \`TERM=dumb\` turn it off, \`FORCE_COLOR\` on. Nothing asks a question.
`

/** docs/reference/commands.md. */
export async function commandsPage(): Promise<string> {
  const commands = await Promise.all(COMMANDS.map(({ load }) => load()))
  const sections = commands.map((command) => `### lockstep ${command.name}\n\n${block(helpOf(command))}`)
  const all = `### lockstep\n\n${block(helpOfAll(COMMANDS))}`
  return [INTRODUCTION, commentCommands(), COMMAND_LINE, all, ...sections].join('\n')
}

function block(text: string): string {
  return `\`\`\`text\n${text}\`\`\`\n`
}
