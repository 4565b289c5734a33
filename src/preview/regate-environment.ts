import { renderCheck } from '../model/check-names.ts'
import type { PullRequest } from '../model/github.ts'
import type { Outcome } from '../model/outcome.ts'
import type { PreviewPorts } from './ports.ts'
import { previewPullRequest } from './preview-pull-request.ts'

/**
 * Decides the gates of open pull requests that touch the environment again, because its live objects changed. Which do is read
 * from their checks; renders come from the renderer's cache. One that fails does not keep the others from their verdict.
 */
export async function regateEnvironment(
  ports: PreviewPorts,
  environment: string,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (const pull of await ports.repository.pulls.listOpen()) {
    signal.throwIfAborted()
    if (await touches(ports, pull, environment)) outcomes.push(await regate(ports, pull, signal))
  }
  return outcomes
}

async function touches({ repository }: PreviewPorts, pull: PullRequest, environment: string): Promise<boolean> {
  const runs = await repository.checks.list(pull.head.sha)
  return runs.some((run) => run.name === renderCheck(environment))
}

async function regate(ports: PreviewPorts, { number }: PullRequest, signal: AbortSignal): Promise<Outcome> {
  try {
    return await previewPullRequest(ports, number, signal)
  } catch (error) {
    signal.throwIfAborted()
    const message = `#${number} could not be decided again: ${error instanceof Error ? error.message : String(error)}`
    return { decision: 'failed', code: 'PREVIEW_FAILED', message, remedy: 'It is tried again by itself.' }
  }
}
