/** Hidden in the body of a pull request that Lockstep opened, so that its plan is found again without the branch. */
export interface Marker {
  readonly planHash: string
  /** Commit of the default branch on which the plan was made. */
  readonly base: string
  /** Tip of its branch then. */
  readonly head?: string
  /** Id of the comment that asked for it. */
  readonly command?: number
}

export function printMarker({ planHash, base, head, command }: Marker): string {
  const rest = [...(head ? [` head=${head}`] : []), ...(command === undefined ? [] : [` command=${command}`])]
  return `<!-- lockstep-promotion plan=${planHash} base=${base}${rest.join('')} -->`
}

/** Undefined when the body holds none. Anybody with write access can edit a body: a hint, never a proof. */
export function parseMarker(body: string): Marker | undefined {
  const match =
    /<!-- lockstep-promotion plan=([\da-f]{64}) base=([\da-f]{40,64})(?: head=([\da-f]{40,64}))?(?: command=(\d{1,15}))? -->/.exec(
      body,
    )
  if (!match) return undefined
  const [, planHash = '', base = '', head, command] = match
  return { planHash, base, ...(head && { head }), ...(command && { command: Number(command) }) }
}
