import { type CommandContext, requireSnapshot } from './context.ts'

/** Gates that read the state are decided again, and what became free may merge. `environment` may be `all`. */
export async function decideAgain(
  { ports, pull }: Pick<CommandContext, 'ports' | 'pull'>,
  environment?: string,
): Promise<void> {
  const { ref: repository } = ports.repository
  await ports.queue.add({ kind: 'preview', repository, number: pull.number })
  const names = environment === 'all' ? await environmentNames(ports) : environment ? [environment] : []
  for (const name of names) await ports.queue.add({ kind: 'gates', repository, environment: name })
  await ports.queue.add({ kind: 'promotions', repository })
}

async function environmentNames(ports: CommandContext['ports']): Promise<string[]> {
  return (await requireSnapshot(ports)).config.environments.map(({ name }) => name)
}
