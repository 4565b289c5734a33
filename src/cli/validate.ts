import type { Command } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { CONFIG_OPTION, openRenderer } from './open-renderer.ts'
import { openRepository, REPOSITORY_OPTION } from './open-repository.ts'
import { floatingReferences } from './validate/floating-references.ts'
import { layoutFindings } from './validate/layout-findings.ts'
import { ownedTwice } from './validate/owned-twice.ts'
import { renderAll } from './validate/render-all.ts'
import { distinct, printReport } from './validate/report.ts'

/** Everything that can be said about a repository without a cluster. */
export const validateCommand: Command = {
  name: 'validate',
  summary: 'check the configuration, the layout and every overlay',
  usage: 'lockstep validate [--repo DIR] [--ref REF]',
  examples: [
    { command: 'lockstep validate', shows: 'each finding as file:line:column CODE message' },
    { command: 'lockstep validate --repo ../config --format json', shows: 'the same for a program' },
  ],
  options: {
    ...REPOSITORY_OPTION,
    ...CONFIG_OPTION,
    ref: { type: 'string', value: 'REF', description: 'a commit, branch or tag instead of the files as they are' },
  },
  async run(invocation) {
    const { format, stdout, stderr, signal } = invocation
    const { tree, config, overlays } = await openRepository(invocation)
    const results = await renderAll(openRenderer(invocation), tree, overlays, signal)
    const findings = distinct([
      ...(await layoutFindings(config, tree, overlays)),
      ...results.flatMap(({ problems }) => problems),
      ...ownedTwice(config, results),
    ])
    stdout(printReport({ results, findings }, format))
    for (const warning of floatingReferences(results)) stderr(`${warning}\n`)
    if (format === 'text') {
      stderr(`${results.length} overlays, ${findings.length || 'no'} finding${findings.length === 1 ? '' : 's'}\n`)
    }
    return findings.length > 0 ? EXIT.refused : EXIT.fine
  },
}
