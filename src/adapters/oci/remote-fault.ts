/** What is wrong with an answer, or with the way to it. */
export type FaultReason = 'denied' | 'host-refused' | 'unreachable' | 'malformed' | 'too-large'

/** Why a server did not give what it was asked for. Whoever asked says in its own words what that means. */
export class RemoteFault extends Error {
  readonly reason: FaultReason
  readonly remedy: string
  /** The header of an answer that wants to be left alone for a while. */
  readonly retryAfter: string | undefined

  constructor(reason: FaultReason, message: string, remedy: string, retryAfter?: string) {
    super(message)
    this.name = 'RemoteFault'
    this.reason = reason
    this.remedy = remedy
    this.retryAfter = retryAfter
  }
}
