/**
 * The buttons of our checks. Whoever may write to the repository can press one: what it does has to be allowed to that person as
 * the command of the same name would be.
 */
export type CheckAction =
  /** Look again: nothing is changed but what Lockstep says. */
  | { readonly kind: 'again' }
  /** As `/heal <environment>` would; the check that carries the button names the environment. */
  | { readonly kind: 'heal' }
  /** As `/adopt <environment>` would. */
  | { readonly kind: 'adopt' }
  /** Exactly the drift that the check showed (`driftSetId`) blocks nothing for a day. */
  | { readonly kind: 'ignore'; readonly seen: string }

/** A check run's `actions` item. GitHub takes 20 characters of label, 40 of description, 20 of identifier. */
export interface CheckButton {
  readonly label: string
  readonly description: string
  readonly identifier: string
}

export function printCheckAction(action: CheckAction): string {
  return action.kind === 'ignore' ? `ignore.${action.seen}` : action.kind
}

/** Reads back the identifier of a `requested_action` event; undefined for one that is not ours. */
export function parseCheckAction(identifier: string): CheckAction | undefined {
  const [, seen] = /^ignore\.([0-9a-f]{12})$/.exec(identifier) ?? []
  if (seen !== undefined) return { kind: 'ignore', seen }
  const kind = (['again', 'heal', 'adopt'] as const).find((known) => known === identifier)
  return kind && { kind }
}

const WORDS = {
  again: { label: 'Check again', description: 'Render and decide once more' },
  heal: { label: 'Revert live changes', description: 'Heal: put objects back to what Git says' },
  adopt: { label: 'Adopt into Git', description: 'Bring the live values into Git' },
  ignore: { label: 'Ignore for 24 h', description: 'Show this drift, but do not block on it' },
} as const

export function checkButton(action: CheckAction): CheckButton {
  return { ...WORDS[action.kind], identifier: printCheckAction(action) }
}
