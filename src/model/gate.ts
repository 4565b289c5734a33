/** One gate's verdict on a pull request, as data. Words for people are made from it once, in one place. */
export interface GateReason {
  /** Stable code, e.g. `SOAK_WAITS`; every code has a line in docs/reference/reason-codes.md. */
  readonly code: string
  /** `waits` opens by itself or by a person's action; `blocked` needs something to be put right. Unknown facts are `blocked`. */
  readonly verdict: 'passed' | 'waits' | 'blocked'
  /** One sentence for people, already masked. */
  readonly message: string
  readonly environment?: string
  readonly application?: string
  /** ISO 8601: when this verdict began, and the earliest time it can open. */
  readonly since?: string
  readonly opensAt?: string
  /** ISO 8601, of a verdict that passed: when it ends by itself. */
  readonly closesAt?: string
  /** The command or action that would help, e.g. `/heal prod`. */
  readonly unblock?: string
  /** Logins, teams (`org/team`) or words for people who can open it. */
  readonly who?: readonly string[]
}
