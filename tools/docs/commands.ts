import { COMMANDS } from '../../src/cli/command-table.ts'
import { helpOf, helpOfAll } from '../../src/cli/help.ts'

const INTRODUCTION = `# Commands

\`bin/lockstep\` works in a clone of Lockstep, from any folder. This page is what \`--help\` prints,
made from the code: \`UPDATE_DOCS=1 node tools/run-jest.mjs test/docs\` refreshes it.

- \`--format json\` prints one document on stdout and nothing else there; errors are \`{code, message, file?, line?, column?, object?,
  remedy}\`, and \`problems\` with all of them where there are several. Messages and logs go to stderr.
- A mistake is one line on stderr, \`file:line:column CODE message. remedy\`. Every code is in [reason-codes.md](reason-codes.md).
- A defect ends with code 4 and one line; \`LOCKSTEP_DEBUG=1\` adds the stack.
- Colour is for terminals only; \`NO_COLOR\` and \`TERM=dumb\` turn it off, \`FORCE_COLOR\` on. Nothing asks a question.
`

/** docs/reference/commands.md. */
export async function commandsPage(): Promise<string> {
  const commands = await Promise.all(COMMANDS.map(({ load }) => load()))
  const sections = commands.map((command) => `## ${command.name}\n\n${block(helpOf(command))}`)
  return [INTRODUCTION, `## lockstep\n\n${block(helpOfAll(COMMANDS))}`, ...sections].join('\n')
}

function block(text: string): string {
  return `\`\`\`text\n${text}\`\`\`\n`
}
