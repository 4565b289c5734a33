import { type RepositoryRef, repositoryName } from '../../model/github.ts'
import type { ReconcilePorts, Source } from '../ports.ts'
import { noneWhereEmpty } from '../targets/declared-targets.ts'
import { configurationFault } from '../targets/told-configuration.ts'

/** Puts on the board whether the repository's configuration can be read, and wakes the gates of its environments when that changed. */
export async function publishConfiguration(
  { board, queue }: Pick<ReconcilePorts, 'board' | 'queue'>,
  repository: RepositoryRef,
  source: Source,
): Promise<void> {
  const name = repositoryName(repository)
  const fault = await configurationFault(source).catch(noneWhereEmpty)
  const before = await board.configurationFault(name)
  await board.putConfigurationFault(name, fault)
  if (JSON.stringify(fault) === JSON.stringify(before)) return
  const environments = new Set((await board.list(name)).map(({ target }) => target.environment))
  for (const environment of environments) await queue.add({ kind: 'gates', repository, environment })
}
