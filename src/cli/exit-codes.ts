/** The contract of every command, printed in each `--help`. */
export const EXIT = {
  fine: 0,
  /** Findings, or a rule refused it. */
  refused: 1,
  usage: 2,
  /** `drift` only. */
  drift: 3,
  /** Something did not answer, or a defect. */
  unreachable: 4,
} as const

export type RunResult = (typeof EXIT)[keyof typeof EXIT]
