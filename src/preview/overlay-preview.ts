import type { Problem } from '../model/errors.ts'
import type { Overlay } from '../model/target.ts'
import type { Resolution } from '../model/vendor.ts'
import type { MaskedChange } from './mask-changes.ts'

/** What a pull request does to one overlay. Holds nothing that must not be shown. */
export interface OverlayPreview {
  readonly overlay: Overlay
  /** `error`: its head does not render. */
  readonly status: 'changed' | 'unchanged' | 'error'
  readonly problems: readonly Problem[]
  /** Why there is no base to compare with, although the base branch has this overlay: its render fails. */
  readonly baseProblems: readonly Problem[]
  readonly changes: readonly MaskedChange[]
  /** Remote bases and charts that its head takes in. */
  readonly resolutions: readonly Resolution[]
  /** What its head renders differently every time, so that it is not compared: `Secret/web .data.password`. */
  readonly unstable?: readonly string[]
}

/** `checkout → prod`, `checkout → prod (prod-eu)`. */
export function overlayName({ application, environment, cluster }: Overlay): string {
  return `${application} → ${environment}${cluster ? ` (${cluster})` : ''}`
}
