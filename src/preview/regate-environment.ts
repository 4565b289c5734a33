import { GATE_CHECK, renderCheck } from '../model/check-names.ts'
import type { Outcome } from '../model/outcome.ts'
import { QUEUE_BRANCHES } from '../model/queue-branch.ts'
import type { PreviewPorts } from './ports.ts'
import { previewMergeGroup } from './preview-merge-group.ts'
import { previewPullRequest } from './preview-pull-request.ts'

/** A commit with a gate: of an open pull request, or of what a merge queue built. */
interface Gated {
  readonly name: string
  readonly sha: string
  readonly decide: () => Promise<Outcome>
}

/**
 * Decides the gates that touch the environment again, because its live objects or its rules changed: what is green now goes first, because it may
 * merge at any moment, and what stands in a merge queue before the rest. Which do is read from their checks; renders come from the renderer's
 * cache. One that fails does not keep the others from their verdict.
 */
export async function regateEnvironment(
  ports: PreviewPorts,
  environment: string,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const found: { readonly gated: Gated; readonly green: boolean }[] = []
  for (const gated of [...(await inQueues(ports, signal)), ...(await open(ports, signal))]) {
    signal.throwIfAborted()
    const runs = await ports.repository.checks.list(gated.sha)
    if (!runs.some(({ name }) => name === renderCheck(environment))) continue
    found.push({ gated, green: runs.some((run) => run.name === GATE_CHECK && run.conclusion === 'success') })
  }
  const outcomes: Outcome[] = []
  for (const { gated } of found.toSorted((a, b) => Number(b.green) - Number(a.green)))
    outcomes.push(await regate(gated, signal))
  return outcomes
}

async function inQueues(ports: PreviewPorts, signal: AbortSignal): Promise<Gated[]> {
  const branches = await ports.repository.branches.list(QUEUE_BRANCHES)
  return branches.map(({ name, sha }) => ({
    name,
    sha,
    decide: () => previewMergeGroup(ports, { branch: name, headSha: sha }, signal),
  }))
}

async function open(ports: PreviewPorts, signal: AbortSignal): Promise<Gated[]> {
  const pulls = await ports.repository.pulls.listOpen()
  return pulls.map(({ number, head }) => ({
    name: `#${number}`,
    sha: head.sha,
    decide: () => previewPullRequest(ports, number, signal),
  }))
}

async function regate({ name, decide }: Gated, signal: AbortSignal): Promise<Outcome> {
  try {
    return await decide()
  } catch (error) {
    signal.throwIfAborted()
    const message = `${name} could not be decided again: ${error instanceof Error ? error.message : String(error)}`
    return { decision: 'failed', code: 'PREVIEW_FAILED', message, remedy: 'It is tried again by itself.' }
  }
}
