import type { TargetRender } from '../desired/target-render.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Prepared } from '../pass/prepare.ts'

/** What left Git is judged by Git as it is now; a target that left Git itself has no render. */
export type StaleFacts = Pick<Prepared, 'source' | 'revision' | 'plan'> & {
  readonly rendered: Pick<TargetRender, 'config'>
  /** Its `revision` is what was in Git when everything was in order last. */
  readonly inventory?: Pick<Inventory, 'revision'>
}
