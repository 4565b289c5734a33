/**
 * The buttons of our checks. Whoever may write to the repository can press one: what it does has to be allowed to that person as
 * the command of the same name would be.
 */
export type CheckAction =
  /** Look again: nothing is changed but what Lockstep says. */
  | { readonly kind: 'again' }
  /** As `/heal <environment>` would; the check that carries the button names the environment. */
  | { readonly kind: 'heal' }

export const CHECK_ACTIONS = ['again', 'heal'] as const satisfies readonly CheckAction['kind'][]

/** A check run's `actions` item. GitHub takes 20 characters of label, 40 of description, 20 of identifier. */
export interface CheckButton {
  readonly label: string
  readonly description: string
  readonly identifier: string
}

export function printCheckAction({ kind }: CheckAction): string {
  return kind
}

/** Reads back the identifier of a `requested_action` event; undefined for one that is not ours. */
export function parseCheckAction(identifier: string): CheckAction | undefined {
  const kind = CHECK_ACTIONS.find((known) => known === identifier)
  return kind && { kind }
}

/** `environment` where the button is to heal one: its check is `lockstep/drift/<environment>`. */
export function checkButton(action: CheckAction, environment = ''): CheckButton {
  const identifier = printCheckAction(action)
  if (action.kind === 'again') return { label: 'Check again', description: 'Render and decide once more', identifier }
  return { label: healLabel(environment), description: 'Put live objects back to what Git says', identifier }
}

/** GitHub refuses the whole check for a label that is too long. */
function healLabel(environment: string): string {
  const label = `Heal ${environment}`
  return environment !== '' && label.length <= 20 ? label : 'Heal'
}
