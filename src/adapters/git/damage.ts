/**
 * git's words for a repository that has lost or garbled something on its own disk, so that only making it again helps. Words about
 * the other side (`early EOF`, `could not read Username`) are none of these.
 */
export function isDamage(stderr: string): boolean {
  return DAMAGE.some((words) => words.test(stderr))
}

const DAMAGE: readonly RegExp[] = [
  /not a git repository: '/,
  /bad config line/,
  /bad object|bad tree object|missing (?:blob|tree|commit)/,
  /object file .* is empty|is corrupt|corrupt loose object|corrupt patch/,
  /unable to read (?:tree|[\da-f]{40})/,
  /packfile .* (?:cannot be accessed|is truncated|is not a GIT packfile|does not match index|index unavailable)/,
  /unable to resolve reference|ignoring broken ref/,
  /Unable to create '[^']*\.lock': File exists/,
]
