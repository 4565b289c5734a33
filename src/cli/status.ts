import { painter } from './colour.ts'
import type { Command } from './command.ts'
import { EXIT } from './exit-codes.ts'
import { TARGET_OPTIONS } from './reconcile/open-targets.ts'
import { look } from './status/look.ts'
import { statusJson } from './status/status-json.ts'
import { statusText } from './status/status-text.ts'

/** Every application in every environment, as the clusters have them. Reads alone. */
export const statusCommand: Command = {
  name: 'status',
  summary: 'show what runs where, how well, and what differs from Git',
  usage:
    'lockstep status [--repo DIR] [--env E] [--app A] [--cluster C] [--ref REF] (--config FILE | --kubeconfig F [--context C])',
  examples: [
    { command: 'lockstep status --config operator.yaml', shows: 'all applications in all environments' },
    { command: 'lockstep status --env prod --kubeconfig prod.yaml', shows: 'one environment, by its kubeconfig' },
  ],
  options: {
    ...TARGET_OPTIONS,
    config: {
      type: 'string',
      value: 'FILE',
      description: "the operator's file with the clusters (default: LOCKSTEP_CONFIG)",
    },
    env: { type: 'string', value: 'E', description: 'this environment only' },
    cluster: { type: 'string', value: 'C', description: 'this cluster only' },
    kubeconfig: { type: 'string', value: 'F', description: "one cluster, instead of the operator's" },
  },
  formats: ['text', 'json'],
  async run(invocation) {
    const { format, stdout, env } = invocation
    const { targets, fault, unreachable } = await look(invocation)
    const columns = process.stdout.isTTY ? process.stdout.columns : undefined
    const text = () => statusText(targets, { paint: painter(env, process.stdout), columns, now: new Date() })
    stdout(format === 'json' ? `${JSON.stringify(statusJson(targets))}\n` : text())
    if (unreachable) return EXIT.unreachable
    return fault ? EXIT.refused : EXIT.fine
  },
}
