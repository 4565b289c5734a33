import type { Command } from './command.ts'

/** Name and one line of a command; its code is only loaded to run it or to show its help. */
export interface CommandEntry {
  readonly name: string
  readonly summary: string
  readonly load: () => Promise<Command>
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'demo',
    summary: 'play the whole loop on this machine, with nothing to configure',
    load: async () => (await import('./demo.ts')).demoCommand,
  },
  {
    name: 'validate',
    summary: 'check the configuration, the layout and every overlay',
    load: async () => (await import('./validate.ts')).validateCommand,
  },
  {
    name: 'render',
    summary: 'print the manifests of one overlay',
    load: async () => (await import('./render.ts')).renderCommand,
  },
  {
    name: 'diff',
    summary: 'show what a pull request would change',
    load: async () => (await import('./diff.ts')).diffCommand,
  },
  {
    name: 'promote',
    summary: 'move the carried fields of an application to the next environment',
    load: async () => (await import('./promote.ts')).promoteCommand,
  },
  {
    name: 'bump',
    summary: 'bring a new version of an image into the first environment',
    load: async () => (await import('./bump.ts')).bumpCommand,
  },
  {
    name: 'reconcile',
    summary: 'bring a cluster to what the repository says',
    load: async () => (await import('./reconcile.ts')).reconcileCommand,
  },
  {
    name: 'drift',
    summary: 'compare a cluster with what the repository says',
    load: async () => (await import('./drift.ts')).driftCommand,
  },
  {
    name: 'status',
    summary: 'show what runs where, how well, and what differs from Git',
    load: async () => (await import('./status.ts')).statusCommand,
  },
  {
    name: 'serve',
    summary: 'run the server of the GitHub App, with --embedded the worker too',
    load: async () => (await import('./serve.ts')).serveCommand,
  },
  {
    name: 'worker',
    summary: 'run the worker that holds the clusters',
    load: async () => (await import('./worker.ts')).workerCommand,
  },
  {
    name: 'rbac',
    summary: 'print the rights that the worker needs in a cluster',
    load: async () => (await import('./rbac.ts')).rbacCommand,
  },
]
