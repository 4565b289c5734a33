/** Every code of a problem that git's adapter reports: what it means; what to do. */
export const REASONS = {
  GIT_MISSING: 'git is not installed or not on PATH; install git 2.38 or newer.',
  GIT_TOO_OLD: 'git is older than 2.38, which brought merges without a work tree; install a newer one.',
  GIT_NOT_A_REPOSITORY: 'The directory is not inside a git clone; go into one or name it with --repo.',
  GIT_NO_WORK_TREE: 'The repository is bare, so it has no files to read; name a commit, or use a clone.',
  GIT_REF_UNKNOWN: 'There is no such branch, tag or commit; use a name that exists, or fetch first.',
  GIT_COMMIT_UNKNOWN: 'A commit is not in the repository; fetch, and check that it was not removed by a force push.',
  GIT_UNRELATED_HISTORIES: 'Two commits have no common ancestor, so they cannot be merged; rebase one on the other.',
  GIT_URL_REFUSED: 'The address is not one that git may use here; give an https address without credentials in it.',
  GIT_ACCESS_DENIED: 'The Git server refused the credentials; check that the App is installed on the repository.',
  GIT_REMOTE_NOT_FOUND: 'The Git server knows no such repository; check its name and that the App may see it.',
  GIT_UNREACHABLE: 'The Git server did not answer as expected; try again, and check the address and the network.',
  GIT_TIMEOUT: 'git did not finish in time; try again.',
  GIT_MIRROR_BUSY: 'Another process has held the mirror for too long; end it or wait.',
  GIT_MIRROR_BROKEN: 'The mirror on disk is damaged; it is made again at the next fetch.',
  GIT_TOO_LARGE: 'The files asked for are larger than Lockstep reads at once; remove large files from the overlay.',
  GIT_FAILED: 'git ended with an error that Lockstep does not know; the message holds its words.',
  REMOTE_UNREACHABLE:
    'The server of a remote base does not answer; try again, or refer to a commit that was fetched before.',
  REMOTE_DENIED: 'The server of a remote base wants credentials or refuses the given ones; the operator names a token.',
  REMOTE_NOT_FOUND: 'There is no such repository, or it is not to be seen without a token; correct the address.',
  REMOTE_MOVED: 'The server sends on to another address, which is not followed; refer to the new one.',
} as const
