/** Every problem code this adapter can answer with. */
export const REASONS = {
  GITHUB_CREDENTIALS: "GitHub does not accept the App's credentials; check the App id and its private key.",
  GITHUB_SUSPENDED: 'The installation is suspended; an owner of the account can lift that.',
  GITHUB_PERMISSION: 'The App lacks a permission; grant it in the App and accept it in the installation.',
  GITHUB_LIMITED: "GitHub's rate limit is used up; Lockstep goes on when it opens again.",
  GITHUB_MISSING: 'GitHub has no such thing, or the App may not see it; check the name and the installation.',
  GITHUB_CONFLICT: 'Somebody changed the same thing at the same time; read again and repeat.',
  GITHUB_REFUSED: 'GitHub refused the request; its own words say why.',
  GITHUB_UNAVAILABLE: 'GitHub did not answer in time or failed; Lockstep tries again.',
} as const

export type GitHubReason = keyof typeof REASONS
