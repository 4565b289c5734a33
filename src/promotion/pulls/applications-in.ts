import type { Snapshot } from './snapshot.ts'

/** The applications that have an overlay in the environment, in the order of the layout. */
export function applicationsIn({ overlays }: Pick<Snapshot, 'overlays'>, environment: string): string[] {
  return [...new Set(overlays.filter((each) => each.environment === environment).map(({ application }) => application))]
}
