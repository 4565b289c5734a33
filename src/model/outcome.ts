/** What a use case did. Status, comment, check, metric and log line are all derived from it. */
export interface Outcome {
  /** `nothing`: already so. `waiting`: will go on by itself. `refused`: a rule said no. `failed`: something outside did not work. */
  readonly decision: 'done' | 'nothing' | 'waiting' | 'refused' | 'failed'
  /** From the family's closed list (`reasons.ts` in its folder). */
  readonly code: string
  /** One sentence for people, already masked. */
  readonly message: string
  /** The command or step that would help. */
  readonly remedy?: string
  readonly details?: Readonly<Record<string, string | number | boolean>>
}
