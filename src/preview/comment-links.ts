import type { CheckRun, PullRequest } from '../model/github.ts'

/**
 * Where the labels of a comment lead, as definitions that Markdown does not show: `[lockstep/render/prod]` to that check run,
 * `[checks]` to all of them. As many as `room` characters take; a label without one stays text.
 */
export function printLinks(
  text: string,
  pull: Pick<PullRequest, 'url'>,
  runs: readonly Pick<CheckRun, 'id' | 'name'>[],
  room: number,
): string {
  const page = `${pull.url}/checks`
  const targets = [
    { label: 'checks', url: page },
    ...runs.map(({ id, name }) => ({ label: name, url: `${page}?check_run_id=${id}` })),
  ]
  let left = room
  const lines = targets.flatMap(({ label, url }) => {
    const line = `[${label}]: ${url}`
    if (!text.includes(`[${label}]`) || line.length >= left) return []
    left -= line.length + 1
    return [line]
  })
  return lines.join('\n')
}
