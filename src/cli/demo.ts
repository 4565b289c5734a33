import type { Command } from './command.ts'
import { EXIT } from './exit-codes.ts'

/** The whole loop on this machine: a local GitHub, a control plane, Lockstep, and the story played on them. */
export const demoCommand: Command = {
  name: 'demo',
  summary: 'play the whole loop on this machine, with nothing to configure',
  usage: 'lockstep demo [--exit] [--kubeconfig FILE]',
  examples: [
    { command: 'lockstep demo', shows: 'plays the story, then stays up until Ctrl-C' },
    { command: 'lockstep demo --exit', shows: 'ends after the story: 0 only if every step was verified' },
  ],
  options: {
    exit: { type: 'boolean', description: 'end after the story instead of staying up' },
    kubeconfig: { type: 'string', value: 'FILE', description: 'use your own cluster instead of a local control plane' },
  },
  async run({ options, stderr, stdout, signal, format }) {
    const { runDemo } = await import('../../sandbox/demo/run-demo.ts')
    const print = format === 'json' ? stderr : stdout
    const told = await runDemo({
      exit: options.exit === true,
      kubeconfig: options.kubeconfig as string | undefined,
      print: (line) => print(`${line}\n`),
      signal,
    })
    if (format === 'json') stdout(`${JSON.stringify({ verified: told })}\n`)
    return told ? EXIT.fine : EXIT.refused
  },
}
