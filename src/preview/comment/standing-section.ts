import { plural } from '../drift-words.ts'
import type { PreviewReport } from '../preview-report.ts'
import type { Standing } from '../standing.ts'
import { clip, plain } from './inert.ts'
import { itemsOf, type Section } from './section.ts'
import type { Elsewhere } from './surface.ts'

const MOST_TARGETS = 3

/** Environments that do not follow the default branch on purpose: a line for each reason. */
export function standingSection({ drift }: PreviewReport, elsewhere: Elsewhere): Section {
  const lines = drift.flatMap(({ environment, standing }) =>
    standing.map((each) => `- ⏸ **${plain(environment)}** ${describeStanding(each)}`),
  )
  return {
    name: 'standing',
    head: '**Kept back**',
    levels: [itemsOf(lines)],
    rest: (count) => `… and ${plural(count, 'more environment', 'more environments')} on hold: ${elsewhere}`,
    between: '\n',
    share: 0.05,
  }
}

/** Markdown that goes on after the name of the environment. */
function describeStanding(standing: Standing): string {
  switch (standing.kind) {
    case 'suspended': {
      const left = standing.fields > 0 ? `; ${plural(standing.fields, 'live field differs', 'live fields differ')}` : ''
      return `is suspended: nothing is applied or healed there${left}`
    }
    case 'pinned':
      return `is pinned to ${plain(clip(standing.track, 80))}: what is merged reaches it when that moves`
    case 'waiting':
      return `waits for ${plain(clip(standing.waitingFor, 80))}: ${plain(targetNames(standing))} at the last revision`
  }
}

/** `checkout (prod-us) stays`, `checkout (prod-us), cart (prod-us) and 3 more stay`. */
function targetNames({ targets }: Extract<Standing, { kind: 'waiting' }>): string {
  const named = targets.slice(0, MOST_TARGETS).map(({ application, cluster }) => `${application} (${cluster})`)
  const more = targets.length - named.length
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''} ${targets.length === 1 ? 'stays' : 'stay'}`
}
