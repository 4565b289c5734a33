import type { Problem } from '../model/errors.ts'
import type { CheckAnnotation } from '../model/github.ts'
import { clip, oneLine } from './comment/inert.ts'
import { describeOverlays } from './comment/words.ts'
import { plural } from './drift-words.ts'
import { type Fault, faultsOf } from './faults.ts'
import type { PreviewReport } from './preview-report.ts'

/** Each fifty cost a request; a pull request with more faults than this is not mended from its annotations. */
const MOST_ANNOTATIONS = 100

export interface Annotated {
  /** By environment: a fault is annotated once, in the first environment that it breaks. */
  readonly byEnvironment: ReadonlyMap<string, readonly CheckAnnotation[]>
  /** Faults of the configuration, which belong to no environment. */
  readonly ofGate: readonly CheckAnnotation[]
  /** Faults with a file that have no annotation. */
  readonly omitted: number
}

/** Faults at the lines that have to be mended, also in files that the pull request does not change. Those that break most first. */
export function annotationsOf({ overlays, problems }: PreviewReport): Annotated {
  const ofGate = problems.flatMap((problem) => annotation(problem, ''))
  const faults = faultsOf(overlays).flatMap((fault) => {
    const [one] = annotation(fault.problem, breaks(fault))
    return one ? [{ one, environment: fault.overlays[0]?.environment ?? '' }] : []
  })
  const shown = faults.slice(0, Math.max(0, MOST_ANNOTATIONS - ofGate.length))
  const groups = Map.groupBy(shown, ({ environment }) => environment)
  return {
    byEnvironment: new Map([...groups].map(([environment, found]) => [environment, found.map(({ one }) => one)])),
    ofGate: ofGate.slice(0, MOST_ANNOTATIONS),
    omitted: Math.max(0, faults.length + ofGate.length - MOST_ANNOTATIONS),
  }
}

/** What the summary says of faults that got no annotation; `''` where all did. */
export function unannotatedLine({ omitted }: Annotated): string {
  if (omitted === 0) return ''
  return `${plural(omitted, 'more fault has', 'more faults have')} no annotation: GitHub is sent ${MOST_ANNOTATIONS} at most.`
}

function breaks({ overlays }: Fault): string {
  const named = describeOverlays(overlays.slice(0, 3))
  return overlays.length > 3 ? `Breaks ${overlays.length.toLocaleString('en-US')} overlays.` : `Breaks ${named}.`
}

function annotation({ code, message, file, line = 1, object, remedy }: Problem, effect: string): CheckAnnotation[] {
  if (file === undefined) return []
  const what = object === undefined ? message : `${message} (${object})`
  const text = [what, remedy, effect]
    .filter(Boolean)
    .map((part) => clip(part, 5_000))
    .join('\n')
  return [
    { path: file, startLine: line, endLine: line, level: 'failure', title: clip(oneLine(code), 200), message: text },
  ]
}
