/** What stays with the gate of a head beside what it says, for the next look at the same head. */
export interface GateNote {
  /** The base commit that its report stands for. */
  readonly base: string
  /** False for a fork's head that still waits for somebody to ask for its render. */
  readonly rendered: boolean
}

export function printGateNote({ base, rendered }: GateNote): string {
  return `${rendered ? 'rendered' : 'waits'}.${base}`
}

/** Undefined for what this version did not write. */
export function parseGateNote(text: string | undefined): GateNote | undefined {
  const match = /^(rendered|waits)\.([0-9a-f]{40,64})$/.exec(text ?? '')
  return match ? { rendered: match[1] === 'rendered', base: match[2] ?? '' } : undefined
}
